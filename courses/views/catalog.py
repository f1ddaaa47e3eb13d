"""The catalog and the course page."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from courses.forms import CatalogFilter
from courses.models import CoursePage
from courses.queries import outlines, screens
from courses.queries.session_screens import sessions_of_course
from courses.services.enrollments import enroll
from courses.views.access import closed_catalog, find_course, kept_out, next_address
from courses.views.fragments import cards_html, outline_html
from people.api import Refused

COURSES_PER_PAGE = 24


@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    """The catalog: search and filters live in the address; htmx swaps only the results."""
    if response := closed_catalog(request):
        return response
    form = CatalogFilter.from_query(request.GET)
    chosen = form.chosen
    hidden = screens.hidden_paths(request)
    courses = screens.catalog_courses(chosen, hidden)
    page = Paginator(courses.values(*screens.CARD_FIELDS), COURSES_PER_PAGE).get_page(request.GET.get("page"))
    known = screens.standings(request.user.pk) if request.user.is_authenticated else {}
    context: dict[str, Any] = {
        "form": form,
        "is_filtered": bool(chosen),
        "page_obj": page,
        "cards": cards_html(screens.cards(page.object_list, known)),
        "count": page.paginator.count,
        "finished": sum(standing.state == "completed" for standing in known.values()),
        "under_way": sum(standing.state in {"enrolled", "in_progress"} for standing in known.values()),
    }
    htmx = request.htmx  # type: ignore[attr-defined]
    if htmx and not htmx.history_restore_request and htmx.target == "catalog-results":
        response = render(request, "courses/partials/catalog_results.html", context)
    else:
        context["catalog"] = screens.catalog_page()
        response = render(request, "courses/course_list.html", context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


@require_safe
def course_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One course: what one will be able to do, the outline with progress, the sessions, and the one next step."""
    if response := closed_catalog(request):
        return response
    course, enrollment = find_course(request, slug)
    if response := kept_out(request, course):
        return response
    return render(request, "courses/course_detail.html", course_context(request, course, enrollment))


def course_context(request: HttpRequest, course: CoursePage, enrollment: Any) -> dict[str, Any]:
    """Return what the course page shows to this reader; also used by the editor's preview."""
    outline = outlines.outline(course, enrollment)
    return {
        "course": course,
        "outline": outline,
        "outline_html": outline_html(course.slug, outline),
        "enrollment": enrollment,
        "standing": screens.standing_of(course, enrollment, outline),
        "sessions": sessions_of_course(course.pk, request.user.pk) if request.user.is_authenticated else [],
        "sign_in_url": f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}",
    }


def course_enroll(request: HttpRequest, slug: str) -> HttpResponse:
    """Enroll the signed-in person, then go back to the course (or to ``next``). A second click changes nothing."""
    course_url = reverse("courses:course", args=[slug])
    if not request.user.is_authenticated:
        return redirect_to_login(course_url)
    if request.method != "POST":
        return redirect(course_url)
    course, _ = find_course(request, slug)
    if response := kept_out(request, course):
        return response
    try:
        enroll(person=request.user, course=course, actor=request.user)
    except Refused as refused:
        context = {**course_context(request, course, None), "refusal": refused.refusal}
        return render(request, "courses/course_detail.html", context, status=409)
    messages.success(request, f"You are enrolled in “{course.title}”. Your progress is kept from now on.")
    return redirect(next_address(request, course_url))
