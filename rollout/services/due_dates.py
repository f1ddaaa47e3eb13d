"""Due dates: worked out from the playbook's rules, or set by hand one by one."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from people.api import Refused, User, announce, log, now, require
from rollout.models import ChecklistItem, DateSetBy, Step, Wave
from rollout.queries.due_dates import DateChange, digest_of, due_date_changes
from rollout.rules.due_dates import may_set_due_date
from rollout.rules.programs import may_set_dates
from rollout.services.locks import lock_item, lock_step, lock_wave
from rollout.signals import wave_changed


@transaction.atomic
def recompute_due_dates(*, wave: Wave, actor: User, seen: str = "") -> list[DateChange]:
    """Put every due date where the playbook's rules have it now; return what moved.

    Dates set by hand or moved by a pause stay, and so do those of gates that are passed. ``seen`` is the mark of the
    preview (``digest_of``): when something else would move now, nothing does. Refused as every change of dates.
    """
    wave = lock_wave(wave.pk)
    require(may_set_dates(actor, wave.program))
    changes = due_date_changes(wave)
    if seen and seen != digest_of(changes):
        raise Refused("Dates have changed since you opened this preview, so nothing was moved. Look at it again.")
    moved = [change for change in changes if not change.is_kept]
    if moved:
        write_changes(moved)
        log(wave, "rollout.due_dates_recomputed", user=actor, data={"dates": len(moved)})
        announce(wave_changed, wave_id=wave.pk)
    return moved


@transaction.atomic
def set_item_due_date(*, item: ChecklistItem, actor: User, due_on: date | None) -> ChecklistItem:
    """Set the due date of a question by hand; it then stays when others move. None gives it back to the playbook.

    The gate follows its last question unless its own date was set by hand. Refused as every change of dates, and once
    the gate is passed.
    """
    item = lock_item(item.pk)
    require(may_set_due_date(actor, item.step))
    before = item.due_on
    item.due_on, item.due_set_by = due_on, DateSetBy.PLAYBOOK if due_on is None else DateSetBy.HAND
    item.due_changed_at = now()
    item.save(update_fields=["due_on", "due_set_by", "due_changed_at"])
    _follow(item.step, item_id=item.pk)
    item.refresh_from_db(fields=["due_on"])
    _tell(item.step, "rollout.due_date_set", actor, item, before, item.due_on)
    return item


@transaction.atomic
def set_gate_due_date(*, step: Step, actor: User, due_on: date | None) -> Step:
    """Set the day on which a gate is due by hand; None gives it back to the playbook.

    What is counted from this gate moves only when somebody recomputes the due dates. Refused as every change of dates,
    and once the gate is passed.
    """
    step = lock_step(step.pk)
    require(may_set_due_date(actor, step))
    before = step.target_on
    step.target_on, step.target_set_by = due_on, DateSetBy.PLAYBOOK if due_on is None else DateSetBy.HAND
    step.target_changed_at = now()
    step.save(update_fields=["target_on", "target_set_by", "target_changed_at"])
    if due_on is None:
        _follow(step)
    step.refresh_from_db(fields=["target_on"])
    _tell(step, "rollout.due_date_set", actor, step, before, step.target_on)
    return step


def _follow(step: Step, *, item_id: int = 0) -> None:
    """Let the item and its gate take the day that follows from the change; others wait to be recomputed."""
    changes = due_date_changes(step.wave)
    write_changes(
        [
            change
            for change in changes
            if not change.is_kept and (change.kind, change.id) in (("item", item_id), ("gate", step.pk))
        ]
    )


def _tell(
    step: Step, deed: str, actor: User, subject: ChecklistItem | Step, before: date | None, after: date | None
) -> None:
    if before == after:
        return
    data = {"from": before.isoformat() if before else "", "to": after.isoformat() if after else ""}
    log(subject, deed, user=actor, data=data)
    announce(wave_changed, wave_id=step.wave_id)


def write_changes(changes: Sequence[DateChange]) -> None:
    """Write dates as the playbook's: two statements for any number."""
    at = now()
    items = [
        ChecklistItem(pk=change.id, due_on=change.after, due_set_by=DateSetBy.PLAYBOOK, due_changed_at=at)
        for change in changes
        if change.kind == "item"
    ]
    steps = [
        Step(pk=change.id, target_on=change.after, target_set_by=DateSetBy.PLAYBOOK, target_changed_at=at)
        for change in changes
        if change.kind == "gate"
    ]
    ChecklistItem.objects.bulk_update(items, ["due_on", "due_set_by", "due_changed_at"])
    Step.objects.bulk_update(steps, ["target_on", "target_set_by", "target_changed_at"])
