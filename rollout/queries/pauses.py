"""What a pause held up, and which dates move when it ends: read and worked out, nothing is changed here."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil

from people.api import WorkingDays, end_of_day, organization_zone, today, working_days_of
from rollout.models import (
    ChecklistItem,
    Condition,
    GateDecision,
    Meeting,
    Program,
    ProgramPause,
    Step,
    Waiver,
    Wave,
)
from rollout.queries.decisions import revisit_day


@dataclass(frozen=True, slots=True)
class Shift:
    """One date that moves. ``kind``: cycle_start, cycle_end (``id`` of a wave), gate (step), item, condition, waiver,
    hold (decision)."""

    kind: str
    id: int
    title: str
    before: date
    after: date

    def as_json(self) -> dict[str, str | int]:
        return {"kind": self.kind, "id": self.id, "from": self.before.isoformat(), "to": self.after.isoformat()}


@dataclass
class ResumePlan:
    """What ending the pause on ``day`` would move: ``working_days`` for dates, ``weeks`` for meetings, which keep
    weekday and time."""

    pause: ProgramPause
    day: date
    calendar: WorkingDays
    working_days: int
    weeks: int
    shifts: list[Shift] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)

    @property
    def questions(self) -> list[Shift]:
        """The due dates of single questions; a long list."""
        return [shift for shift in self.shifts if shift.kind == "item"]

    @property
    def others(self) -> list[Shift]:
        """Everything else: cycle, gates, holds, conditions and waivers."""
        return [shift for shift in self.shifts if shift.kind != "item"]

    @property
    def digest(self) -> str:
        """A short mark of everything that would move, to tell whether it is still what somebody looked at."""
        facts = [self.day.isoformat(), self.working_days, [shift.as_json() for shift in self.shifts]]
        facts.append([[meeting.pk, meeting.starts_at.isoformat()] for meeting in self.meetings])
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def open_pause(program: Program) -> ProgramPause | None:
    """Return the pause that the program is in. 1 query."""
    return program.pauses.filter(ended_at__isnull=True).select_related("paused_by").first()


def resume_plan(program: Program, pause: ProgramPause) -> ResumePlan:
    """Return what resuming today would move, in a fixed number of queries.

    Dates that had passed when the pause began stay, and so do the dates of gates that are passed.
    """
    days, day, first = working_days_of(program.area), today(), pause.started_on
    lost = days.count(first, day)
    plan = ResumePlan(pause, day, days, lost, ceil(lost / max(1, len(days.weekdays))))
    if not lost:
        return plan
    add = _Adder(plan)
    for wave in Wave.objects.filter(program=program).order_by("number"):
        add("cycle_start", wave.pk, f"{wave.title}: first day of the first cycle", wave.starts_on)
        add("cycle_end", wave.pk, f"{wave.title}: last day of the first cycle", wave.ends_on)
    waiting = Step.objects.filter(wave__program=program).exclude(state__in=Step.PASSED_STATES)
    for step in waiting.order_by("wave__number", "number"):
        add("gate", step.pk, f"Gate of step {step.number}, {step.title}", step.target_on)
    items = ChecklistItem.objects.filter(step__in=waiting, due_on__gte=first).order_by("step__number", "position")
    for item in items.only("pk", "question", "due_on"):
        add("item", item.pk, item.question, item.due_on)
    conditions = Condition.objects.filter(decision__step__wave__program=program, met_at__isnull=True, due_on__gte=first)
    for condition in conditions.select_related("item").order_by("pk"):
        add("condition", condition.pk, f"Condition: {condition.item.question}", condition.due_on)
    live = Waiver.objects.filter(
        item__step__wave__program=program,
        state__in=(Waiver.State.ACTIVE, Waiver.State.REQUESTED),
        expires_on__gte=first,
    )
    for waiver in live.select_related("item").order_by("pk"):
        add("waiver", waiver.pk, f"Waiver: {waiver.item.question}", waiver.expires_on)
    decided = GateDecision.objects.filter(step__in=waiting).select_related("step", "lift", "shift").defer("snapshot")
    latest = {decision.step_id: decision for decision in decided.order_by("decided_at", "pk")}
    for decision in latest.values():
        if decision.outcome == GateDecision.Outcome.HOLD and not hasattr(decision, "lift"):
            step = decision.step
            add("hold", decision.pk, f"Hold of step {step.number}, {step.title}", revisit_day(decision))
    plan.meetings = list(
        Meeting.objects.filter(
            wave__program=program, cancelled_at__isnull=True, starts_at__gt=end_of_day(first - timedelta(days=1))
        )
        .select_related("team")
        .order_by("starts_at", "pk")
    )
    return plan


@dataclass
class _Adder:
    plan: ResumePlan

    def __call__(self, kind: str, pk: int, title: str, day: date | None) -> None:
        plan = self.plan
        if day is not None and day >= plan.pause.started_on:
            plan.shifts.append(Shift(kind, pk, title, day, plan.calendar.add(day, plan.working_days)))


def later_start(start: datetime, weeks: int, days: WorkingDays) -> datetime:
    """Return the start of a meeting ``weeks`` later at the same time on the organization's clock, on a working day."""
    zone = organization_zone()
    local = start.astimezone(zone)
    day = days.on_or_after(local.date() + timedelta(weeks=weeks))
    return datetime.combine(day, local.time(), zone)
