"""Previews in the editor: the same pages that learners see, made from the unsaved draft."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from courses.models import CoursePage, LessonPage
from courses.queries.rendering import render_body
from courses.views.catalog import course_context
from courses.views.player import Opened, lesson_context

register = template.Library()


def _request(context: template.Context) -> HttpRequest:
    request: HttpRequest = context["request"]
    return request


@register.simple_tag(takes_context=True)
def course_preview(context: template.Context, page: CoursePage) -> SafeString:
    """The whole course page for the draft ``page``."""
    page.slug = page.slug or "draft"
    request = _request(context)
    return render_to_string("courses/course_detail.html", course_context(request, page, None), request)


@register.simple_tag(takes_context=True)
def lesson_preview(context: template.Context, page: LessonPage) -> SafeString:
    """The whole lesson page for the draft ``page``, past the cache of rendered bodies."""
    page.slug = page.slug or "draft"
    request = _request(context)
    opened = Opened(page.get_parent().specific, page, None)
    shown: dict[str, Any] = lesson_context(request, opened, render_body(page), {})
    return render_to_string("courses/lesson_detail.html", shown, request)
