"""Who sees which course: published or one's own, open catalog or signed in, and Wagtail's view restrictions."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.forms import PasswordViewRestrictionForm
from wagtail.models import Page, PageViewRestriction

from courses.models import CoursePage, Enrollment
from courses.queries.outlines import course_for
from people.api import organization


def find_course(request: HttpRequest, slug: str) -> tuple[CoursePage, Enrollment | None]:
    """Return the course and the reader's enrollment in it.

    An unpublished course exists only for those who are enrolled: nobody loses what they have begun.
    """
    course, enrollment = course_for(request.user.pk if request.user.is_authenticated else None, slug)
    if course is None:
        raise Http404("There is no such course.")
    if not course.live and enrollment is None:
        raise Http404("There is no such course.")
    return course, enrollment


def closed_catalog(request: HttpRequest) -> HttpResponse | None:
    """Send visitors to sign in when the organization keeps its catalog to itself; None when they may read."""
    if request.user.is_authenticated or organization().catalog_open_to_visitors:
        return None
    return redirect_to_login(request.get_full_path())


def kept_out(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Return what Wagtail's view restrictions on ``page`` or above answer this request, None when it may pass.

    Visitors are sent to sign in, or asked for the page's password; for signed-in people outside the group the
    page does not exist.
    """
    ancestors = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    if not PageViewRestriction.objects.filter(page__path__in=ancestors).exists():
        return None
    for restriction in page.get_view_restrictions():
        if restriction.accept_request(request):
            continue
        if restriction.restriction_type == PageViewRestriction.PASSWORD:
            form = PasswordViewRestrictionForm(instance=restriction, initial={"return_url": request.get_full_path()})
            action = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, page.pk])
            response: HttpResponse = page.serve_password_required_response(request, form, action)
            return response
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404("There is no such page.")
    return None


def next_address(request: HttpRequest, otherwise: str) -> str:
    """Return where the posted ``next`` leads when it stays on this site, else ``otherwise``."""
    address: Any = request.POST.get("next", "")
    if address and url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return str(address)
    return otherwise
