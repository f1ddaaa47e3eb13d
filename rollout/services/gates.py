"""Gates: submitted by one person, decided by another, on facts that are read anew at both moments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from people.api import Refusal, Refused, User, announce, in_words, log, now, require, today
from rollout.models import ChecklistItem, Condition, GateDecision, GateSubmission, Program, Step, Wave
from rollout.queries.holders import SPONSOR, Holders, gate_roles, holders_in
from rollout.rules.acting import acting_for
from rollout.rules.evaluation import GateEvaluation
from rollout.rules.gates import (
    facts_digest,
    may_choose_outcome,
    may_decide_gate,
    may_return_to,
    may_revisit_on,
    may_submit_gate,
    may_withdraw_submission,
)
from rollout.rules.regression import Cause, Kind
from rollout.services.dossiers import record_decision
from rollout.services.evaluation import evaluate_gate, freeze, snapshot_sha256
from rollout.services.locks import lock_step
from rollout.services.suspicion import call_into_question, settle
from rollout.signals import gate_decided, gate_submitted, wave_changed

Outcome = GateDecision.Outcome
State = Step.State


@dataclass(frozen=True)
class ConditionTerms:
    """What a conditional go asks for: the open item, who takes care of it, and until when."""

    item: ChecklistItem
    owner: User
    due_on: date


@transaction.atomic
def submit_gate(*, step: Step, actor: User, message: str = "") -> GateSubmission:
    """Ask for a decision. The evaluation is made anew and frozen with the submission.

    Refused while a must is open (naming each, and who owes it), while another submission waits, and for anybody
    but the submitting role or its deputy.
    """
    step = lock_step(step.pk)
    evaluation = evaluate_gate(step=step)
    waiting = step.submissions.filter(state=GateSubmission.State.OPEN).select_related("submitted_by").first()
    previous = step_before(step)
    require(may_submit_gate(actor, step, evaluation=evaluation, open_submission=waiting, previous=previous))
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
    """Take an undecided submission back; it stays on record."""
    step = lock_step(submission.step_id)
    submission = GateSubmission.objects.select_for_update(no_key=True).get(pk=submission.pk)
    submission.step = step
    require(may_withdraw_submission(actor, submission))
    _withdraw(submission)
    log(step, "rollout.gate_withdrawn", user=actor, data={"submission_id": submission.pk, "reason": reason.strip()})
    announce(wave_changed, wave_id=step.wave_id)
    return submission


def withdraw_because(*, submission: GateSubmission, because: str) -> GateSubmission:
    """Take an open submission back for the product: what it rests on is gone. For callers that hold its lock."""
    _withdraw(submission)
    data = {"submission_id": submission.pk, "reason": because[:1000]}
    log(submission.step, "rollout.gate_withdrawn", data=data)
    return submission


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
    seen: str = "",
) -> GateDecision:
    """Decide an open submission on an evaluation made at this moment, which is frozen with the decision.

    ``seen`` is the mark of the facts the decider had on screen (``rules.gates.facts_digest``); when the facts have
    moved since, the decision is refused and says what moved. Without it, only the facts of now count.
    Conditional go: one ``ConditionTerms`` for each open *should*, due today or later. Hold: ``revisit_on`` in the
    future. Return: ``return_to`` and a reason. Stop: the sponsor, with a reason.
    A delegate decides in somebody's name (``rules.acting``), and the decision keeps both.
    Refused for the person who submitted, in that person's name, and for the second of two deciders, who is told of
    the first decision.
    """
    step = lock_step(submission.step_id)
    submission = (
        GateSubmission.objects.select_for_update(of=("self",), no_key=True)
        .select_related("submitted_by")
        .get(pk=submission.pk)
    )
    submission.step = step
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
    terms = _require_terms(outcome, evaluation, reason, conditions, revisit_on, return_to)
    principal = _principal(actor, step, outcome, submission, holders)
    snapshot = freeze(evaluation)
    decision = GateDecision.objects.create(
        step=step,
        submission=submission,
        outcome=outcome,
        decided_by=actor,
        acting_for=principal,
        decided_at=now(),
        reason=reason.strip(),
        revisit_on=revisit_on if outcome == Outcome.HOLD else None,
        return_to=return_to if outcome == Outcome.RETURN else None,
        snapshot=snapshot,
        snapshot_sha256=snapshot_sha256(snapshot),
    )
    Condition.objects.bulk_create(
        Condition(decision=decision, item=term.item, owner=term.owner, due_on=term.due_on) for term in terms
    )
    submission.state = GateSubmission.State.DECIDED
    submission.closed_at = decision.decided_at
    submission.save(update_fields=["state", "closed_at"])
    _take_effect(decision, step, return_to)
    record_decision(decision=decision)
    log(
        step,
        "rollout.gate_decided",
        user=actor,
        data={
            "decision_id": decision.pk,
            "outcome": outcome,
            "sha256": decision.snapshot_sha256,
            "acting_for": principal.pk if principal else None,
        },
    )
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


def _require_terms(
    outcome: str,
    evaluation: GateEvaluation,
    reason: str,
    conditions: Sequence[ConditionTerms],
    revisit_on: date | None,
    return_to: Step | None,
) -> list[ConditionTerms]:
    """Check what an outcome has to come with, and return the conditions in the order of the checklist."""
    if outcome == Outcome.HOLD:
        require(may_revisit_on(revisit_on))
    elif outcome == Outcome.RETURN:
        require(may_return_to(evaluation.step, return_to))
        if not reason.strip():
            raise Refused("A return needs a reason: what has to be done before this gate is looked at again.")
    elif outcome == Outcome.STOP:
        if not reason.strip():
            raise Refused("Stopping a program needs a reason.")
    elif outcome == Outcome.CONDITIONAL_GO:
        by_item = {term.item.pk: term for term in conditions}
        terms = []
        for e in evaluation.open_shoulds:
            term = by_item.get(e.item.pk)
            if term is None:
                raise Refused(f"“{e.item.question}” is open: give it an owner and a date.")
            if term.due_on < today():
                raise Refused(f"The date for “{e.item.question}” is over already.")
            if not term.owner.is_active:
                raise Refused(f"{term.owner.get_full_name()} has left, so “{e.item.question}” needs another owner.")
            terms.append(term)
        return terms
    return []


def _take_effect(decision: GateDecision, step: Step, return_to: Step | None) -> None:
    match decision.outcome:
        case Outcome.GO:
            _pass(step, State.PASSED)
        case Outcome.CONDITIONAL_GO:
            _pass(step, State.PASSED_WITH_CONDITIONS)
        case Outcome.RETURN if return_to is not None:
            _reopen(decision, step, return_to)
        case Outcome.STOP:
            _stop(step)


def _pass(step: Step, state: State) -> None:
    step.state, step.passed_at, step.suspect_because = state, now(), ""
    step.save(update_fields=["state", "passed_at", "suspect_because"])
    settle(step)
    open_next(step)


def open_next(step: Step) -> None:
    """Open the step after a passed one, unless it is open already. For callers that hold the locks."""
    following = (
        Step.objects.select_for_update(no_key=True)
        .filter(wave_id=step.wave_id, number__gt=step.number)
        .order_by("number")
        .first()
    )
    if following is not None and following.state == State.LOCKED:
        following.state, following.suspect_because = State.OPEN, ""
        following.opened_at = following.opened_at or now()
        following.save(update_fields=["state", "opened_at", "suspect_because"])


def _reopen(decision: GateDecision, step: Step, return_to: Step) -> None:
    """Open the target again. Later gates that were passed become suspect, later open steps wait again; statements,
    evidence and dates of all of them stay."""
    cause = f"“{return_to}” was reopened on {in_words(today())}: {decision.reason}"[:1000]
    affected = Step.objects.select_for_update(no_key=True).filter(wave_id=step.wave_id, number__gte=return_to.number)
    for one in affected.order_by("pk"):
        if one.pk == return_to.pk:
            settle(one)
            one.state, one.suspect_because = State.OPEN, "" if one.pk == step.pk else cause
            one.opened_at = one.opened_at or now()
        elif one.state in (*Step.PASSED_STATES, State.SUSPECT):
            doubt = Cause(Kind.REOPENED, f"decision-{decision.pk}", cause, today())
            call_into_question(one, [doubt], by=decision.decided_by)
            continue
        elif one.state == State.OPEN:
            one.state, one.suspect_because = State.LOCKED, cause
        else:
            continue
        one.save(update_fields=["state", "suspect_because", "opened_at"])
    for waiting in _open_submissions().filter(step__wave_id=step.wave_id, step__number__gte=return_to.number):
        _withdraw(waiting)


def _stop(step: Step) -> None:
    """Stop the program: what is passed stays passed, everything else in every wave stops where it stands."""
    program = step.wave.program
    program.state = Program.State.STOPPED
    program.save(update_fields=["state"])
    list(Wave.objects.select_for_update(no_key=True).filter(program=program).order_by("pk"))
    steps = Step.objects.select_for_update(no_key=True).filter(wave__program=program)
    for one in steps.exclude(state__in=(*Step.PASSED_STATES, State.LOCKED)).order_by("pk"):
        one.state = State.STOPPED
        one.save(update_fields=["state"])
    for waiting in _open_submissions().filter(step__wave__program=program):
        _withdraw(waiting)


def _open_submissions() -> QuerySet[GateSubmission]:
    return (
        GateSubmission.objects.select_for_update(of=("self",), no_key=True)
        .filter(state=GateSubmission.State.OPEN)
        .order_by("pk")
    )


def _withdraw(submission: GateSubmission) -> None:
    submission.state, submission.closed_at = GateSubmission.State.WITHDRAWN, now()
    submission.save(update_fields=["state", "closed_at"])
