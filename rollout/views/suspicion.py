"""A gate in doubt: reopening one after a look at what that affects, and confirming one again in one click."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from people.api import Refusal, Refused
from rollout.forms.suspicion import ReconfirmForm, ReopenForm
from rollout.models import GateSubmission, Step
from rollout.rules.evaluation import GateEvaluation
from rollout.rules.gates import facts_digest
from rollout.rules.suspicion import may_reconfirm, may_reopen
from rollout.rules.votes import quorum_words
from rollout.rules.words import gate_url
from rollout.services.evaluation import evaluate_gate
from rollout.services.reconfirmation import reconfirm_gate
from rollout.services.reopening import preview_reopening, reopen_step
from rollout.services.suspicion import read_doubt
from rollout.views.lookup import StepPlace, step_place


def doubt_context(
    place: StepPlace, evaluation: GateEvaluation, open_submission: GateSubmission | None
) -> dict[str, Any]:
    """Return what the gate room shows of a doubt in the gate. No query unless the gate is suspect, then at most 8."""
    doubt = read_doubt(step=place.step, evaluation=evaluation, holders=place.holders)
    answer = None
    if doubt is not None:
        answer = may_reconfirm(
            place.actor,
            place.step,
            decision=doubt.basis.decision if doubt.basis else None,
            differences=doubt.differences,
            lasting=[cause.because for cause in doubt.lasting],
            given=doubt.given,
            previous=place.previous,
            open_submission=open_submission,
            holders=place.holders,
        )
    return {
        "doubt": doubt,
        "may_reconfirm": answer,
        "reconfirm_form": ReconfirmForm(initial={"seen": facts_digest(evaluation)}),
        "is_passed": place.step.state in Step.PASSED_STATES,
    }


@login_required
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Show everything that reopening the gate affects, and reopen it once that was read."""
    place = step_place(request, slug, number, key)
    preview = preview_reopening(step=place.step)
    form = ReopenForm(request.POST or None, initial={"acknowledged": preview.digest})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            reopening = reopen_step(
                step=place.step, actor=place.actor, reason=data["reason"], acknowledged=data["acknowledged"]
            )
        except Refused as refused:
            refusal = refused.refusal
            # What is shown below is what stands now; it has to be read and ticked again.
            form = ReopenForm(initial={"acknowledged": preview.digest, "reason": data["reason"]})
        else:
            count = len(reopening.preview["steps"])
            gates = "This gate has" if count == 1 else f"{count} gates have"
            messages.success(request, f"Reopened. {gates} to be confirmed or decided again; nothing was reset.")
            return redirect(gate_url(place.step))
    context = {
        "place": place,
        "program": place.program,
        "step": place.step,
        "gate_url": gate_url(place.step),
        "preview": preview,
        "form": form,
        "refusal": refusal,
        "may_reopen": may_reopen(place.actor, place.step, holders=place.holders),
    }
    return render(request, "rollout/reopen.html", context, status=409 if refusal is not None else 200)


@login_required
@require_http_methods(["GET", "POST"])
def reconfirm(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Confirm a gate in doubt; when that is refused, show why and what differs."""
    place = step_place(request, slug, number, key)
    form = ReconfirmForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            done = reconfirm_gate(step=place.step, actor=place.actor, note=data["note"], seen=data["seen"])
        except Refused as refused:
            refusal = refused.refusal
            place = step_place(request, slug, number, key)
        else:
            said = "Confirmed. The gate counts as passed again, on the decision made then."
            if not done.is_final:
                needed = quorum_words(place.step, place.holders)
                said = f"Recorded. The gate counts as passed again once {needed} have confirmed it."
            messages.success(request, said)
            return redirect(gate_url(place.step))
    evaluation = evaluate_gate(step=place.step, holders=place.holders)
    waiting = place.step.submissions.filter(state=GateSubmission.State.OPEN).first()
    context = {
        "place": place,
        "program": place.program,
        "step": place.step,
        "gate_url": gate_url(place.step),
        "evaluation": evaluation,
        "refusal": refusal,
        **doubt_context(place, evaluation, waiting),
    }
    return render(request, "rollout/reconfirm.html", context, status=409 if refusal is not None else 200)
