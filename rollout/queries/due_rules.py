"""When something is due: a rule of the playbook, dates that are known, and working days. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from people.api import WorkingDays, add_months
from rollout.models.playbook_content import DueContent, PlaybookContent

ANCHORS = {
    "program_start": "the start of the program",
    "cycle_start": "the first day of the first cycle",
    "cycle_end": "the last day of the first cycle",
    "gate_target": "the gate",
}


@dataclass(frozen=True, slots=True)
class Anchors:
    """The dates from which due dates are counted; None is not known yet."""

    program_start: date
    cycle_start: date | None = None
    cycle_end: date | None = None
    gates: Mapping[str, date | None] = field(default_factory=dict)
    """The day on which each gate is due, by step key."""

    def day(self, rule: DueContent, own_step: str = "") -> date | None:
        match rule.anchor:
            case "program_start":
                return self.program_start
            case "cycle_start":
                return self.cycle_start
            case "cycle_end":
                return self.cycle_end
        return self.gates.get(rule.step or own_step)


def due_day(rule: DueContent, anchors: Anchors, days: WorkingDays, own_step: str = "") -> date | None:
    """Return the day that ``rule`` means, moved to a working day; None while its anchor is not known.

    Months end where the month ends: one month before 31 March is 28 or 29 February.
    """
    day = anchors.day(rule, own_step)
    if day is None:
        return None
    sign = -1 if rule.direction == "before" else 1
    if rule.working_days is not None:
        day = days.add(day, sign * rule.working_days)
    elif rule.months is not None:
        day = add_months(day, sign * rule.months)
    else:
        day += sign * timedelta(days=rule.days or 0, weeks=rule.weeks or 0)
    return days.on_or_before(day) if rule.direction == "before" else days.on_or_after(day)


def rule_in_words(rule: DueContent) -> str:
    """“3 weeks before the first day of the first cycle”."""
    anchor = ANCHORS[rule.anchor]
    if rule.step:
        anchor = f"the gate of {rule.step.replace('_', ' ')}"
    for number, unit in (
        (rule.working_days, "working day"),
        (rule.days, "day"),
        (rule.weeks, "week"),
        (rule.months, "month"),
    ):
        if number:
            return f"{number} {unit}{'' if number == 1 else 's'} {rule.direction} {anchor}"
    return f"on {anchor}"


@dataclass(frozen=True, slots=True)
class PlannedDates:
    """What the playbook's rules come to: by step key and item key, and for gates by step key."""

    items: dict[tuple[str, str], date | None]
    gates: dict[str, date | None]


def planned_dates(
    content: PlaybookContent,
    anchors: Anchors,
    days: WorkingDays,
    *,
    kept_items: Mapping[tuple[str, str], date | None] | None = None,
    kept_gates: Mapping[str, date | None] | None = None,
) -> PlannedDates:
    """Return every due date of a wave. A gate without a rule of its own is due with the last of its items.

    ``kept_items`` and ``kept_gates`` are dates that stand whatever the playbook says; others count from them.
    """
    items, gates = dict(kept_items or {}), dict(kept_gates or {})
    for step in content.steps:
        if step.due is not None and step.key not in gates:
            known = Anchors(anchors.program_start, anchors.cycle_start, anchors.cycle_end, gates)
            gates[step.key] = due_day(step.due, known, days)
    known = Anchors(anchors.program_start, anchors.cycle_start, anchors.cycle_end, gates)
    for step in content.steps:
        for item in step.items:
            if (step.key, item.key) not in items:
                items[step.key, item.key] = due_day(item.due_rule, known, days, step.key)
        if step.key not in gates:
            dates = [day for item in step.items if (day := items[step.key, item.key]) is not None]
            gates[step.key] = max(dates, default=None)
    return PlannedDates(items, gates)
