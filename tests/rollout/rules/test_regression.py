"""When a passed gate becomes suspect: a table of before and now."""

from datetime import UTC, date, datetime

import pytest

from rollout.models import ChecklistItem, Step, Waiver
from rollout.rules.evaluation import GateEvaluation, ItemEvaluation, ItemState, Strength
from rollout.rules.regression import causes_of_suspicion


@pytest.fixture(autouse=True)
def seeded_after_flush() -> None:
    """These tests touch no database."""


def causes(now_open: str | None, then_open: str | None, *, is_live=True, state="open", then_state="met", gone=None):
    item = ChecklistItem(pk=1, key="q", question="Is it so?", is_live=is_live)
    evaluation = ItemEvaluation(
        item=item,
        state=ItemState(state),
        open_strength=Strength(now_open) if now_open else None,
        sentence="One is missing.",
    )
    gate = GateEvaluation(step=Step(key="s"), items=(evaluation,), as_of=datetime(2026, 3, 2, tzinfo=UTC))
    snapshot = {"items": [{"key": "q", "open_strength": then_open, "state": then_state}]}
    return causes_of_suspicion(gate, snapshot, {1: gone} if gone else {})


@pytest.mark.parametrize(
    ("now_open", "then_open", "options", "suspect"),
    [
        ("must", None, {}, True),
        ("should", None, {}, True),
        ("must", "should", {}, True),
        ("should", "should", {}, False),
        ("may", None, {}, False),
        (None, None, {"state": "met"}, False),
        (None, None, {"state": "waived"}, False),
        ("must", None, {"is_live": False}, False),
        ("must", None, {"state": "unknown"}, False),
        ("must", None, {"then_state": "waived"}, False),
    ],
)
def test_live_item_that_stands_worse_than_at_the_decision_is_a_cause(now_open, then_open, options, suspect):
    assert bool(causes(now_open, then_open, **options)) is suspect


@pytest.mark.parametrize("is_live", [True, False])
@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Waiver.State.EXPIRED, "expired after March 1, 2026, and the question is still open. One is missing."),
        (Waiver.State.REVOKED, "is revoked, and the question is still open. One is missing."),
    ],
)
def test_waiver_that_ended_is_a_cause_for_latched_items_too(is_live, state, words):
    gone = Waiver(state=state, expires_on=date(2026, 3, 1))
    found = causes("must", None, is_live=is_live, then_state="waived", gone=gone)
    assert found == [f"The waiver of “Is it so?” {words}"]
    assert causes(None, None, state="met", then_state="waived", gone=gone) == []


def test_item_that_was_not_part_of_the_decision_is_no_cause():
    item = ChecklistItem(pk=1, key="new", is_live=True)
    evaluation = ItemEvaluation(item=item, state=ItemState.OPEN, open_strength=Strength.MUST, sentence="")
    gate = GateEvaluation(step=Step(key="s"), items=(evaluation,), as_of=datetime(2026, 3, 2, tzinfo=UTC))
    assert causes_of_suspicion(gate, {}, {}) == []
