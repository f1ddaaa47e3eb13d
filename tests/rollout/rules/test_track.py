from datetime import timedelta

import pytest

from people.api import now, today
from rollout.models import Program, RoleAssignment, Step, Waiver
from rollout.rules.track import gate_lines, track_of
from rollout.services.standing import read_standing
from tests.factories.rollout import StartedProgram, answer_step, make_program

pytestmark = pytest.mark.django_db


def stands(started: StartedProgram):
    started.program.refresh_from_db()
    return read_standing(program=started.program)


def track(started: StartedProgram):
    return track_of(stands(started))


@pytest.fixture
def started() -> StartedProgram:
    started = make_program(roles=("sponsor", "project_lead", "people_lead", "coach", "works_council", "champion"))
    started.wave.steps.update(target_on=today() + timedelta(days=60))
    return started


def test_a_program_without_anything_in_the_way_is_on_track(started):
    assert (track(started).status, track(started).headline) == ("met", "On track")
    assert track(started).risk is None


def test_the_rule_is_stated_with_the_answer(started):
    assert track(started).rule.startswith("On track means:")


def test_an_overdue_gate_is_not_on_track_and_is_the_one_risk(started):
    started.wave.steps.filter(number=0).update(target_on=today() - timedelta(days=3))
    found = track(started)
    assert found.headline == "Not on track"
    assert "overdue by 3 days" in found.risk.text


def test_a_suspect_gate_is_not_on_track(started):
    started.wave.steps.filter(number=0).update(state=Step.State.SUSPECT, suspect_because="The sponsor left.")
    assert "is suspect: The sponsor left" in track(started).risk.text


def test_an_open_must_counts_in_the_last_two_weeks_only(started):
    started.wave.steps.filter(number=0).update(target_on=today() + timedelta(days=14))
    assert track(started).headline == "Not on track"
    answer_step(started, "prerequisites")
    assert track(started).headline == "On track"


def test_a_vacant_sponsor_is_off_and_another_vacancy_to_watch(started):
    RoleAssignment.objects.filter(slot__key="works_council").update(ended_on=today())
    found = track(started)
    assert (found.status, found.headline) == ("warning", "On track, with 1 thing to watch")
    RoleAssignment.objects.filter(slot__key="sponsor").update(ended_on=today())
    found = track(started)
    assert found.headline == "Not on track"
    assert found.risk.text == "Executive sponsor: vacant"


def test_a_high_risk_waiver_is_to_watch(started):
    Waiver.objects.create(
        item=started.item("open_to_change"),
        state=Waiver.State.ACTIVE,
        reason="Later",
        risk="high",
        compensating_action="Ask",
        requested_by=started.project_lead,
        decided_by=started.sponsor,
        decided_at=now(),
        expires_on=today() + timedelta(days=9),
    )
    assert track(started).risk.text.startswith("High risk waived until")


@pytest.mark.parametrize(("state", "headline"), [("paused", "Paused since"), ("stopped", "Stopped")])
def test_a_program_that_does_not_run_says_so(started, state, headline):
    Program.objects.update(state=state, paused_on=today() if state == "paused" else None)
    assert track(started).headline.startswith(headline)


def test_all_gates_passed_is_the_end(started):
    started.wave.steps.update(state=Step.State.PASSED, passed_at=now())
    assert track(started).headline == "All gates are passed"


def test_gates_tell_planned_and_actual(started):
    steps = started.wave.steps
    steps.filter(number=0).update(state="passed", passed_at=now(), target_on=today() + timedelta(days=2))
    steps.filter(number=1).update(state="passed", passed_at=now(), target_on=today() - timedelta(days=1))
    steps.filter(number=2).update(state="passed", passed_at=now(), target_on=today())
    steps.filter(number=3).update(state="passed", passed_at=now(), target_on=None)
    steps.filter(number=4).update(target_on=today() - timedelta(days=4))
    steps.filter(number=5).update(target_on=today())
    steps.filter(number=6).update(target_on=None)
    assert [line.words for line in gate_lines(stands(started))] == [
        "2 days early",
        "1 day late",
        "on the day",
        "passed",
        "4 days overdue",
        "due today",
        "no date yet",
        "in 60 days",
        "in 60 days",
    ]
