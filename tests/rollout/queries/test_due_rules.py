"""Dates by rule: forward and backward, over month ends, leap days, weekends and holidays."""

from datetime import date

import pytest
from pydantic import ValidationError

from people.api import WorkingDays
from rollout.models import Step
from rollout.models.playbook_content import DueContent, ItemContent, MeetingContent, PlaybookContent
from rollout.queries.due_rules import Anchors, due_day, planned_dates, rule_in_words
from rollout.rules.due_dates import may_set_due_date
from tests.factories.rollout import eight_steps_content, make_program

ANCHORS = Anchors(program_start=date(2028, 1, 31), cycle_start=date(2028, 3, 31), cycle_end=date(2028, 6, 30))
EVERY_DAY = WorkingDays(weekdays=frozenset(range(1, 8)))


def rule(anchor="cycle_start", direction="after", **number) -> DueContent:
    return DueContent(anchor=anchor, direction=direction, **number)


@pytest.mark.parametrize(
    ("due", "day"),
    [
        (rule(), date(2028, 3, 31)),
        (rule(weeks=2), date(2028, 4, 14)),
        (rule(direction="before", days=31), date(2028, 2, 29)),
        (rule(direction="before", months=1), date(2028, 2, 29)),
        (rule("program_start", months=1), date(2028, 2, 29)),
        (rule("program_start", months=13), date(2029, 2, 28)),
        (rule("cycle_end", "before", weeks=1), date(2028, 6, 23)),
        (rule("gate_target", "before", days=3), date(2028, 5, 1)),
    ],
)
def test_days_are_counted_by_the_calendar(due, day):
    anchors = Anchors(ANCHORS.program_start, ANCHORS.cycle_start, ANCHORS.cycle_end, {"goal": date(2028, 5, 4)})
    assert due_day(due, anchors, EVERY_DAY, "goal") == day


def test_day_off_moves_away_from_the_anchor_when_counted_backward_and_on_when_counted_forward():
    days = WorkingDays(holidays={date(2028, 4, 3): "Day off"})
    assert due_day(rule(days=1), ANCHORS, days) == date(2028, 4, 4)
    assert due_day(rule(direction="before", days=6), ANCHORS, days) == date(2028, 3, 24)
    assert due_day(rule(working_days=1), ANCHORS, days) == date(2028, 4, 4)
    assert due_day(rule(direction="before", working_days=1), ANCHORS, days) == date(2028, 3, 30)


def test_what_is_not_known_yet_has_no_day():
    assert due_day(rule(weeks=1), Anchors(date(2028, 1, 3)), EVERY_DAY) is None
    assert due_day(rule("gate_target"), ANCHORS, EVERY_DAY, "goal") is None


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (rule(direction="before", weeks=3), "3 weeks before the first day of the first cycle"),
        (rule("cycle_end", days=1), "1 day after the last day of the first cycle"),
        (rule("program_start"), "on the start of the program"),
        (
            rule("gate_target", "before", working_days=2, step="pilot_group"),
            "2 working days before the gate of pilot group",
        ),
    ],
)
def test_rule_reads_as_people_say_it(due, words):
    assert rule_in_words(due) == words


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"days": 1, "weeks": 1}, "not in several"),
        ({"step": "goal"}, "only the anchor gate_target"),
        ({"days": -1}, "greater than or equal"),
        ({"anchor": "full_moon"}, "Input should be"),
    ],
)
def test_rule_that_means_nothing_is_refused(fields, reason):
    with pytest.raises(ValidationError, match=reason):
        DueContent(**{"anchor": "cycle_start", **fields})


ITEM = {"key": "a", "question": "?", "strength": "must", "verification": "attest", "responsible": "lead"}


def test_short_form_counts_weeks_from_the_cycle_and_excludes_the_long_one():
    assert ItemContent(**ITEM, due_weeks=-2).due_rule == rule(direction="before", weeks=2)
    assert ItemContent(**ITEM).due_rule == rule(weeks=0)
    with pytest.raises(ValidationError, match="not both"):
        ItemContent(**ITEM, due_weeks=1, due=rule())


def test_meeting_is_not_counted_from_a_gate():
    with pytest.raises(ValidationError, match="counted from the program's or the cycle's dates"):
        MeetingContent(key="a", title="A", per="team", cadence="weekly", minutes=5, when={"anchor": "gate_target"})


def playbook(**dues) -> PlaybookContent:
    content = PlaybookContent.model_validate_json(eight_steps_content()[0]).model_dump(mode="json")
    for step in content["steps"]:
        if step["key"] in dues:
            step["due"] = dues[step["key"]]
    item = content["steps"][2]["items"][0]
    if "item" in dues:
        item["due"], item["due_weeks"] = dues["item"], 0
    return PlaybookContent.model_validate(content)


def test_gate_with_a_rule_of_its_own_gives_dates_to_others():
    content = playbook(
        goal={"anchor": "program_start", "weeks": 2},
        scope={"anchor": "gate_target", "step": "goal", "days": 7},
        item={"anchor": "gate_target", "direction": "before", "days": 1},
    )
    keys = [step.key for step in content.steps]
    planned = planned_dates(content, ANCHORS, EVERY_DAY)
    assert planned.gates["goal"] == date(2028, 2, 14)
    assert planned.gates[keys[2]] == date(2028, 2, 21)
    assert planned.items[keys[2], content.steps[2].items[0].key] == date(2028, 2, 20)
    kept = planned_dates(content, ANCHORS, EVERY_DAY, kept_gates={"goal": date(2028, 3, 1)})
    assert kept.gates[keys[2]] == date(2028, 3, 8)


@pytest.mark.parametrize(
    "dues",
    [
        {"item": {"anchor": "gate_target"}},
        {"goal": {"anchor": "gate_target", "step": "goal"}},
        {"goal": {"anchor": "gate_target", "step": "scope"}, "scope": {"anchor": "cycle_start"}},
    ],
)
def test_date_that_hangs_on_itself_or_on_a_later_gate_is_refused(dues):
    with pytest.raises(ValidationError, match="no due date of its own"):
        playbook(**dues)


@pytest.mark.django_db
def test_dates_of_a_passed_gate_are_history():
    started = make_program(open_step="goal")
    assert may_set_due_date(started.project_lead, started.step("goal")) is True
    assert "history" in str(may_set_due_date(started.project_lead, started.step("prerequisites")))
    assert not may_set_due_date(started.sponsor, started.step("goal"))
    assert started.step("prerequisites").state == Step.State.PASSED
