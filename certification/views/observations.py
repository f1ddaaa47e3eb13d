"""Book, record, read and cancel an observation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from certification.forms import BookObservationForm, RecordObservationForm
from certification.models import Candidacy, Observation, Requirement
from certification.queries.coaching import feedback_with_anchors
from certification.rules import (
    may_book_observation,
    may_cancel_observation,
    may_record_observation,
    may_see_candidacy,
    may_see_observation,
    observer_choices,
)
from certification.services import book_observation, cancel_observation, record_observation
from certification.views.requests import SignedInRequest
from people.api import Refusal, Refused, User, in_words, today


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: SignedInRequest, pk: int) -> HttpResponse:
    """Book an observer for one requirement of a candidacy; whoever is refused is refused with the reason."""
    candidacy = get_object_or_404(Candidacy.objects.select_related("person", "certification"), pk=pk)
    if not may_see_candidacy(request.user, candidacy):
        raise Http404
    requirements = [
        (entry["key"], entry["title"])
        for entry in candidacy.requirements
        if entry["kind"] == Requirement.Kind.OBSERVATION
    ]
    wanted = request.POST.get("requirement") or request.GET.get("requirement") or ""
    key = wanted if wanted in dict(requirements) else (requirements[0][0] if requirements else "")
    choices = observer_choices(candidacy.person, candidacy.certification)
    form = BookObservationForm(
        request.POST or None, requirements=requirements, observers=choices, initial={"requirement": key}
    )
    answer = may_book_observation(request.user, candidacy, key)
    refusal: Refusal | None = answer if answer is not True else None
    if request.method == "POST" and refusal is None and form.is_valid():
        try:
            observation = book_observation(
                candidacy=candidacy,
                requirement_key=form.cleaned_data["requirement"],
                observer=User.objects.get(pk=form.cleaned_data["observer"]),
                occasion=form.cleaned_data["occasion"],
                observed_on=form.cleaned_data["observed_on"],
                actor=request.user,
            )
        except Refused as error:
            refusal = error.refusal
        else:
            messages.success(
                request,
                f"Booked: {observation.observer.get_full_name()} on {in_words(observation.observed_on)}.",
            )
            return redirect("certification:candidacy", pk=candidacy.pk)
    context = {
        "candidacy": candidacy,
        "form": form,
        "refusal": refusal,
        "may_book": answer is True,
        "is_mine": candidacy.person_id == request.user.pk,
        "not_possible": [choice for choice in choices if choice.answer is not True],
        "possible": sum(choice.answer is True for choice in choices),
        "requirement_title": dict(requirements).get(key, ""),
        "several": len(requirements) > 1,
    }
    return render(request, "certification/observation_book.html", context, status=200 if refusal is None else 409)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def observation(request: SignedInRequest, pk: int) -> HttpResponse:
    """The form for the booked observer; for the candidate the booking, later the result."""
    found = _visible_observation(request, pk)
    requirement = found.candidacy.requirement(found.requirement_key)
    context: dict[str, Any] = {"observation": found, "requirement": requirement, "day": today()}
    if found.state != Observation.State.BOOKED or request.user.pk != found.observer_id or requirement is None:
        if request.method == "POST":
            answer = may_record_observation(request.user, found)
            raise Refused(answer if answer is not True else "This observation cannot be recorded.")
        context |= {
            "feedback": feedback_with_anchors(found),
            "may_cancel": may_cancel_observation(request.user, found) is True,
            "is_mine": found.candidate_id == request.user.pk,
        }
        return render(request, "certification/observation_detail.html", context)
    form = RecordObservationForm(
        request.POST or None,
        rubric=requirement["rubric"],
        initial={"observed_on": min(found.observed_on, today())},
    )
    answer = may_record_observation(request.user, found)
    refusal: Refusal | None = answer if answer is not True else None
    if request.method == "POST" and refusal is None and form.is_valid():
        try:
            record_observation(
                observation=found,
                scores=form.scores,
                outcome=form.cleaned_data["outcome"],
                feedback=form.cleaned_data["feedback"],
                coaching_goal=form.cleaned_data["coaching_goal"],
                observed_on=form.cleaned_data["observed_on"],
                actor=request.user,
            )
        except Refused as error:
            refusal = error.refusal
        else:
            messages.success(
                request, f"Recorded. {found.candidate.get_full_name()} can read your feedback now. Thank you."
            )
            return redirect("certification:coaching")
    context |= {
        "form": form,
        "refusal": refusal,
        "may_cancel": may_cancel_observation(request.user, found) is True,
    }
    return render(request, "certification/observation_record.html", context, status=200 if refusal is None else 409)


@login_required
@require_POST
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Cancel a booking."""
    found = _visible_observation(request, pk)
    try:
        cancel_observation(observation=found, actor=request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The observation is cancelled.")
    return redirect("certification:coaching")


def _visible_observation(request: SignedInRequest, pk: int) -> Observation:
    found = get_object_or_404(
        Observation.objects.select_related(
            "candidate", "observer", "candidacy__certification", "candidacy__person", "rubric"
        ),
        pk=pk,
    )
    if not may_see_observation(request.user, found):
        raise Http404
    return found
