"""Saying in one click that a gate in doubt still holds, because the facts are those it was decided on."""

from django.db import transaction

from people.api import Refused, User, announce, log, now, require
from rollout.models import DossierEntry, GateDecision, GateSubmission, Reconfirmation, Step
from rollout.queries.holders import gate_roles, holders_in
from rollout.rules.acting import acting_for
from rollout.rules.gates import facts_digest
from rollout.rules.suspicion import may_reconfirm
from rollout.rules.votes import are_enough
from rollout.services.dossiers import record_in_dossier
from rollout.services.evaluation import evaluate_gate, freeze
from rollout.services.gates import step_before
from rollout.services.locks import lock_step
from rollout.services.outcomes import open_next
from rollout.services.suspicion import read_doubt, settle
from rollout.signals import wave_changed


@transaction.atomic
def reconfirm_gate(*, step: Step, actor: User, note: str = "", seen: str = "") -> Reconfirmation:
    """Pass a suspect gate again on its decision. The evaluation is made anew and frozen with the confirmation.

    ``seen`` is the mark of the facts on screen (``rules.gates.facts_digest``). Refused when the facts differ from those
    of the decision (then the gate is submitted and decided again), while a cause has to be mended first (an overdue
    condition, a vacant role), while the gate before is not passed, and for anybody but the deciding role or whoever
    acts for it; never by the person who submitted the gate. Where the playbook wants several deciders, the gate passes
    with the last of them.
    """
    step = lock_step(step.pk)
    holders = holders_in(step.wave.program_id)
    evaluation = evaluate_gate(step=step, holders=holders)
    doubt = read_doubt(step=step, evaluation=evaluation, holders=holders)
    decision = doubt.basis.decision if doubt and doubt.basis else None
    require(
        may_reconfirm(
            actor,
            step,
            decision=decision,
            differences=doubt.differences if doubt else (),
            lasting=[cause.because for cause in doubt.lasting] if doubt else (),
            given=doubt.given if doubt else (),
            previous=step_before(step),
            open_submission=step.submissions.filter(state=GateSubmission.State.OPEN).first(),
            holders=holders,
        )
    )
    if decision is None or doubt is None:
        raise Refused("There is no decision that could be confirmed.")
    if seen and seen != facts_digest(evaluation):
        raise Refused(f"The evidence has changed since you opened this page. Now: {evaluation.sentence}")
    acting = acting_for(actor, holders, gate_roles(step).decided_by, barred=decision.submission.submitted_by_id)
    submitted_by = decision.submission.submitted_by_id
    voices = {one.voice_id for one in doubt.given} | {(acting.principal or actor).pk if acting else actor.pk}
    snapshot = freeze(evaluation)
    reconfirmation = Reconfirmation.objects.create(
        step=step,
        decision=decision,
        confirmed_by=actor,
        acting_for=acting.principal if acting else None,
        confirmed_at=now(),
        note=note.strip(),
        causes=[cause.because for cause in doubt.causes] or [step.suspect_because],
        is_final=are_enough(step, voices, holders=holders, barred=submitted_by),
        snapshot=snapshot,
        snapshot_sha256=snapshot["sha256"],
    )
    if reconfirmation.is_final:
        _pass_again(step, decision)
    deed = "rollout.gate_reconfirmed" if reconfirmation.is_final else "rollout.reconfirmation_given"
    data = {
        "reconfirmation_id": reconfirmation.pk,
        "decision_id": decision.pk,
        "acting_for": reconfirmation.acting_for_id,
        "sha256": reconfirmation.snapshot_sha256,
    }
    log(step, deed, user=actor, data=data)
    record_in_dossier(
        program=step.wave.program,
        kind=DossierEntry.Kind.RECONFIRMATION,
        action=deed,
        facts={**data, "causes": reconfirmation.causes, "note": reconfirmation.note, "sentence": snapshot["sentence"]},
        step=step,
        by=actor,
        acting_for=reconfirmation.acting_for,
    )
    announce(wave_changed, wave_id=step.wave_id)
    return reconfirmation


def _pass_again(step: Step, decision: GateDecision) -> None:
    conditional = decision.outcome == GateDecision.Outcome.CONDITIONAL_GO
    step.state = Step.State.PASSED_WITH_CONDITIONS if conditional else Step.State.PASSED
    step.suspect_because = ""
    step.save(update_fields=["state", "suspect_because"])
    settle(step)
    open_next(step)
