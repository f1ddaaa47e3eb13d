"""Percent, verdict and what may be decided: rules 6, 7 and 11 of the product, as properties."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.models import ChecklistItem, GateDecision, Step
from rollout.rules.evaluation import (
    GateEvaluation,
    ItemEvaluation,
    ItemState,
    Strength,
    percent_of,
    snapshot_sha256,
    strongest,
)

AS_OF = datetime(2026, 3, 2, 9, tzinfo=UTC)
Outcome = GateDecision.Outcome
ALWAYS = (Outcome.HOLD, Outcome.RETURN, Outcome.STOP)

# No database: the rows are never saved.
pytestmark = pytest.mark.django_db(databases=[])


@pytest.fixture(autouse=True)
def seeded_after_flush() -> None:
    """These tests touch no database, so nothing has to be planted."""


def item(state: ItemState, strength: Strength = Strength.MUST, key: str = "q") -> ItemEvaluation:
    is_open = state in (ItemState.OPEN, ItemState.UNKNOWN)
    return ItemEvaluation(
        item=ChecklistItem(key=key, question="Is it so?", strength=strength, verification="attest"),
        state=state,
        open_strength=strength if is_open else None,
        sentence="As it is.",
        clause="something is open",
    )


def gate(*items: ItemEvaluation, as_of: datetime = AS_OF) -> GateEvaluation:
    return GateEvaluation(step=Step(key="goal", number=1, title="Goal", wave_id=1), items=items, as_of=as_of)


items = st.builds(item, st.sampled_from(ItemState), st.sampled_from(Strength))


@given(st.lists(items, max_size=40))
def test_percent_counts_met_of_all_that_apply_and_never_a_waived_item(drawn):
    evaluation = gate(*drawn)
    met = sum(one.state is ItemState.MET for one in drawn)
    total = sum(one.state is not ItemState.NOT_APPLICABLE for one in drawn)
    assert (evaluation.met_count, evaluation.total_count) == (met, total)
    assert 0 <= evaluation.percent <= 100
    if drawn:
        assert (evaluation.percent == 100) == (met == total)
    if any(one.state is ItemState.WAIVED for one in drawn):
        assert evaluation.percent < 100
    if total:
        assert evaluation.percent == met * 100 // total


@given(st.lists(items, min_size=1, max_size=40))
def test_verdict_follows_from_the_strongest_open_item(drawn):
    evaluation = gate(*drawn)
    strength = strongest(one.open_strength for one in drawn if one.open_strength)
    expected = {Strength.MUST: "blocked", Strength.SHOULD: "conditional"}.get(strength, "clear")
    assert evaluation.verdict == expected
    outcomes = evaluation.possible_outcomes()
    assert outcomes[-3:] == ALWAYS
    assert (Outcome.GO in outcomes) == (expected == "clear")
    assert (Outcome.CONDITIONAL_GO in outcomes) == (expected == "conditional")


@given(st.lists(items, max_size=20), st.sampled_from([ItemState.OPEN, ItemState.UNKNOWN]))
def test_one_open_or_unknown_must_blocks_whatever_stands_beside_it(drawn, state):
    evaluation = gate(*drawn, item(state, Strength.MUST))
    assert evaluation.verdict == "blocked"
    assert evaluation.possible_outcomes() == ALWAYS


def test_step_without_items_opens_nothing():
    evaluation = gate()
    assert (evaluation.verdict, evaluation.percent) == ("blocked", 0)
    assert evaluation.sentence == (
        "Go is not possible: this step has no questions that could be evaluated. Possible now: hold, return, stop."
    )


def test_waived_must_lets_go_pass_but_is_not_counted_as_met():
    evaluation = gate(item(ItemState.MET), item(ItemState.WAIVED))
    assert evaluation.verdict == "clear"
    assert (evaluation.met_count, evaluation.total_count, evaluation.percent) == (1, 2, 50)
    assert evaluation.sentence == (
        "Go is possible: 1 of 2 questions is answered and 1 is waived. Possible now: go, hold, return, stop."
    )


def test_open_may_informs_and_blocks_nothing():
    evaluation = gate(item(ItemState.MET), item(ItemState.UNKNOWN, Strength.MAY))
    assert evaluation.verdict == "clear"
    assert len(evaluation.unknowns) == 1


def test_items_that_do_not_apply_leave_the_count():
    assert gate(item(ItemState.NOT_APPLICABLE)).percent == 100
    assert gate(item(ItemState.NOT_APPLICABLE), item(ItemState.OPEN)).total_count == 1


def test_sentence_names_musts_first_and_three_reasons_at_most():
    should = item(ItemState.OPEN, Strength.SHOULD)
    evaluation = gate(item(ItemState.MET), should, *[item(ItemState.OPEN) for _ in range(4)])
    assert evaluation.sentence == (
        "Go is not possible: 1 of 6 questions is answered; something is open; something is open; something is open; "
        "2 more questions are open. Possible now: hold, return, stop."
    )


def test_sentence_of_a_conditional_gate_names_the_outcome():
    evaluation = gate(item(ItemState.MET), item(ItemState.MET), item(ItemState.OPEN, Strength.SHOULD))
    assert evaluation.sentence == (
        "Go is possible with conditions only: 2 of 3 questions are answered; something is open. "
        "Possible now: conditional go, hold, return, stop."
    )


@pytest.mark.parametrize(("met", "total", "percent"), [(0, 0, 100), (0, 3, 0), (2, 3, 66), (199, 200, 99), (3, 3, 100)])
def test_percent_is_rounded_down_so_that_100_means_all(met, total, percent):
    assert percent_of(met, total) == percent


def test_snapshot_is_json_and_its_hash_does_not_hang_on_the_time():
    first = gate(item(ItemState.MET), item(ItemState.OPEN)).as_snapshot()
    later = gate(item(ItemState.MET), item(ItemState.OPEN), as_of=datetime(2026, 4, 1, tzinfo=UTC)).as_snapshot()
    assert first["as_of"] != later["as_of"]
    assert first["sha256"] == later["sha256"] == snapshot_sha256(json.loads(json.dumps(first)))


def test_snapshot_hash_moves_with_the_facts():
    before = gate(item(ItemState.OPEN)).as_snapshot()
    assert before["sha256"] != gate(item(ItemState.MET)).as_snapshot()["sha256"]
    assert before["sha256"] != gate(item(ItemState.OPEN, key="other")).as_snapshot()["sha256"]
