"""The page “Calendar”, and the addresses that calendar programs read."""

import hashlib
from datetime import UTC, datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import http_date, quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from people.api import User, organization, organization_zone
from rollout.ical import calendar_file
from rollout.models import Program
from rollout.queries.boards import programs_of
from rollout.queries.feeds import entries_of_person, entries_of_program, live_feed, live_feeds_of, token_sha256
from rollout.rules.access import may_see_program
from rollout.services.feeds import renew_feed, revoke_feed

SECRET = "calendar_secret"  # noqa: S105 - the name of a place in the visit, not a secret
KEEP_SECONDS = 300
WINDOW_SECONDS = 60
REQUESTS_A_MINUTE = 30
NEVER_CHANGED = datetime(2020, 1, 1, tzinfo=UTC)


@login_required
@require_GET
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    """One's own calendar and those of one's programs: subscribe, renew, revoke. A new secret is shown once."""
    person = cast(User, request.user)
    feeds = live_feeds_of(person)
    shown: dict[str, Any] = request.session.pop(SECRET, {})
    rows = [_row(None, feeds, shown), *(_row(program, feeds, shown) for program in programs_of(person))]
    return render(request, "rollout/calendar.html", {"rows": rows, "zone": str(organization_zone())})


def _row(program: Program | None, feeds: dict[int | None, Any], shown: dict[str, Any]) -> dict[str, Any]:
    slug = program.slug if program is not None else ""
    url = ""
    if shown.get("slug") == slug and shown.get("token"):
        url = f"{settings.BASE_URL.rstrip('/')}{reverse('rollout:calendar_feed', args=[shown['token']])}"
    return {
        "program": program,
        "slug": slug,
        "feed": feeds.get(program.pk if program is not None else None),
        "url": url,
        "webcal": url.replace("https://", "webcal://", 1).replace("http://", "webcal://", 1),
    }


@login_required
@require_POST
def calendar_renew(request: HttpRequest) -> HttpResponse:
    """Make a new address; the one before stops working."""
    person, program = cast(User, request.user), _posted_program(request)
    token = renew_feed(actor=person, program=program)
    # Only until the next page, which shows it; the database keeps its hash alone.
    request.session[SECRET] = {"slug": program.slug if program is not None else "", "token": token}
    messages.success(request, "The address is ready. Copy it now: it is shown only this once.")
    return redirect("rollout:calendar")


@login_required
@require_POST
def calendar_revoke(request: HttpRequest) -> HttpResponse:
    """Let an address stop working."""
    person, program = cast(User, request.user), _posted_program(request)
    feed = live_feeds_of(person).get(program.pk if program is not None else None)
    if feed is None:
        raise Http404
    revoke_feed(feed=feed, actor=person)
    messages.success(request, "The address no longer works. Calendars that read it will show nothing new.")
    return redirect("rollout:calendar")


def _posted_program(request: HttpRequest) -> Program | None:
    slug = request.POST.get("program", "")
    if not slug:
        return None
    program = Program.objects.filter(slug=slug).first()
    if program is None or not may_see_program(cast(User, request.user), program):
        raise Http404
    return program


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar program: who knows the secret reads the dates, without signing in.

    404 once it is revoked, once its person has left, or may no longer see the program. 429 above the limit of
    requests a minute for one address.
    """
    if _asks_too_often(token):
        return HttpResponse("Too many requests. Try again in a minute.", status=429, headers={"Retry-After": "60"})
    feed = live_feed(token)
    if feed is None:
        raise Http404
    if feed.program is not None:
        if not may_see_program(feed.person, feed.program):
            raise Http404
        entries, title = entries_of_program(feed.program), feed.program.title
    else:
        entries, title = entries_of_person(feed.person), f"{organization().company_name}: {feed.person.get_full_name()}"
    body = calendar_file(entries, title=title, zone=organization_zone())
    changed = max((entry.changed_at for entry in entries if entry.changed_at), default=NEVER_CHANGED)
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    if _has(request, etag):
        response = HttpResponseNotModified()
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed.timestamp())
    response["Cache-Control"] = f"private, max-age={KEEP_SECONDS}"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    if response.status_code == 200:
        response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response


def _has(request: HttpRequest, etag: str) -> bool:
    """Whether the calendar program has this very file. Only the tag says so: the date of the last change does not move
    when an event merely leaves the file."""
    tags = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    return etag in tags


def _asks_too_often(token: str) -> bool:
    """Count this request. The cache is enough: an evicted counter only forgives."""
    key = f"rollout:calendar:{token_sha256(token)}"
    if cache.add(key, 1, WINDOW_SECONDS):
        return False
    try:
        return int(cache.incr(key)) > REQUESTS_A_MINUTE
    except ValueError:
        cache.set(key, 1, WINDOW_SECONDS)
        return False
