"""Conditions of a gate that passed with them: handed on, or moved to another day, never dropped."""

from datetime import date

from django.db import transaction

from people.api import Refused, User, announce, log, require
from rollout.models import Condition, DossierEntry
from rollout.queries.conditions import standing_conditions
from rollout.queries.holders import holders_in
from rollout.rules.conditions import may_change_condition, may_owe_until
from rollout.services.dossiers import person_facts, record_in_dossier
from rollout.services.locks import lock_step
from rollout.signals import wave_changed


@transaction.atomic
def change_condition(
    *, condition: Condition, actor: User, reason: str, owner: User | None = None, due_on: date | None = None
) -> Condition:
    """Give a condition another owner, another day, or both; None leaves what there is. Who and when before stays in
    the history.

    Refused for anybody but the deciders of the gate, for conditions that are met or no longer stand, for owners
    without a role in the program, for days that are over, and without a reason.
    """
    step = lock_step(condition.decision.step_id)
    standing = {one.condition.pk: one.condition for one in standing_conditions(wave_ids=[step.wave_id])}
    fresh = standing.get(condition.pk, condition)
    holders = holders_in(step.wave.program_id)
    require(may_change_condition(actor, fresh, step, is_standing=condition.pk in standing, holders=holders))
    new_owner, new_day = owner or fresh.owner, due_on or fresh.due_on
    require(may_owe_until(new_owner, new_day, holders=holders))
    if not reason.strip():
        raise Refused("Say why the condition changes: it is part of a decision.")
    if (new_owner.pk, new_day) == (fresh.owner_id, fresh.due_on):
        return fresh
    facts = {
        "condition_id": fresh.pk,
        "owner": person_facts(new_owner),
        "owner_before": person_facts(fresh.owner),
        "due_on": new_day.isoformat(),
        "due_on_before": fresh.due_on.isoformat(),
        "reason": reason.strip(),
    }
    record_in_dossier(
        program=step.wave.program,
        kind=DossierEntry.Kind.CONDITION,
        action="rollout.condition_changed",
        facts=facts,
        step=step,
        by=actor,
        subject=fresh.item.question,
    )
    data = {
        "condition_id": fresh.pk,
        "owner": new_owner.pk,
        "owner_before": fresh.owner_id,
        "due_on": new_day.isoformat(),
        "due_on_before": fresh.due_on.isoformat(),
        "reason": reason.strip(),
    }
    fresh.owner, fresh.due_on = new_owner, new_day
    fresh.save(update_fields=["owner", "due_on"])
    log(fresh.item, "rollout.condition_changed", user=actor, data=data)
    announce(wave_changed, wave_id=step.wave_id)
    return fresh
