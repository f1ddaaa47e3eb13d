"""The sponsor page: five minutes a month, on a phone or on paper; decisions in at most three taps."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from people.api import Refusal, Refused
from rollout.documents import report_pdf
from rollout.forms.sponsor import AnswerForm, ApproveForm, QuestionForm, ReturnForm
from rollout.models import GateDecision, GateQuestion, GateSubmission
from rollout.queries.questions import questions_about
from rollout.rules.gates import facts_digest, may_choose_outcome, may_decide_gate
from rollout.rules.questions import may_answer_question, may_ask_question
from rollout.rules.reports import report_of
from rollout.rules.standing import ProgramStanding
from rollout.rules.words import gate_url
from rollout.services.gates import vote_on_gate
from rollout.services.questions import answer_gate_question, ask_gate_question
from rollout.services.standing import read_standing
from rollout.views.lookup import Place, program_place

Outcome = GateDecision.Outcome
FORMS: dict[str, type[forms.Form]] = {"approve": ApproveForm, "return": ReturnForm, "ask": QuestionForm}


@login_required
@require_GET
def sponsor(request: HttpRequest, slug: str) -> HttpResponse:
    """On track or not, planned and actual gates, the goal, the one risk, and what waits for a decision."""
    return _page(request, program_place(request, slug))


@login_required
@require_GET
def sponsor_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The same page on paper."""
    place = program_place(request, slug)
    report = report_of(read_standing(program=place.program, holders=place.holders))
    name = f"{place.program.slug}-{report.day.isoformat()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(report_pdf(report), content_type="application/pdf", headers=headers)


@login_required
@require_POST
def sponsor_act(request: HttpRequest, slug: str) -> HttpResponse:
    """Approve, return or ask about the submission that was on screen."""
    place = program_place(request, slug)
    deed = request.POST.get("deed", "")
    submission = _posted(request, place)
    if deed not in FORMS:
        raise Http404
    form = FORMS[deed](request.POST, prefix=None)
    if not form.is_valid():
        return _page(request, place, typed=(submission.pk, deed, form))
    data = form.cleaned_data
    try:
        if deed == "ask":
            ask_gate_question(submission=submission, actor=place.actor, question=data["question"])
            done = "Your question is on its way. The answer comes by mail and stands here."
        else:
            approve = deed == "approve"
            cast = vote_on_gate(
                submission=submission,
                outcome=Outcome.GO if approve else Outcome.RETURN,
                actor=place.actor,
                reason=data["reason"],
                return_to=None if approve else submission.step,
                seen=data["seen"],
            )
            done = "Approved. The next step opens." if approve else "Returned. The project lead sees your reason."
            if cast.decision is None:
                done = "Your vote is recorded. The gate is decided as soon as enough voices agree."
    except Refused as refused:
        fresh = program_place(request, slug)
        return _page(request, fresh, typed=(submission.pk, deed, form), refusal=refused.refusal, status=409)
    messages.success(request, done)
    return redirect("rollout:sponsor", place.program.slug)


@login_required
@require_POST
def question_answer(request: HttpRequest, slug: str, question_id: int) -> HttpResponse:
    """Answer a question about a submitted gate."""
    place = program_place(request, slug)
    questions = GateQuestion.objects.select_related("submission__step__wave")
    question = questions.filter(pk=question_id, submission__step__wave__program=place.program).first()
    if question is None:
        raise Http404
    question.submission.step.wave.program = place.program
    url = gate_url(question.submission.step) + "#questions"
    form = AnswerForm(request.POST)
    try:
        answer = form.cleaned_data["answer"] if form.is_valid() else ""
        answer_gate_question(question=question, actor=place.actor, answer=answer)
    except Refused as refused:
        context = {"refusal": refused.refusal, "title": "Not answered", "typed": request.POST.get("answer", "")}
        return render(request, "rollout/question_refused.html", {**context, "place": place, "url": url}, status=409)
    messages.success(request, f"Answered. {question.asked_by.get_full_name()} gets it by mail.")
    return redirect(url)


def _posted(request: HttpRequest, place: Place) -> GateSubmission:
    """The submission the form was about; one of another program is a form nobody was shown: 404."""
    posted = request.POST.get("submission", "")
    rows = GateSubmission.objects.filter(step__wave__program=place.program).select_related("step__wave")
    found = rows.filter(pk=int(posted)).first() if posted.isdecimal() else None
    if found is None:
        raise Http404
    found.step.wave.program = place.program
    return found


def _page(
    request: HttpRequest,
    place: Place,
    *,
    typed: tuple[int, str, forms.Form] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = read_standing(program=place.program, holders=place.holders)
    context = {
        "place": place,
        "program": place.program,
        "report": report_of(standing),
        "decisions": _decisions(place, standing, typed),
        "refusal": refusal,
        "current": standing.current,
    }
    return render(request, "rollout/sponsor.html", context, status=status)


def _decisions(
    place: Place, standing: ProgramStanding, typed: tuple[int, str, forms.Form] | None
) -> list[dict[str, Any]]:
    submissions = list(standing.facts.submissions.values())
    questions = questions_about(submissions) if submissions else {}
    rows = []
    for submission in submissions:
        step, holders = submission.step, standing.holders
        evaluation = standing.evaluations.get(step.pk)
        may_decide = may_decide_gate(place.actor, step, submission=submission, holders=holders)
        may_go = may_decide
        if may_decide is True and evaluation is not None:
            may_go = may_choose_outcome(place.actor, Outcome.GO, evaluation=evaluation, holders=holders)
        initial = {"submission": submission.pk, "seen": facts_digest(evaluation) if evaluation else ""}
        filled = {deed: made(initial=initial, auto_id=f"id_{submission.pk}_{deed}_%s") for deed, made in FORMS.items()}
        if typed is not None and typed[0] == submission.pk:
            filled[typed[1]] = typed[2]
        rows.append(
            {
                "submission": submission,
                "evaluation": evaluation,
                "url": gate_url(step) + "#decision",
                "may_decide": may_decide,
                "may_go": may_go,
                "may_ask": may_ask_question(place.actor, submission, holders=holders),
                "forms": filled,
                "typed": typed[1] if typed is not None and typed[0] == submission.pk else "",
                "questions": [
                    (one, may_answer_question(place.actor, one, holders=holders))
                    for one in questions.get(submission.pk, ())
                ],
            }
        )
    return rows
