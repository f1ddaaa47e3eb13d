"""Let a program stand still, and let it go on with its dates moved by the time it stood."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from people.api import Refused, User, announce, log, now, require, today, working_days_of_units
from rollout.models import ChecklistItem, Condition, DateSetBy, HoldShift, Program, ProgramPause, Step, Waiver, Wave
from rollout.queries.pauses import ResumePlan, Shift, later_start, open_pause, resume_plan
from rollout.rules.programs import may_pause, may_resume
from rollout.services.locks import lock_program
from rollout.services.meetings import write_meetings
from rollout.signals import wave_changed


@transaction.atomic
def pause_program(*, program: Program, actor: User, reason: str, expected_until: date | None = None) -> ProgramPause:
    """Stop the program's clocks from today on: nothing becomes overdue or expires, nobody is reminded, and deeds that
    commit people are refused until somebody resumes it.

    Refused without a reason, with an expected end that is not in the future, for anybody but project lead, sponsor,
    their deputies and administrators, and for programs that are paused or stopped.
    """
    program = lock_program(program.pk)
    require(may_pause(actor, program))
    if not (reason := reason.strip()):
        raise Refused("Say why the program is paused. Everybody who carries it will read it.")
    if expected_until is not None and expected_until <= today():
        raise Refused("The day on which you expect to go on has to be in the future.")
    program.state, program.paused_on = Program.State.PAUSED, today()
    program.save(update_fields=["state", "paused_on"])
    pause = ProgramPause.objects.create(
        program=program,
        started_on=today(),
        expected_until=expected_until,
        reason=reason[:1000],
        paused_by=actor,
        paused_at=now(),
    )
    log(program, "rollout.program_paused", user=actor, data={"pause": pause.pk, "reason": pause.reason})
    _announce(program)
    return pause


@transaction.atomic
def resume_program(*, program: Program, actor: User, seen: str = "") -> ProgramPause:
    """End the pause today and move every date that it held up by the working days that were lost.

    Moved: the first cycle, gates that are not passed with their questions, open conditions, live waivers, and meetings
    (by whole weeks, at the same time of day). ``seen`` is the mark of the preview (``ResumePlan.digest``): when
    something else would move now, nothing does, and the preview has to be looked at again. Refused for anybody but
    project lead, sponsor, their deputies and administrators.
    """
    program = lock_program(program.pk)
    require(may_resume(actor, program))
    _lock_below(program)
    pause = open_pause(program)
    if pause is None:
        raise Refused(f"{program.title} has no pause that could end.")
    plan = resume_plan(program, pause)
    if seen and seen != plan.digest:
        raise Refused("Dates have changed since you opened this preview, so nothing was moved. Look at it again.")
    _move(plan.shifts)
    _move_holds(plan)
    _move_meetings(plan)
    program.state, program.paused_on = Program.State.RUNNING, None
    program.save(update_fields=["state", "paused_on"])
    pause.ended_on, pause.ended_by, pause.ended_at = plan.day, actor, now()
    pause.working_days, pause.shifts = plan.working_days, [shift.as_json() for shift in plan.shifts]
    pause.save(update_fields=["ended_on", "ended_by", "ended_at", "working_days", "shifts"])
    data = {
        "pause": pause.pk,
        "working_days": plan.working_days,
        "dates": len(plan.shifts),
        "meetings": len(plan.meetings),
    }
    log(program, "rollout.program_resumed", user=actor, data=data)
    _announce(program)
    return pause


def _lock_below(program: Program) -> None:
    for rows in (
        Wave.objects.filter(program=program),
        Step.objects.filter(wave__program=program),
        Condition.objects.filter(decision__step__wave__program=program),
        Waiver.objects.filter(item__step__wave__program=program),
    ):
        list(rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True))


FIELDS: dict[str, tuple[type[Wave | Step | ChecklistItem | Condition | Waiver], str]] = {
    "cycle_start": (Wave, "starts_on"),
    "cycle_end": (Wave, "ends_on"),
    "gate": (Step, "target_on"),
    "item": (ChecklistItem, "due_on"),
    "condition": (Condition, "due_on"),
    "waiver": (Waiver, "expires_on"),
}

SET_BY = {"gate": "target_set_by", "item": "due_set_by"}
"""Dates that somebody set by hand stay marked as such."""
CHANGED_AT = {"gate": "target_changed_at", "item": "due_changed_at"}


def _move(shifts: Sequence[Shift]) -> None:
    """Write the new dates: one statement for each kind and day."""
    by_day: dict[tuple[str, date], list[int]] = {}
    for shift in shifts:
        if shift.kind in FIELDS:
            by_day.setdefault((shift.kind, shift.after), []).append(shift.id)
    # Ends before starts: a cycle must never end before it starts, not even in between.
    for (kind, day), ids in sorted(by_day.items(), key=lambda entry: entry[0][0] == "cycle_start"):
        model, name = FIELDS[kind]
        rows = model._default_manager.filter(pk__in=ids)
        if kind in SET_BY:
            rows.filter(**{SET_BY[kind]: DateSetBy.PLAYBOOK}).update(**{SET_BY[kind]: DateSetBy.PAUSE})
        rows.update(**{name: day}, **({CHANGED_AT[kind]: now()} if kind in CHANGED_AT else {}))


def _move_holds(plan: ResumePlan) -> None:
    """Write the new day beside the decision, which itself never changes."""
    HoldShift.objects.bulk_create(
        (
            HoldShift(decision_id=shift.id, revisit_on=shift.after, pause=plan.pause)
            for shift in plan.shifts
            if shift.kind == "hold"
        ),
        update_conflicts=True,
        unique_fields=["decision"],
        update_fields=["revisit_on", "pause"],
    )


def _move_meetings(plan: ResumePlan) -> None:
    meetings = plan.meetings
    if not meetings or not plan.weeks:
        return
    days = working_days_of_units({meeting.team_id: meeting.team for meeting in meetings if meeting.team}.values())
    taken: set[tuple[int, str, int | None, object]] = set()
    for meeting in meetings:
        own = days.get(meeting.team_id or 0, plan.calendar)
        start = later_start(meeting.starts_at, plan.weeks, own)
        while (key := (meeting.wave_id, meeting.kind, meeting.team_id, start)) in taken:
            start = later_start(start + timedelta(days=1), 0, own)
        taken.add(key)
        meeting.starts_at, meeting.changed_at = start, now()
        meeting.sequence += 1
    write_meetings(meetings)


def _announce(program: Program) -> None:
    for wave_id in program.waves.order_by("pk").values_list("pk", flat=True):
        announce(wave_changed, wave_id=wave_id)
