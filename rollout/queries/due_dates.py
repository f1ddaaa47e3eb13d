"""How the due dates of a wave stand, and what the playbook's rules would make of them."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from people.api import add_months, organization_zone, working_days_of
from rollout.models import ChecklistItem, DateSetBy, Step, Wave
from rollout.queries.due_rules import Anchors, planned_dates
from rollout.queries.programs import content_of

CYCLE_WEEKS = 13
KEPT = (DateSetBy.HAND, DateSetBy.PAUSE)


@dataclass(frozen=True, slots=True)
class DateChange:
    """A due date that the playbook's rule puts elsewhere. ``is_kept``: it was set by hand and stays.

    ``kind`` is item or gate, ``id`` that of the item or the step.
    """

    kind: str
    id: int
    title: str
    before: date | None
    after: date | None
    is_kept: bool = False


def wave_anchors(wave: Wave) -> Anchors:
    """Return the dates from which the wave's due dates are counted, without its gates. No query beyond the wave's."""
    started = wave.program.created_at.astimezone(organization_zone()).date()
    return Anchors(program_start=started, cycle_start=wave.starts_on, cycle_end=wave.ends_on)


def due_date_changes(
    wave: Wave, *, anchors: Anchors | None = None, kept: Collection[DateSetBy] = KEPT
) -> list[DateChange]:
    """Return which due dates the playbook's rules put elsewhere than they stand, gates after their questions.

    ``anchors`` are other dates than the wave's own, for a preview; ``kept`` says which dates stand whatever the rules
    say: they come back as kept when their rule has another day. Gates that are passed keep the dates they had, and so
    do their questions. Fetch ``wave`` with program, area and playbook version; 4 queries for any number of items.
    """
    content = content_of(wave.program.playbook_version)
    steps = {step.pk: step for step in Step.objects.filter(wave=wave).order_by("number")}
    items = list(ChecklistItem.objects.filter(step__in=list(steps)).order_by("step__number", "position"))
    days = working_days_of(wave.program.area)
    anchors = anchors or wave_anchors(wave)

    def is_fixed(step: Step, day: date | None, set_by: str) -> bool:
        return set_by in kept or (step.state in Step.PASSED_STATES and day is not None)

    planned = planned_dates(
        content,
        anchors,
        days,
        kept_items={
            (steps[item.step_id].key, item.key): item.due_on
            for item in items
            if is_fixed(steps[item.step_id], item.due_on, item.due_set_by)
        },
        kept_gates={
            step.key: step.target_on for step in steps.values() if is_fixed(step, step.target_on, step.target_set_by)
        },
    )
    ruled = planned_dates(content, anchors, days, kept_gates=planned.gates)
    changes: list[DateChange] = []
    for step in steps.values():
        for item in (one for one in items if one.step_id == step.pk):
            place = (step.key, item.key)
            after, rule = planned.items.get(place), ruled.items.get(place)
            if after != item.due_on:
                changes.append(DateChange("item", item.pk, item.question, item.due_on, after))
            elif item.due_set_by == DateSetBy.HAND and rule != item.due_on and step.state not in Step.PASSED_STATES:
                changes.append(DateChange("item", item.pk, item.question, item.due_on, rule, is_kept=True))
        gate = planned.gates.get(step.key)
        title = f"Gate of step {step.number}, {step.title}"
        if gate != step.target_on:
            changes.append(DateChange("gate", step.pk, title, step.target_on, gate))
        elif step.target_set_by == DateSetBy.HAND and step.state not in Step.PASSED_STATES:
            changes.append(DateChange("gate", step.pk, title, step.target_on, step.target_on, is_kept=True))
    return changes


@dataclass(frozen=True)
class WaveDatesPreview:
    """What other dates of the first cycle would move. ``ends_on`` is worked out when nobody says it."""

    starts_on: date
    ends_on: date
    changes: list[DateChange]

    @property
    def moved(self) -> list[DateChange]:
        return [change for change in self.changes if not change.is_kept]

    @property
    def kept(self) -> list[DateChange]:
        return [change for change in self.changes if change.is_kept]

    @property
    def is_first(self) -> bool:
        """No date stands yet that could be moved by surprise."""
        return all(change.before is None for change in self.changes)

    @property
    def digest(self) -> str:
        return digest_of(self.changes, self.starts_on, self.ends_on)


def wave_dates_preview(wave: Wave, starts_on: date, ends_on: date | None) -> WaveDatesPreview:
    """Return what setting the first cycle's dates would do. 4 queries.

    Without ``ends_on`` the cycle lasts as many months as the program's cycle length says, or 13 weeks. Dates set by
    hand stay; those that a pause has moved are worked out anew, since somebody now says when the cycle is.
    """
    last = ends_on or end_of_cycle(starts_on, wave.program.cycle_length_months)
    anchors = replace(wave_anchors(wave), cycle_start=starts_on, cycle_end=last)
    return WaveDatesPreview(starts_on, last, due_date_changes(wave, anchors=anchors, kept=(DateSetBy.HAND,)))


def end_of_cycle(starts_on: date, months: int | None) -> date:
    """Return the last day of a cycle of so many months, or of 13 weeks."""
    after = add_months(starts_on, months) if months else starts_on + timedelta(weeks=CYCLE_WEEKS)
    return after - timedelta(days=1)


def digest_of(changes: Sequence[DateChange], *more: object) -> str:
    """Return a short mark of a preview, to tell whether it is still what somebody looked at."""
    facts = [[one.kind, one.id, str(one.before), str(one.after), one.is_kept] for one in changes]
    return hashlib.sha256(json.dumps([facts, [str(fact) for fact in more]]).encode()).hexdigest()[:16]
