"""Courses in Wagtail's admin: the menu section, and what has to happen around an editor's deeds."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.admin import messages
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from courses.models import CatalogPage, CoursePage, GlossaryTerm, LessonPage, Quiz
from courses.queries.glossary import forget_glossary
from courses.rules import may_delete_course_page
from courses.services.deeds import LOG_ACTIONS
from courses.services.versions import pin_quiz
from courses.views.administration import enrollment_start_over
from courses.viewsets import CoursesGroup
from people.api import Refusal

OUR_PAGES = (CatalogPage, CoursePage, LessonPage)

register_snippet(CoursesGroup)


@hooks.register("register_log_actions")
def register_course_actions(actions: LogActionRegistry) -> None:
    for action, (label, message) in LOG_ACTIONS.items():
        actions.register_action(action, label, message)


@hooks.register("before_serve_page")
def lead_to_our_address(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Courses live at addresses of their own, where enrollment is checked; Wagtail's own address leads there."""
    specific = page.specific
    if isinstance(specific, CatalogPage):
        return redirect("courses:catalog")
    return redirect(specific.get_absolute_url()) if isinstance(specific, OUR_PAGES) else None


@hooks.register("before_delete_page")
def keep_what_people_learn(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to delete what somebody is or was enrolled in, with the rule's own reason."""
    answer = may_delete_course_page(request.user, page)
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_bulk_action")
def keep_what_people_learn_in_bulk(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """The same refusal for pages that were ticked in a list."""
    if action_type != "delete":
        return None
    for page in objects:
        if isinstance(page, Page) and (response := keep_what_people_learn(request, page)):
            return response
    return None


@hooks.register("before_delete_snippet")
def keep_quizzes_in_use(request: HttpRequest, instances: Iterable[Any]) -> HttpResponse | None:
    """A quiz with attempts or pinned questions stays: what was asked and answered is on record."""
    for quiz in instances:
        if isinstance(quiz, Quiz) and quiz.question_versions.exists():
            messages.error(
                request,
                f"“{quiz}” was published with its questions, so it stays on record and cannot be deleted. "
                "Take it out of its lesson instead: nobody is asked its questions any more.",
            )
            return redirect(quiz.snippet_viewset.get_url_name("list"))
    return None


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def pin_after_saving(request: HttpRequest, instance: Any) -> None:
    """A saved quiz is asked as it stands from the next attempt on; a saved term is explained in the next lesson."""
    if isinstance(instance, Quiz):
        pin_quiz(quiz=instance, actor=request.user if request.user.is_authenticated else None)
    elif isinstance(instance, GlossaryTerm):
        forget_glossary()


@hooks.register("after_delete_snippet")
def forget_deleted_terms(request: HttpRequest, instances: Iterable[Any]) -> None:
    if any(isinstance(instance, GlossaryTerm) for instance in instances):
        forget_glossary()


@hooks.register("register_admin_urls")
def register_start_over_page() -> list[URLPattern]:
    return [path("courses/enrollments/<int:pk>/start-over/", enrollment_start_over, name="courses_start_over")]
