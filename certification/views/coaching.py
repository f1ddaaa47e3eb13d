"""The coach workspace: what is missing for my certificate, and what I have to record for others."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from certification.models import Candidacy, Certification, Credential, Observation
from certification.queries.coaching import (
    CandidacyOverview,
    candidacy_overview,
    feedback_with_anchors,
    next_action,
)
from certification.queries.progress import progress_of
from certification.rules import may_download_certificate, may_see_candidacy, may_withdraw_candidacy
from certification.services import open_candidacy, withdraw_candidacy
from certification.services.certificates import render_certificate
from certification.views.requests import SignedInRequest
from courses import api as courses_api
from people.api import Refused, in_words, today


@login_required
@require_safe
def workspace(request: SignedInRequest) -> HttpResponse:
    """My certifications with the next action, what I have to record, my feedback, my certificates."""
    overview = candidacy_overview(request.user)
    context = {
        "overview": overview,
        "sentence": opening_sentence(overview),
        "feedback": [
            (observation, feedback_with_anchors(observation))
            for observation in overview.observations
            if observation.state == Observation.State.RECORDED
        ],
        "booked": [o for o in overview.observations if o.state == Observation.State.BOOKED],
        "main": overview.next_action,
        "day": today(),
    }
    return render(request, "certification/coaching.html", context)


@login_required
@require_POST
def apply(request: SignedInRequest, key: str) -> HttpResponse:
    """Start my own candidacy for an open certification."""
    certification = get_object_or_404(Certification, key=key)
    try:
        candidacy = open_candidacy(person=request.user, certification=certification, actor=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("certification:coaching")
    messages.success(request, f"You are on your way to “{certification.title}”. Here is what to show.")
    return redirect("certification:candidacy", pk=candidacy.pk)


@login_required
@require_safe
def candidacy(request: SignedInRequest, pk: int) -> HttpResponse:
    """One candidacy: every pinned requirement, what was shown for it, and what is still missing."""
    found = _visible_candidacy(request, pk)
    [progress] = progress_of([found])
    courses = courses_api.courses_by_key([r.course_key for r in progress.requirements if r.is_course])
    urls = {key: course.get_absolute_url() for key, course in courses.items()}
    is_mine = found.person_id == request.user.pk
    context = {
        "candidacy": found,
        "progress": progress,
        "requirements": [(requirement, urls.get(requirement.course_key, "")) for requirement in progress.requirements],
        "is_mine": is_mine,
        "next_action": next_action(progress, urls) if found.state == Candidacy.State.OPEN else None,
        "may_withdraw": may_withdraw_candidacy(request.user, found) is True,
        "credential": Credential.objects.filter(candidacy=found).first(),
    }
    return render(request, "certification/candidacy.html", context)


@login_required
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a candidacy without a certificate."""
    found = _visible_candidacy(request, pk)
    try:
        withdraw_candidacy(candidacy=found, actor=request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("certification:candidacy", pk=pk)
    messages.success(request, "The candidacy has ended. What was observed is kept, and you can start again any time.")
    return redirect("certification:coaching")


@login_required
@require_safe
def certificate(request: SignedInRequest, number: str) -> HttpResponseBase:
    """The PDF for its holder, rendered on the spot when it is not there yet."""
    credential = Credential.objects.filter(number=number).first()
    if credential is None or not may_download_certificate(request.user, credential):
        raise Http404
    stored = render_certificate(credential_id=credential.pk)
    return FileResponse(
        stored.file.open("rb"), content_type="application/pdf", filename=f"certificate-{credential.number}.pdf"
    )


def opening_sentence(overview: CandidacyOverview) -> str:
    """Return in one or two sentences how things stand."""
    day, parts = today(), []
    due = sum(observation.observed_on <= day for observation in overview.to_record)
    ahead = len(overview.to_record) - due
    if due:
        parts.append(f"{due} observation{'s are' if due > 1 else ' is'} waiting for you to record.")
    if ahead:
        parts.append(
            f"You will watch {ahead} more." if due else f"You will watch {ahead} candidate{'s' * (ahead > 1)}."
        )
    if overview.candidacies:
        entry = overview.candidacies[0]
        missing = len(entry.progress.outstanding)
        parts.append(
            f"You are on your way to “{entry.candidacy.certification.title}”: "
            f"{entry.progress.done} of {len(entry.progress.requirements)} shown, {missing} to go."
        )
    valid = [held for held in overview.credentials if held.status == Credential.Status.VALID]
    if valid and not overview.candidacies:
        until = valid[0].credential.valid_until
        parts.append(f"You are certified: “{valid[0].credential.title}” is valid until {in_words(until)}.")
    return " ".join(parts) or "You are not working toward a certificate yet."


def _visible_candidacy(request: SignedInRequest, pk: int) -> Candidacy:
    found = get_object_or_404(Candidacy.objects.select_related("person", "certification"), pk=pk)
    if not may_see_candidacy(request.user, found):
        raise Http404
    return found
