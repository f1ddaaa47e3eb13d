"""A paused program stands still, and goes on with its dates moved by the working time that was lost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from people.api import Refused, add_holiday, clock_at, now
from rollout.models import ChecklistItem, GateSubmission, Meeting, Program, ProgramPause, Step, Waiver
from rollout.queries.decisions import revisit_day, standing_hold
from rollout.queries.pauses import open_pause, resume_plan
from rollout.services.commitments import start_cycle
from rollout.services.evaluation import evaluate_gate
from rollout.services.gates import decide_gate, submit_gate
from rollout.services.meetings import plan_meetings
from rollout.services.pauses import pause_program, resume_program
from rollout.services.programs import set_wave_dates
from rollout.services.refresh import refresh_wave
from rollout.services.statements import attest_item
from rollout.services.waiting import decisions_waiting_for
from rollout.services.waivers import approve_waiver
from tests.factories.people import UnitFactory, UserFactory
from tests.factories.rollout import answer_step, make_program

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = MONDAY + timedelta(days=9)
"""Seven working days later, a Wednesday."""


@pytest.fixture
def started():
    with clock_at(MONDAY):
        started = make_program(open_step="coaching")
        set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=date(2026, 4, 6))
    return started


def paused(started, **fields):
    with clock_at(MONDAY):
        return pause_program(program=started.program, actor=started.project_lead, reason="Merger", **fields)


def program_of(started) -> Program:
    return Program.objects.select_related("area").get(pk=started.program.pk)


def plan_of(started):
    program = program_of(started)
    return resume_plan(program, open_pause(program))


def waiver_of(started, *, state=Waiver.State.ACTIVE, until=date(2026, 3, 6)) -> Waiver:
    return Waiver.objects.create(
        item=started.item("needs_identified"),
        state=state,
        reason="Late",
        risk="low",
        compensating_action="By hand",
        requested_by=started.project_lead,
        decided_by=started.sponsor if state == Waiver.State.ACTIVE else None,
        expires_on=until,
    )


def test_pause_is_recorded_announced_and_only_one_at_a_time(started, news):
    with news() as ids:
        pause = paused(started, expected_until=date(2026, 4, 1))
    assert ids == [started.wave.pk]
    assert (pause.started_on, program_of(started).paused_on) == (date(2026, 3, 2), date(2026, 3, 2))
    with pytest.raises(Refused, match="paused already"):
        paused(started)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgramPause.objects.create(
            program=started.program, started_on=date(2026, 3, 2), reason="Twice", paused_by=started.sponsor
        )


def test_pause_needs_a_reason_and_a_future_end(started):
    with clock_at(MONDAY):
        with pytest.raises(Refused, match="Say why"):
            pause_program(program=started.program, actor=started.sponsor, reason=" ")
        with pytest.raises(Refused, match="in the future"):
            pause_program(
                program=started.program, actor=started.sponsor, reason="Merger", expected_until=date(2026, 3, 2)
            )
        with pytest.raises(Refused, match="by its project lead or its sponsor") as refused:
            pause_program(program=started.program, actor=started.coach, reason="Merger")
    assert str(started.project_lead) in refused.value.refusal.owed_by


def test_deeds_that_commit_are_refused_and_say_who_resumes(started):
    answer_step(started, "coaching")
    waiver = waiver_of(started, state=Waiver.State.REQUESTED)
    submission = GateSubmission.objects.create(
        step=started.step("coaching"), submitted_by=started.project_lead, snapshot={}
    )
    paused(started)
    lead = started.project_lead
    deeds = [
        lambda: submit_gate(step=started.step("coaching"), actor=lead),
        lambda: decide_gate(submission=submission, outcome="stop", actor=started.sponsor, reason="No"),
        lambda: approve_waiver(waiver=waiver, actor=started.sponsor),
        lambda: set_wave_dates(wave=started.wave, actor=lead, starts_on=date(2026, 5, 4)),
        lambda: plan_meetings(wave=started.wave, kind="planning", first_start=MONDAY, actor=lead),
        lambda: start_cycle(wave=started.wave, actor=lead),
    ]
    for deed in deeds:
        with pytest.raises(Refused, match="is paused since March 2, 2026") as refused:
            deed()
        assert str(lead) in refused.value.refusal.owed_by
        assert refused.value.refusal.fix_url == "/programs/okr-rollout/pause/"
    assert decisions_waiting_for(started.sponsor) == []


def test_questions_can_be_answered_meanwhile(started):
    paused(started)
    item = ChecklistItem.objects.filter(step__wave=started.wave, verification="attest").first()
    by = started.people[item.responsible]
    assert attest_item(item=item, actor=by).by == by


def test_nothing_expires_while_the_clocks_stand_still(started):
    waiver = waiver_of(started)
    paused(started)
    with clock_at(LATER):
        refresh_wave(wave_id=started.wave.pk)
        states = {e.item.key: e.state.value for e in evaluate_gate(step=started.step("coaching")).items}
    waiver.refresh_from_db()
    assert (waiver.state, states["needs_identified"]) == (Waiver.State.ACTIVE, "waived")


def test_resuming_moves_what_was_held_up_by_the_working_days_lost(started, news):
    waiver = waiver_of(started)
    passed = started.step("charter") if Step.objects.filter(key="charter").exists() else started.wave.steps.first()
    before_passed = Step.objects.get(pk=passed.pk).target_on
    item = started.item("training_finished")
    before = {"item": item.due_on, "gate": item.step.target_on}
    paused(started)
    with clock_at(LATER), news() as ids:
        pause = resume_program(program=started.program, actor=started.sponsor, seen=plan_of(started).digest)
    assert ids == [started.wave.pk]
    waiver.refresh_from_db()
    wave, item, program = started.fresh_wave(), started.item("training_finished"), program_of(started)
    assert (pause.working_days, program.state, program.paused_on) == (7, "running", None)
    assert waiver.expires_on == date(2026, 3, 17)
    assert wave.starts_on == date(2026, 4, 15)
    # Fourteen working days and a weekend less than seven working days apart are nine or eleven days of the calendar.
    assert item.due_on - before["item"] in (timedelta(days=9), timedelta(days=11))
    assert item.step.target_on - before["gate"] in (timedelta(days=9), timedelta(days=11))
    assert Step.objects.get(pk=passed.pk).target_on == before_passed
    assert {"kind": "waiver", "id": waiver.pk, "from": "2026-03-06", "to": "2026-03-17"} in pause.shifts


def test_dates_that_had_passed_before_the_pause_stay(started):
    started.step("coaching").items.filter(key="needs_identified").update(due_on=date(2026, 2, 27))
    paused(started)
    with clock_at(LATER):
        resume_program(program=started.program, actor=started.sponsor)
    assert started.item("needs_identified").due_on == date(2026, 2, 27)


def test_holidays_are_no_lost_time(started):
    area = UnitFactory()
    Program.objects.update(area=area)
    add_holiday(unit=area, actor=None, day=date(2026, 3, 4), name="Local day")
    paused(started)
    with clock_at(LATER):
        assert plan_of(started).working_days == 6


def test_pause_ended_on_the_same_day_moves_nothing(started):
    pause = paused(started)
    with clock_at(MONDAY):
        ended = resume_program(program=started.program, actor=started.project_lead)
    assert (ended.pk, ended.shifts, ended.working_days) == (pause.pk, [], 0)


def test_meetings_keep_weekday_and_time_over_a_change_of_clocks(started):
    from zoneinfo import ZoneInfo

    from people.api import forget_organization
    from people.models import OrganizationSettings

    OrganizationSettings.objects.create(time_zone="Europe/Berlin")
    forget_organization()
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 3, 16, 9, tzinfo=berlin)
    with clock_at(MONDAY):
        plan_meetings(wave=started.wave, kind="weekly", first_start=first, actor=started.project_lead, weeks=4)
    paused(started)
    with clock_at(LATER):
        resume_program(program=started.program, actor=started.project_lead)
    starts = sorted(set(Meeting.objects.values_list("starts_at", flat=True)))
    assert [start.astimezone(berlin) for start in starts] == [
        datetime(2026, month, day, 9, tzinfo=berlin) for month, day in ((3, 30), (4, 6), (4, 13), (4, 20))
    ]
    assert set(Meeting.objects.values_list("sequence", flat=True)) == {1}


def test_resuming_is_refused_when_the_preview_is_no_longer_true(started):
    paused(started)
    with clock_at(LATER):
        seen = plan_of(started).digest
        waiver_of(started)
        with pytest.raises(Refused, match="Dates have changed"):
            resume_program(program=started.program, actor=started.project_lead, seen=seen)
    assert program_of(started).state == Program.State.PAUSED


def test_resuming_is_for_those_who_steer_and_only_while_paused(started):
    with pytest.raises(Refused, match="nothing to resume"):
        resume_program(program=started.program, actor=started.project_lead)
    paused(started)
    with pytest.raises(Refused, match="is resumed by its project lead or its sponsor"):
        resume_program(program=started.program, actor=started.coach)
    Program.objects.update(state=Program.State.STOPPED, paused_on=None)
    for deed in (resume_program, lambda **who: pause_program(**who, reason="Why")):
        with pytest.raises(Refused, match="was stopped"):
            deed(program=started.program, actor=started.project_lead)


def test_person_whose_account_is_closed_pauses_nothing(started):
    gone = UserFactory(is_superuser=True, is_active=False)
    with pytest.raises(Refused, match="account is closed"):
        pause_program(program=started.program, actor=gone, reason="Why")


@pytest.mark.parametrize("members", [6, 60])
def test_resuming_costs_the_same_for_many_teams(members, django_assert_num_queries):
    with clock_at(MONDAY):
        started = make_program(members=members, teams=members // 2)
        set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=date(2026, 4, 6))
        plan_meetings(wave=started.wave, kind="weekly", first_start=MONDAY, actor=started.project_lead, weeks=3)
    paused(started)
    assert now() != MONDAY
    with clock_at(LATER):
        plan_of(started)
        program = program_of(started)
        pause = open_pause(program)
        with django_assert_num_queries(8):
            resume_plan(program, pause)


def test_hold_moves_with_the_pause_and_its_decision_stays_as_it_was(started):
    answer_step(started, "coaching")
    submission = GateSubmission.objects.create(
        step=started.step("coaching"), submitted_by=started.project_lead, snapshot={}
    )
    with clock_at(MONDAY):
        decision = decide_gate(
            submission=submission, outcome="hold", actor=started.sponsor, reason="Wait", revisit_on=date(2026, 3, 6)
        )
    paused(started)
    with clock_at(LATER):
        assert standing_hold(started.step("coaching")) == decision
        resume_program(program=started.program, actor=started.sponsor)
        hold = standing_hold(started.step("coaching"))
        assert (hold.revisit_on, revisit_day(hold)) == (date(2026, 3, 6), date(2026, 3, 17))
        with pytest.raises(Refused, match="on hold until March 17, 2026"):
            submit_gate(step=started.step("coaching"), actor=started.project_lead)
    with clock_at(LATER):
        pause_program(program=started.program, actor=started.sponsor, reason="Again")
    with clock_at(LATER + timedelta(days=1)):
        resume_program(program=started.program, actor=started.sponsor)
        assert revisit_day(standing_hold(started.step("coaching"))) == date(2026, 3, 18)
