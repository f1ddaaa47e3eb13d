"""Gates: submitted by one person, decided by another, on facts that are read anew at both moments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from people.api import Refusal, Refused, User, announce, in_words, log, now, require
from rollout.models import Condition, DecisionVote, GateDecision, GateSubmission, Step
from rollout.queries.decisions import standing_hold
from rollout.queries.holders import SPONSOR, Holders, gate_roles, holders_in
from rollout.rules.acting import acting_for
from rollout.rules.evaluation import GateEvaluation
from rollout.rules.gates import (
    facts_digest,
    may_choose_outcome,
    may_decide_gate,
    may_submit_gate,
    may_withdraw_submission,
)
from rollout.rules.regression import regressed_musts
from rollout.rules.votes import may_reach_quorum, quorum_words, tally_of
from rollout.services.dossiers import record_decision
from rollout.services.evaluation import evaluate_gate, freeze, snapshot_sha256
from rollout.services.locks import lock_step
from rollout.services.motions import ConditionTerms, Motion, ReturnTask, require_tasks, require_terms
from rollout.services.outcomes import close_submission, take_effect
from rollout.signals import gate_decided, gate_submitted, submission_withdrawn, wave_changed

__all__ = [
    "CastVote",
    "ConditionTerms",
    "ReturnTask",
    "decide_gate",
    "step_before",
    "submit_gate",
    "vote_on_gate",
    "withdraw_because",
    "withdraw_if_regressed",
    "withdraw_submission",
]

Outcome = GateDecision.Outcome


@dataclass(frozen=True)
class CastVote:
    """What a voice led to: its row where several decide, and the decision once there is one."""

    vote: DecisionVote | None
    decision: GateDecision | None


@transaction.atomic
def submit_gate(*, step: Step, actor: User, message: str = "") -> GateSubmission:
    """Ask for a decision. The evaluation is made anew and frozen with the submission.

    Refused while a must is open (naming each, and who owes it), while another submission waits, while a hold stands
    (naming who can lift it), and for anybody but the submitting role or its deputy.
    """
    step = lock_step(step.pk)
    evaluation = evaluate_gate(step=step)
    waiting = step.submissions.filter(state=GateSubmission.State.OPEN).select_related("submitted_by").first()
    previous = step_before(step)
    require(
        may_submit_gate(
            actor,
            step,
            evaluation=evaluation,
            open_submission=waiting,
            previous=previous,
            hold=standing_hold(step),
        )
    )
    submission = GateSubmission.objects.create(
        step=step, submitted_by=actor, submitted_at=now(), message=message.strip(), snapshot=evaluation.as_snapshot()
    )
    log(
        step, "rollout.gate_submitted", user=actor, data={"submission_id": submission.pk, "verdict": evaluation.verdict}
    )
    announce(gate_submitted, submission_id=submission.pk)
    announce(wave_changed, wave_id=step.wave_id)
    return submission


@transaction.atomic
def withdraw_submission(*, submission: GateSubmission, actor: User, reason: str = "") -> GateSubmission:
    """Take an undecided submission back, and say why; it stays on record."""
    step, submission = _locked(submission)
    require(may_withdraw_submission(actor, submission))
    close_submission(submission, by=actor, because=reason.strip())
    log(step, "rollout.gate_withdrawn", user=actor, data={"submission_id": submission.pk, "reason": reason.strip()})
    announce(submission_withdrawn, submission_id=submission.pk)
    announce(wave_changed, wave_id=step.wave_id)
    return submission


def withdraw_because(*, submission: GateSubmission, because: str) -> GateSubmission:
    """Take an open submission back for the product: what it rests on is gone. For callers that hold its lock."""
    close_submission(submission, by=None, because=because)
    data = {"submission_id": submission.pk, "reason": submission.closed_because}
    log(submission.step, "rollout.gate_withdrawn", data=data)
    announce(submission_withdrawn, submission_id=submission.pk)
    return submission


@transaction.atomic
def withdraw_if_regressed(*, submission: GateSubmission) -> GateSubmission | None:
    """Take a submission back when a must or a condition has regressed since, whatever took it away; the product does
    this itself and tells whoever submitted.

    Reads the facts anew. None when nothing has regressed (unknown is not a regression) or it is no longer open.
    """
    step, submission = _locked(submission)
    if submission.state != GateSubmission.State.OPEN:
        return None
    because = " ".join(regressed_musts(evaluate_gate(step=step)))
    if not because:
        return None
    return withdraw_because(submission=submission, because=because)


@transaction.atomic
def decide_gate(
    *,
    submission: GateSubmission,
    outcome: str,
    actor: User,
    reason: str = "",
    conditions: Sequence[ConditionTerms] = (),
    revisit_on: date | None = None,
    return_to: Step | None = None,
    todo: Sequence[ReturnTask] = (),
    seen: str = "",
) -> GateDecision:
    """Decide an open submission on an evaluation made at this moment, which is frozen with the decision.

    ``seen`` is the mark of the facts the decider had on screen (``rules.gates.facts_digest``); when the facts have
    moved since, the decision is refused and says what moved. Without it, only the facts of now count.
    Conditional go: one ``ConditionTerms`` for each open *should*, due today or later. Hold: ``revisit_on`` in the
    future. Return: ``return_to``, a reason, and ``todo``, what has to be done. Stop: the sponsor, with a reason.
    A delegate decides in somebody's name (``rules.acting``), and the decision keeps both.
    Refused for the person who submitted, in that person's name, for the second of two deciders, who is told of the
    first decision, and for gates that several people decide together (``vote_on_gate``); a stop needs no others.
    """
    motion = _weigh(submission, outcome, actor, reason, conditions, revisit_on, return_to, todo, seen)
    if motion.needs_votes:
        raise Refused(
            f"This gate is decided by {quorum_words(motion.step, motion.holders)}, so nobody decides it alone. Vote "
            "instead."
        )
    return _conclude(motion)


@transaction.atomic
def vote_on_gate(
    *,
    submission: GateSubmission,
    outcome: str,
    actor: User,
    reason: str = "",
    conditions: Sequence[ConditionTerms] = (),
    revisit_on: date | None = None,
    return_to: Step | None = None,
    todo: Sequence[ReturnTask] = (),
    seen: str = "",
) -> CastVote:
    """Give one's voice, and make the decision from it as soon as the playbook's quorum agrees on outcome and terms.

    Everything else is as in ``decide_gate``. Where one person decides, and for a stop, the decision is immediate and
    no vote is written. Voting again replaces one's earlier voice, which stays on record; voices given on facts that
    have moved since no longer count. Refused when too few people are left to reach the quorum, naming whom to appoint.
    """
    motion = _weigh(submission, outcome, actor, reason, conditions, revisit_on, return_to, todo, seen)
    if not motion.needs_votes:
        return CastVote(None, _conclude(motion))
    require(may_reach_quorum(motion.step, motion.submission, holders=motion.holders))
    vote = DecisionVote.objects.create(
        submission=motion.submission,
        voter=actor,
        acting_for=motion.principal,
        outcome=outcome,
        reason=motion.reason,
        terms=motion.terms_as_json(),
        seen=facts_digest(motion.evaluation),
        at=now(),
    )
    data = {"vote_id": vote.pk, "outcome": outcome, "acting_for": motion.principal.pk if motion.principal else None}
    log(motion.step, "rollout.gate_voted", user=actor, data=data)
    votes = list(motion.submission.votes.order_by("at", "pk"))
    tally = tally_of(motion.step, motion.submission, votes, digest=vote.seen, holders=motion.holders)
    if tally.is_reached_by(vote):
        return CastVote(vote, _conclude(motion))
    announce(wave_changed, wave_id=motion.step.wave_id)
    return CastVote(vote, None)


def _locked(submission: GateSubmission) -> tuple[Step, GateSubmission]:
    step = lock_step(submission.step_id)
    submission = (
        GateSubmission.objects.select_for_update(of=("self",), no_key=True)
        .select_related("submitted_by")
        .get(pk=submission.pk)
    )
    submission.step = step
    return step, submission


def _weigh(
    submission: GateSubmission,
    outcome: str,
    actor: User,
    reason: str,
    conditions: Sequence[ConditionTerms],
    revisit_on: date | None,
    return_to: Step | None,
    todo: Sequence[ReturnTask],
    seen: str,
) -> Motion:
    """Lock, ask every rule, read the facts anew, and return what was moved; raises ``Refused``."""
    step, submission = _locked(submission)
    if submission.state == GateSubmission.State.DECIDED:
        submission.decision.step = step
    holders = holders_in(step.wave.program_id)
    require(may_decide_gate(actor, step, submission=submission, holders=holders))
    if outcome not in Outcome.values:
        raise Refused("Choose one of the five outcomes: go, conditional go, hold, return or stop.")
    evaluation = evaluate_gate(step=step, holders=holders)
    if seen and seen != facts_digest(evaluation):
        raise Refused(
            "The evidence has changed since you opened this page, so nothing was decided. What you wrote is still "
            f"here. Now: {evaluation.sentence}"
        )
    _require_allowed(outcome, actor, submission, evaluation, holders)
    terms = require_terms(outcome, evaluation, reason, conditions, revisit_on, return_to)
    return Motion(
        step=step,
        submission=submission,
        holders=holders,
        evaluation=evaluation,
        actor=actor,
        principal=_principal(actor, step, outcome, submission, holders),
        outcome=outcome,
        reason=reason.strip(),
        conditions=tuple(terms),
        revisit_on=revisit_on if outcome == Outcome.HOLD else None,
        return_to=return_to if outcome == Outcome.RETURN else None,
        todo=require_tasks(step, return_to, todo) if outcome == Outcome.RETURN and return_to else (),
    )


def _conclude(motion: Motion) -> GateDecision:
    """Write the one decision of the submission, let it take effect, and tell."""
    step, submission, snapshot = motion.step, motion.submission, freeze(motion.evaluation)
    decision = GateDecision.objects.create(
        step=step,
        submission=submission,
        outcome=motion.outcome,
        decided_by=motion.actor,
        acting_for=motion.principal,
        decided_at=now(),
        reason=motion.reason,
        revisit_on=motion.revisit_on,
        return_to=motion.return_to,
        todo=[task.as_json() for task in motion.todo],
        snapshot=snapshot,
        snapshot_sha256=snapshot_sha256(snapshot),
    )
    Condition.objects.bulk_create(
        Condition(decision=decision, item=term.item, owner=term.owner, due_on=term.due_on) for term in motion.conditions
    )
    submission.state = GateSubmission.State.DECIDED
    submission.closed_at = decision.decided_at
    submission.save(update_fields=["state", "closed_at"])
    take_effect(decision)
    record_decision(decision=decision)
    data = {
        "decision_id": decision.pk,
        "outcome": decision.outcome,
        "sha256": decision.snapshot_sha256,
        "acting_for": decision.acting_for_id,
    }
    log(step, "rollout.gate_decided", user=motion.actor, data=data)
    announce(gate_decided, decision_id=decision.pk)
    announce(wave_changed, wave_id=step.wave_id)
    return decision


def step_before(step: Step) -> Step | None:
    """Return the step whose gate leads to this one, with its wave and program; None for the first."""
    previous = Step.objects.filter(wave_id=step.wave_id, number__lt=step.number).order_by("-number").first()
    if previous is not None:
        previous.wave = step.wave
    return previous


def _principal(actor: User, step: Step, outcome: str, submission: GateSubmission, holders: Holders) -> User | None:
    """Return in whose name ``actor`` decides; None in their own right."""
    keys = (SPONSOR,) if outcome == Outcome.STOP else gate_roles(step).decided_by
    acting = acting_for(actor, holders, keys, barred=submission.submitted_by_id)
    if acting is None:
        raise Refused("A program can only be stopped by or for the sponsor, and not for the person who submitted.")
    return acting.principal


def _require_allowed(
    outcome: str, actor: User, submission: GateSubmission, evaluation: GateEvaluation, holders: Holders
) -> None:
    previous = step_before(evaluation.step)
    answer = may_choose_outcome(actor, outcome, evaluation=evaluation, previous=previous, holders=holders)
    if answer is True:
        return
    was_possible = outcome in submission.snapshot.get("possible_outcomes", ())
    if was_possible and outcome not in evaluation.possible_outcomes():
        day = in_words(submission.submitted_at.date())
        raise Refused(
            Refusal(
                f"The facts have changed since this gate was submitted on {day}. {answer.reason}",
                answer.owed_by,
                answer.fix_label,
                answer.fix_url,
                answer.waived_by,
            )
        )
    require(answer)
