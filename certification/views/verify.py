"""The public check of a certificate: every printed field and its status now, nothing else about the person."""

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from certification.documents import evidence_words
from certification.forms import VerifyForm
from certification.models import Credential
from certification.numbers import normalized, typing_mistake
from certification.queries.status import credential_by_number, credential_status, recorded_on, revocation_of
from certification.rules import may_download_certificate
from certification.views.limits import WINDOW_SECONDS, asks_too_often
from people.api import User, in_words, today

logger = logging.getLogger(__name__)


@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Ask for a number and lead to its page."""
    if "number" not in request.GET:
        return _public(render(request, "certification/verify_form.html", {"form": VerifyForm()}))
    form = VerifyForm(request.GET)
    if form.is_valid() and (number := normalized(form.cleaned_data["number"])):
        return HttpResponseRedirect(reverse("certification:verify", args=[number]))
    if form.is_valid():
        form.add_error("number", "Type the number that is printed at the foot of the certificate.")
    return _public(render(request, "certification/verify_form.html", {"form": form}))


@require_safe
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Show one certificate by its number. Every request, known or not, costs the same one look."""
    if asks_too_often(request, "verify"):
        response = render(request, "certification/verify_too_often.html", status=429)
        response["Retry-After"] = str(WINDOW_SECONDS)
        return _public(response)
    number = normalized(number[:64])
    credential = credential_by_number(number)
    logger.info("Certificate check: %s", "found" if credential else "unknown number")
    if credential is None:
        return _public(_unknown(request, number))
    day = today()
    events = credential.events.all()
    revocation = revocation_of(events, on=day)
    status = credential_status(credential, events, day)
    may_read_reason = isinstance(request.user, User) and may_download_certificate(request.user, credential)
    context = {
        "credential": credential,
        "status": status,
        "sentence": status_sentence(credential, status),
        "revoked_on": recorded_on(revocation) if revocation else None,
        "revoked_reason": revocation.reason if revocation and may_read_reason else "",
        "evidence": [{"title": entry["title"], "words": evidence_words(entry)} for entry in credential.evidence],
        "fingerprint": [credential.evidence_sha256[start : start + 8] for start in range(0, 64, 8)],
        "day": day,
        "may_download": may_read_reason,
    }
    return _public(render(request, "certification/verify.html", context))


def status_sentence(credential: Credential, status: Credential.Status) -> str:
    """Return in one sentence what the certificate is worth."""
    until = in_words(credential.valid_until)
    return {
        Credential.Status.VALID: f"This certificate is genuine and valid until {until}.",
        Credential.Status.EXPIRED: f"This certificate is genuine, but it expired: its last day was {until}.",
        Credential.Status.REVOKED: "This certificate was issued by us and later revoked. It must not be relied on.",
        Credential.Status.NOT_YET_VALID: "This certificate is genuine, but its validity has not begun yet.",
    }[status]


def _unknown(request: HttpRequest, number: str) -> HttpResponse:
    context = {"number": number, "mistake": typing_mistake(number), "form": VerifyForm(initial={"number": number})}
    return render(request, "certification/verify_unknown.html", context, status=404)


def _public(response: HttpResponse) -> HttpResponse:
    """Neither search engines nor caches keep these pages: a status can change any minute."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    add_never_cache_headers(response)
    return response
