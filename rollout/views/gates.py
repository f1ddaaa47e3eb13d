"""The gate room: what a step asks, how it stands, and the decision; the dossier of a decision."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from people.api import Refusal, Refused
from rollout.documents import dossier
from rollout.forms.gates import DecisionForm, LiftHoldForm, SubmitGateForm
from rollout.models import ChecklistItem, GateDecision, GateSubmission
from rollout.queries.boards import gate_history
from rollout.queries.holders import gate_roles
from rollout.queries.questions import questions_about
from rollout.rules.acting import ActingAs, acting_for
from rollout.rules.duties import people_to_chase
from rollout.rules.evaluation import GateEvaluation
from rollout.rules.gates import (
    facts_digest,
    may_choose_outcome,
    may_decide_gate,
    may_lift_hold,
    may_submit_gate,
    may_withdraw_submission,
)
from rollout.rules.questions import may_answer_question
from rollout.rules.standing import placed
from rollout.rules.votes import ANY, Tally, may_reach_quorum, tally_of
from rollout.rules.words import gate_url
from rollout.services.evaluation import evaluate_gate
from rollout.services.gates import ConditionTerms, ReturnTask, submit_gate, vote_on_gate, withdraw_submission
from rollout.services.holds import lift_hold
from rollout.views.checklist import checklist_rows
from rollout.views.lookup import StepPlace, step_place
from rollout.views.suspicion import doubt_context
from rollout.views.wording import condition_url, happened, rail_of, todo_of

Outcome = GateDecision.Outcome
MEANINGS = {
    Outcome.GO: "The next step opens.",
    Outcome.CONDITIONAL_GO: "The next step opens; every open question gets an owner and a date.",
    Outcome.HOLD: "Nothing changes until you look at it again.",
    Outcome.RETURN: "A step is worked on again. What was answered there stays.",
    Outcome.STOP: "The whole program ends here.",
}


@login_required
@require_GET
def gate_room(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Checklist, evaluation in words, decision and history of one step."""
    return _room(request, step_place(request, slug, number, key))


@login_required
@require_POST
def submit(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Ask for a decision."""
    place = step_place(request, slug, number, key)
    form = SubmitGateForm(request.POST)
    if not form.is_valid():
        return _room(request, place, submit_form=form, status=200)
    try:
        submit_gate(step=place.step, actor=place.actor, message=form.cleaned_data["message"])
    except Refused as refused:
        return _room(request, place, submit_form=form, submit_refusal=refused.refusal, status=409)
    names = place.holders.deciders(*gate_roles(place.step).decided_by) or "somebody"
    messages.success(request, f"The gate is submitted. It waits for {names} to decide.")
    return redirect(gate_url(place.step))


@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Take an undecided submission back."""
    place = step_place(request, slug, number, key)
    try:
        reason = request.POST.get("reason", "")[:1000]
        withdraw_submission(submission=_posted_submission(request, place), actor=place.actor, reason=reason)
    except Refused as refused:
        return _room(request, place, decision_refusal=refused.refusal, status=409)
    messages.success(request, "The submission is taken back. You can submit the gate again at any time.")
    return redirect(gate_url(place.step))


@login_required
@require_POST
def decide(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Decide the submission that was on screen; whatever is refused, what was typed is shown again."""
    place = step_place(request, slug, number, key)
    submission = _posted_submission(request, place)
    evaluation = _evaluation(place)
    form = _decision_form(place, evaluation, request.POST)
    if not form.is_valid():
        return _room(request, place, evaluation=evaluation, decision_form=form, status=200)
    data = form.cleaned_data
    try:
        cast = vote_on_gate(
            submission=submission,
            outcome=data["outcome"],
            actor=place.actor,
            reason=data["reason"],
            conditions=[ConditionTerms(item, owner, due_on) for item, owner, due_on in form.terms],
            revisit_on=data["revisit_on"],
            return_to=data["return_to"],
            todo=[ReturnTask(text, item) for text, item in form.tasks],
            seen=data["seen"],
        )
    except Refused as refused:
        fresh = step_place(request, slug, number, key)
        return _room(request, fresh, decision_form=form, decision_refusal=refused.refusal, status=409)
    if cast.decision is not None:
        messages.success(request, f"Decided: {cast.decision.get_outcome_display()}.")
    else:
        messages.success(request, "Your vote is recorded. The gate is decided as soon as enough voices agree.")
    return redirect(gate_url(place.step))


@login_required
@require_POST
def lift(request: HttpRequest, slug: str, number: int, key: str, decision_id: int) -> HttpResponse:
    """End a hold before its day."""
    place = step_place(request, slug, number, key)
    hold = place.step.decisions.filter(pk=decision_id, outcome=Outcome.HOLD).first()
    if hold is None:
        raise Http404
    form = LiftHoldForm(request.POST)
    if not form.is_valid():
        return _room(request, place, lift_form=form)
    try:
        lift_hold(decision=hold, actor=place.actor, reason=form.cleaned_data["reason"])
    except Refused as refused:
        return _room(request, place, lift_form=form, lift_refusal=refused.refusal, status=409)
    messages.success(request, "The hold is lifted. The gate can be submitted again.")
    return redirect(gate_url(place.step))


@login_required
@require_GET
def decision(request: HttpRequest, slug: str, number: int, key: str, decision_id: int) -> HttpResponse:
    """The dossier: the decision and the facts it was made on, as they stood."""
    place = step_place(request, slug, number, key)
    rows = place.step.decisions.select_related(
        "decided_by", "acting_for", "return_to", "submission__submitted_by", "lift__lifted_by", "lift__acting_for"
    )
    found = rows.filter(pk=decision_id).first()
    if found is None:
        raise Http404
    found.step = place.step
    context = {"place": place, "program": place.program, "gate_url": gate_url(place.step), **dossier(found)}
    return render(request, "rollout/decision.html", context)


def _posted_submission(request: HttpRequest, place: StepPlace) -> GateSubmission:
    """The submission that the form was about. One of another step, or none, is a form nobody was shown: 404."""
    posted = request.POST.get("submission", "")
    found = place.step.submissions.filter(pk=int(posted)).first() if posted.isdecimal() else None
    if found is None:
        raise Http404
    return found


def _evaluation(place: StepPlace) -> GateEvaluation:
    evaluation = evaluate_gate(step=place.step)
    placed([evaluation])
    return evaluation


def _questions_before(place: StepPlace, evaluation: GateEvaluation) -> list[ChecklistItem]:
    """The questions that a return can ask for again: of this step, and of those before it."""
    steps = {step.pk: step for step in place.facts.steps if step.number < place.step.number}
    items = list(ChecklistItem.objects.filter(step__in=list(steps)).order_by("-step__number", "position"))
    for item in items:
        item.step = steps[item.step_id]
    return [e.item for e in evaluation.items] + items


def _decision_form(
    place: StepPlace, evaluation: GateEvaluation, data: Any = None, *, is_deciding: bool = True
) -> DecisionForm:
    people = place.holders.people(*place.holders.roles)
    questions = _questions_before(place, evaluation) if is_deciding else []
    return DecisionForm(
        data,
        step=place.step,
        steps=place.facts.steps,
        open_shoulds=evaluation.open_shoulds if evaluation.verdict == "conditional" else (),
        people=people,
        questions=questions,
        initial={"return_to": place.step.pk},
    )


def _room(
    request: HttpRequest,
    place: StepPlace,
    *,
    evaluation: GateEvaluation | None = None,
    submit_form: SubmitGateForm | None = None,
    decision_form: DecisionForm | None = None,
    submit_refusal: Refusal | None = None,
    lift_form: LiftHoldForm | None = None,
    lift_refusal: Refusal | None = None,
    decision_refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    evaluation = evaluation or _evaluation(place)
    history = gate_history(place.step)
    submission = history.open_submission
    may_submit = may_submit_gate(
        place.actor,
        place.step,
        evaluation=evaluation,
        open_submission=submission,
        previous=place.previous,
        hold=history.hold,
        holders=place.holders,
    )
    may_decide = may_decide_gate(place.actor, place.step, submission=submission, holders=place.holders)
    chases, notes = people_to_chase(evaluation, place.holders)
    ready = [place.step.pk] if evaluation.verdict != "blocked" or submission else []
    context = {
        "place": place,
        "program": place.program,
        "step": place.step,
        "roles": gate_roles(place.step),
        "rail": rail_of(place.facts, place.step, ready),
        "evaluation": evaluation,
        "rows": checklist_rows(place, evaluation, history),
        "chases": chases,
        "notes": notes,
        "submission": submission,
        "questions": [
            (one, may_answer_question(place.actor, one, holders=place.holders))
            for one in (questions_about([submission])[submission.pk] if submission else ())
        ],
        "history": happened(history),
        "conditions": [(one, condition_url(one)) for one in history.conditions],
        "may_submit": may_submit,
        "submit_form": submit_form or SubmitGateForm(),
        "submit_refusal": submit_refusal,
        "may_withdraw": submission is not None
        and may_withdraw_submission(place.actor, submission, holders=place.holders) is True,
        "may_decide": may_decide,
        "decision_form": decision_form or _decision_form(place, evaluation, is_deciding=may_decide is True),
        "tally": _tally(place, submission, evaluation),
        "may_reach": may_reach_quorum(place.step, submission, holders=place.holders) if submission else True,
        "hold": history.hold,
        "may_lift": may_lift_hold(place.actor, place.step, history.hold, holders=place.holders)
        if history.hold
        else None,
        "lift_form": lift_form or LiftHoldForm(),
        "lift_refusal": lift_refusal,
        "todo": todo_of(history.returned, evaluation) if history.returned else [],
        "returned": history.returned,
        "owed_conditions": [
            {"one": one, "url": condition_url(one.condition), "step": one.condition.decision.step}
            for one in evaluation.conditions
        ],
        "was_typed": decision_form is not None and may_decide is not True,
        "decision_refusal": decision_refusal,
        "digest": facts_digest(evaluation),
        "outcomes": _outcomes(place, evaluation, decision_form),
        "is_deciding": may_decide is True,
        "acting": _acting(place, submission),
        "deciders": place.holders.deciders(*gate_roles(place.step).decided_by),
        "submitters": place.holders.names(*gate_roles(place.step).submitted_by),
        "last_decision": history.decisions[0] if history.decisions else None,
    }
    context |= doubt_context(place, evaluation, submission)
    return render(request, "rollout/gate_room.html", context, status=status)


def _tally(place: StepPlace, submission: GateSubmission | None, evaluation: GateEvaluation) -> Tally | None:
    """How the vote stands, where several people decide together. 1 query then."""
    if submission is None or gate_roles(place.step).quorum == ANY:
        return None
    votes = list(submission.votes.select_related("voter", "acting_for").order_by("at", "pk"))
    return tally_of(place.step, submission, votes, digest=facts_digest(evaluation), holders=place.holders)


def _acting(place: StepPlace, submission: GateSubmission | None) -> ActingAs | None:
    """For whom this person decides, when it is not in their own right."""
    barred = submission.submitted_by_id if submission else None
    acting = acting_for(place.actor, place.holders, gate_roles(place.step).decided_by, barred=barred)
    return acting if acting is not None and acting.principal is not None else None


def _outcomes(place: StepPlace, evaluation: GateEvaluation, form: DecisionForm | None) -> list[dict[str, Any]]:
    """The five outcomes with what each means and, where one is not possible, why."""
    chosen = form.data.get("outcome") if form is not None else None
    rows: list[dict[str, Any]] = []
    for outcome in Outcome:
        answer = may_choose_outcome(
            place.actor, outcome, evaluation=evaluation, previous=place.previous, holders=place.holders
        )
        if outcome == Outcome.CONDITIONAL_GO and evaluation.verdict == "blocked":
            # The same long list stands under “Go” already.
            answer = Refusal("Conditional go is not possible for the same reason.")
        rows.append(
            {
                "value": outcome.value,
                "label": outcome.label,
                "meaning": MEANINGS[outcome],
                "refusal": None if answer is True else answer,
                "is_chosen": chosen == outcome.value,
            }
        )
    return rows
