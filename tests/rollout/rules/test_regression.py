"""When a passed gate becomes suspect: a table of before and now."""

from datetime import UTC, date, datetime

import pytest

from rollout.models import ChecklistItem, Finding, Step, Suspicion, Waiver
from rollout.rules.evaluation import GateEvaluation, ItemEvaluation, ItemState, Strength
from rollout.rules.regression import causes_in_evidence, differences, roster_change

pytestmark = pytest.mark.django_db


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
    return causes_in_evidence(gate, snapshot, {1: gone} if gone else {})


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
    ("gone", "words", "since"),
    [
        (
            {"state": "expired", "expires_on": date(2026, 3, 1)},
            "The waiver of “Is it so?” expired after March 1, 2026, and the question is open. One is missing.",
            date(2026, 3, 2),
        ),
        (
            {"state": "active", "expires_on": date(2026, 3, 1)},
            "The waiver of “Is it so?” expired after March 1, 2026, and the question is open. One is missing.",
            date(2026, 3, 2),
        ),
        (
            {"state": "revoked", "expires_on": date(2026, 9, 1), "closed_at": datetime(2026, 2, 27, 12, tzinfo=UTC)},
            "The waiver of “Is it so?” was revoked on February 27, 2026, and the question is open. One is missing.",
            date(2026, 2, 27),
        ),
        (
            {"state": "fulfilled", "expires_on": date(2026, 9, 1), "closed_at": datetime(2026, 2, 1, tzinfo=UTC)},
            "“Is it so?” was waived when the gate passed, was met later, and is open again. One is missing.",
            date(2026, 3, 2),
        ),
    ],
)
def test_waiver_that_ended_is_a_cause_for_latched_items_too(is_live, gone, words, since):
    waiver = Waiver(pk=7, **gone)
    (found,) = causes("must", None, is_live=is_live, then_state="waived", gone=waiver)
    assert (found.kind, found.about, found.because, found.since) == ("waiver_ended", "7", words, since)
    assert causes(None, None, state="met", then_state="waived", gone=waiver) == []


def test_regression_says_since_when_the_data_turned():
    item = ChecklistItem(pk=1, key="q", question="Is it so?", is_live=True)
    finding = Finding(status="not_met", changed_at=datetime(2026, 2, 20, 12, tzinfo=UTC))
    e = ItemEvaluation(item, ItemState.OPEN, Strength.MUST, "One is missing.", findings=(finding,))
    gate = GateEvaluation(step=Step(key="s"), items=(e,), as_of=datetime(2026, 3, 2, tzinfo=UTC))
    (found,) = causes_in_evidence(gate, {"items": [{"key": "q", "open_strength": None, "state": "met"}]}, {})
    assert found.since == date(2026, 2, 20)
    assert "is open again since February 20, 2026. One is missing." in found.because


@pytest.mark.parametrize(
    ("size", "joined", "left", "found"),
    [(100, 10, 0, 0), (100, 11, 0, 1), (100, 5, 6, 1), (100, 5, 5, 0), (7, 1, 0, 1), (0, 5, 5, 0)],
)
def test_roster_that_changed_by_more_than_a_tenth_is_a_cause(size, joined, left, found):
    causes_found = roster_change(size, joined, left, date(2026, 3, 2), date(2026, 4, 1))
    assert len(causes_found) == found
    if causes_found:
        assert causes_found[0].kind == Suspicion.Kind.ROSTER_CHANGED
        assert f"of {size} people" in causes_found[0].because


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ({"key": "q", "state": "met", "open_strength": None, "waiver": None}, []),
        ({"key": "q", "state": "open", "open_strength": "must", "waiver": None}, ["“Is it so?”: open then, met now."]),
        (
            {"key": "old", "question": "Was it?", "state": "met", "open_strength": None, "waiver": None},
            ["“Is it so?” was not asked when the gate passed.", "“Was it?” is not asked any more."],
        ),
    ],
)
def test_differences_are_said_question_by_question(then, words):
    e = ItemEvaluation(ChecklistItem(pk=1, key="q", question="Is it so?"), ItemState.MET, None, "Met.")
    gate = GateEvaluation(step=Step(key="s"), items=(e,), as_of=datetime(2026, 3, 2, tzinfo=UTC))
    assert differences({"items": [then]}, gate) == words


def test_item_that_was_not_part_of_the_decision_is_no_cause():
    item = ChecklistItem(pk=1, key="new", is_live=True)
    evaluation = ItemEvaluation(item=item, state=ItemState.OPEN, open_strength=Strength.MUST, sentence="")
    gate = GateEvaluation(step=Step(key="s"), items=(evaluation,), as_of=datetime(2026, 3, 2, tzinfo=UTC))
    assert causes_in_evidence(gate, {}, {}) == []
