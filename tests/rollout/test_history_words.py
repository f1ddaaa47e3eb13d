"""Every deed that is logged has a sentence in the history, and every sentence belongs to a deed."""

import re
from pathlib import Path

import pytest

import rollout
from rollout.queries.history_words import KINDS, SENTENCES, Names, kinds_in, sentence_of
from rollout.wagtail_hooks import LOG_ACTIONS

ROLLOUT = Path(rollout.__file__).parent
NAMES = Names(people={1: "Anna Berg", 2: "Ben Cole"}, roles={"coach": "OKR coach"})


def used_actions() -> set[str]:
    """Names of log actions in the deeds: string literals that are no names of tasks or other tables."""
    source = "".join(path.read_text(encoding="utf-8") for path in (ROLLOUT / "services").rglob("*.py"))
    return set(re.findall(r'"(rollout\.[a-z_]+)"', source))


@pytest.mark.parametrize("action", sorted({*LOG_ACTIONS, *used_actions()}))
def test_every_log_action_has_a_name_and_a_sentence(action):
    assert action in LOG_ACTIONS, "register it in rollout/wagtail_hooks.py"
    assert action in SENTENCES, "say what happened in rollout/queries/history_words.py"


def test_no_sentence_is_left_of_a_deed_that_is_gone():
    assert set(SENTENCES) == set(LOG_ACTIONS)


@pytest.mark.parametrize("action", sorted(SENTENCES))
def test_every_sentence_can_be_said_with_and_without_its_values(action):
    assert kinds_in(SENTENCES[action]) <= set(KINDS)
    assert sentence_of(action, {}, subject="Pilot")
    assert not re.search(r"[{}\[\]]", sentence_of(action, {}, subject="Pilot"))


@pytest.mark.parametrize(
    ("action", "data", "sentence"),
    [
        (
            "rollout.role_assigned",
            {"person": 1, "role": "coach", "is_deputy": True},
            "gave Anna Berg the role OKR coach as deputy",
        ),
        (
            "rollout.role_assigned",
            {"person": 1, "role": "coach", "is_deputy": False},
            "gave Anna Berg the role OKR coach",
        ),
        (
            "rollout.role_ended",
            {"person": 7, "role": "scribe", "reason": "Left."},
            "ended the role scribe of somebody: Left",
        ),
        ("rollout.roster_changed", {"added": [1, 2, 3]}, "changed the roster: 3 people added"),
        ("rollout.roster_changed", {"removed": [1]}, "changed the roster: Anna Berg removed"),
        (
            "rollout.parameters_recorded",
            {"changed": {"pilot_size": [None, 24], "area": ["Sales", None]}},
            "recorded parameters: pilot size empty → 24; area Sales → empty",
        ),
        ("rollout.gate_decided", {"outcome": "conditional_go"}, "decided the gate of Pilot: conditional go"),
        (
            "rollout.waiver_expired",
            {"expires_on": "2026-03-01"},
            "ended the waiver of “Pilot”, whose last day was March 1, 2026",
        ),
        ("rollout.item_stated", {"kind": "documented"}, "handed in evidence for “Pilot”"),
        ("rollout.of_a_later_edition", {}, "of a later edition"),
    ],
)
def test_a_sentence_says_what_happened(action, data, sentence):
    assert sentence_of(action, data, subject="Pilot", names=NAMES) == sentence


def test_many_people_are_counted_after_the_first_five():
    said = sentence_of("rollout.roster_changed", {"removed": [1, 2, 1, 2, 1, 2, 1]}, names=NAMES)
    assert said.endswith("Anna Berg and 2 more removed")
