"""Dates in a playbook file: read, checked, and written so that they read the same again."""

import pytest

from rollout.services.playbooks import PlaybookRefused, export_playbook, import_playbook, read_playbook
from tests.factories.rollout import eight_steps_text

pytestmark = pytest.mark.django_db

GATE = "    decided_by: [sponsor]\n"
RULES = "    due: {anchor: program_start, weeks: 2}\n"
SHORT = "        due_weeks: -8\n"
LONG = "        due: {anchor: gate_target, direction: before, working_days: 3}\n"


def with_dates(gate: str = RULES, item: str = LONG) -> str:
    """Return the playbook with rules for the first gate and its first question."""
    return eight_steps_text().replace(GATE, GATE + gate, 1).replace(SHORT, item, 1)


def test_rules_of_gates_questions_and_meetings_survive_the_way_out_and_in():
    version = import_playbook(text=with_dates(), actor=None, publish=True).version
    text = export_playbook(version=version)
    assert read_playbook(text) == read_playbook(with_dates())
    assert import_playbook(text=text, actor=None).changed is False
    step = read_playbook(text).steps[0]
    assert (step.due.anchor, step.due.weeks) == ("program_start", 2)
    assert step.items[0].due_rule.working_days == 3
    assert {meeting.key: meeting.at for meeting in read_playbook(text).meetings}["planning"] == "09:00"


@pytest.mark.parametrize(
    ("gate", "item", "reason"),
    [
        ("", LONG, "due by a gate that has no due date of its own"),
        ("    due: {anchor: full_moon}\n", SHORT, r"steps\[prerequisites\].due.anchor"),
        ("    due: {anchor: cycle_start, weeks: 1, days: 2}\n", SHORT, "not in several of them"),
        (RULES, LONG + SHORT, "say due or due_weeks, not both"),
    ],
)
def test_rules_that_mean_nothing_are_refused_with_their_place(gate, item, reason):
    with pytest.raises(PlaybookRefused, match=reason):
        import_playbook(text=with_dates(gate, item), actor=None)
