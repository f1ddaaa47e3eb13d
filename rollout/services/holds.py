"""A hold ends on its day, or before it by whoever decided it."""

from django.db import transaction

from people.api import Refused, User, announce, log, now, require
from rollout.models import DossierEntry, GateDecision, HoldLift
from rollout.queries.decisions import standing_hold
from rollout.queries.holders import gate_roles, holders_in
from rollout.rules.acting import acting_for
from rollout.rules.gates import may_lift_hold
from rollout.services.dossiers import record_in_dossier
from rollout.services.locks import lock_step
from rollout.signals import wave_changed


@transaction.atomic
def lift_hold(*, decision: GateDecision, actor: User, reason: str) -> HoldLift:
    """End a hold before its day, so that the gate can be submitted again; the decision stays on record.

    Its author can always, and whoever decides the gate now. Refused for holds that are over, lifted or followed by
    another decision, for everybody else, and without a reason.
    """
    step = lock_step(decision.step_id)
    hold = standing_hold(step)
    if hold is not None and hold.pk != decision.pk:
        hold = None
    holders = holders_in(step.wave.program_id)
    require(may_lift_hold(actor, step, hold, holders=holders))
    if hold is None or not reason.strip():
        raise Refused("Say why the hold ends early: whoever works on the gate will read it.")
    acting = None
    if actor.pk != hold.decided_by_id:
        acting = acting_for(actor, holders, gate_roles(step).decided_by)
    lift = HoldLift.objects.create(
        decision=hold,
        lifted_by=actor,
        acting_for=acting.principal if acting else None,
        reason=reason.strip(),
        at=now(),
    )
    data = {"decision_id": hold.pk, "reason": lift.reason, "acting_for": lift.acting_for_id}
    record_in_dossier(
        program=step.wave.program,
        kind=DossierEntry.Kind.HOLD_LIFTED,
        action="rollout.hold_lifted",
        facts=data,
        step=step,
        by=actor,
        acting_for=lift.acting_for,
    )
    log(step, "rollout.hold_lifted", user=actor, data=data)
    announce(wave_changed, wave_id=step.wave_id)
    return lift
