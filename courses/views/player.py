"""The lesson player: read, write, tick, finish, go on. Everything works as plain pages and forms."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.models import CoursePage, Enrollment, LessonPage, LessonResponse
from courses.queries import outlines
from courses.queries.quiz_screens import quiz_facts
from courses.queries.rendering import Part, RenderedBody, lesson_body
from courses.rules import may_start_attempt
from courses.services.progress import complete_lesson_and_list
from courses.services.responses import save_response
from courses.views.access import closed_catalog, find_course, kept_out
from courses.views.fragments import outline_html
from people.api import EDITORS, Refusal, Refused, User, in_group

SIGNED_OUT = "You are signed out, so this could not be saved. Your text is kept in this browser: sign in and come back."


@dataclass(frozen=True, slots=True)
class Written:
    """What a learner wrote or ticked in one exercise."""

    text: str = ""
    ticked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A lesson that somebody has open, in its course and, for learners, their enrollment."""

    course: CoursePage
    lesson: LessonPage
    enrollment: Enrollment | None
    rows: Sequence[dict[str, Any]] | None = None

    @property
    def url(self) -> str:
        return reverse("courses:lesson", args=[self.course.slug, self.lesson.slug])


@require_safe
def lesson_detail(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    """The lesson for enrolled people and editors; for everybody else what it is about and the way in."""
    if response := closed_catalog(request):
        return response
    opened = open_lesson(request, slug, lesson_slug)
    if response := kept_out(request, opened.lesson):
        return response
    if opened.enrollment is None and not is_editor(request):
        sign_in = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}"
        context = {"course": opened.course, "lesson": opened.lesson, "sign_in_url": sign_in}
        return render(request, "courses/lesson_teaser.html", context)
    return render_lesson(request, opened)


def lesson_finish(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    """Keep what was written and ticked, finish the lesson and lead to the next thing to do."""
    if request.method != "POST" or not request.user.is_authenticated:
        lesson_url = reverse("courses:lesson", args=[slug, lesson_slug])
        return redirect(lesson_url) if request.user.is_authenticated else redirect_to_login(lesson_url)
    opened = open_lesson(request, slug, lesson_slug)
    if response := kept_out(request, opened.lesson):
        return response
    enrollment = opened.enrollment
    if enrollment is None:
        messages.warning(request, "Enroll first: finished lessons are kept with your enrollment.")
        return redirect(opened.url)
    try:
        save_written(request, opened, enrollment)
    except Refused as refused:
        return render_lesson(request, opened, problem=str(refused.refusal), status=409)
    if request.POST.get("intent") == "save":
        messages.success(request, "Your notes are saved.")
        return redirect(opened.url)
    try:
        changed, finished = complete_lesson_and_list(
            enrollment=enrollment, lesson_key=opened.lesson.key, actor=request.user
        )
    except Refused as refused:
        return render_lesson(request, opened, refusal=refused.refusal, status=409)
    course_url = reverse("courses:course", args=[slug])
    if enrollment.state == Enrollment.State.OPEN and changed.state == Enrollment.State.COMPLETED:
        messages.success(request, f"You have completed “{opened.course.title}”. Well done!")
        return redirect(course_url)
    return redirect(address_after(opened, changed, finished) or course_url)


def responses_save(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    """Autosave of one exercise (htmx): answers with a line that says how it went."""
    if not request.user.is_authenticated:
        return HttpResponse(SIGNED_OUT, status=401)
    if request.method != "POST":
        return redirect("courses:lesson", slug, lesson_slug)
    opened = open_lesson(request, slug, lesson_slug)
    if opened.enrollment is None:
        return HttpResponse("Enroll first: your notes are kept with your enrollment.", status=409)
    try:
        save_written(request, opened, opened.enrollment)
    except Refused as refused:
        return render(request, "courses/partials/saved.html", {"problem": refused.refusal.reason}, status=409)
    return render(request, "courses/partials/saved.html")


def open_lesson(request: HttpRequest, slug: str, lesson_slug: str) -> Opened:
    """Return the lesson in its course; 404 for unpublished ones, except those that the learner's version contains."""
    course, enrollment = find_course(request, slug)
    rows = outlines.lesson_rows(course, enrollment)
    row = next((one for one in rows if one["slug"] == lesson_slug), None)
    if row is None:
        raise Http404("There is no such lesson.")
    lesson = outlines.lesson_from(row)
    if not lesson.live and (enrollment is None or enrollment.version.lesson(lesson.key) is None):
        raise Http404("There is no such lesson.")
    return Opened(course, lesson, enrollment, rows)


def is_editor(request: HttpRequest) -> bool:
    """Whether the reader writes courses and may therefore read lessons without enrolling."""
    return request.user.is_superuser or in_group(request.user, EDITORS)


def written_answers(enrollment: Enrollment | None, lesson: LessonPage, body: RenderedBody) -> dict[str, Written]:
    """Return what the learner wrote and ticked in this lesson, by block id. One query, none without exercises."""
    if enrollment is None or not body.interactive:
        return {}
    rows = LessonResponse.objects.filter(enrollment=enrollment, lesson_key=lesson.key)
    return {
        block: Written(text, tuple(ticked)) for block, text, ticked in rows.values_list("block_id", "text", "ticked")
    }


def posted_answer(part: Part, data: QueryDict) -> Written | None:
    """Return what ``data`` says about this exercise, None when it does not mention it."""
    if part.kind == "reflection":
        text = data.get(f"r-{part.block_id}")
        return None if text is None else Written(text=text.replace("\r\n", "\n").replace("\x00", ""))
    name = f"c-{part.block_id}"
    if name not in data:
        return None
    return Written(ticked=tuple(value for value in data.getlist(name) if value))


def save_written(request: HttpRequest, opened: Opened, enrollment: Enrollment) -> None:
    """Keep every posted exercise that differs from what is kept already. Raises ``Refused`` like the service."""
    if not any(name.startswith(("r-", "c-")) for name in request.POST):
        return
    body = lesson_body(opened.lesson)
    known = written_answers(enrollment, opened.lesson, body)
    for part in body.interactive:
        posted = posted_answer(part, request.POST)
        if posted is None or posted == known.get(part.block_id, Written()):
            continue
        is_text = part.kind == "reflection"
        save_response(
            enrollment=enrollment,
            lesson_key=opened.lesson.key,
            block_id=part.block_id,
            actor=cast(User, request.user),
            text=posted.text if is_text else None,
            ticked=None if is_text else posted.ticked,
        )


def address_after(opened: Opened, enrollment: Enrollment, finished: Set[str] = frozenset()) -> str:
    """Return where to go on after this lesson: the next unfinished one, the next one when all are; empty at the end.

    ``finished`` are lesson keys known to be finished besides those of the rows.
    """
    rows = outlines.lesson_rows(opened.course, enrollment) if opened.rows is None else opened.rows
    order = [lesson["key"] for lesson in enrollment.version.lessons]
    here = str(opened.lesson.key)
    if enrollment.state == Enrollment.State.OPEN:
        done = {here, *finished, *(str(row["key"]) for row in rows if row["done"])}
        key = outlines.key_to_go_on_with(order, set(order) - done, here)
    else:
        key = order[order.index(here) + 1] if here in order[:-1] else ""
    slug = next((row["slug"] for row in rows if str(row["key"]) == key), "")
    return reverse("courses:lesson", args=[opened.course.slug, slug]) if slug else ""


def render_lesson(
    request: HttpRequest,
    opened: Opened,
    *,
    problem: str = "",
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the player; after a refused POST with the reason and everything that was typed."""
    body = lesson_body(opened.lesson)
    answers: Mapping[str, Written | None] = written_answers(opened.enrollment, opened.lesson, body)
    if request.method == "POST":
        posted = {part.block_id: posted_answer(part, request.POST) for part in body.interactive}
        answers = {**answers, **{block_id: answer for block_id, answer in posted.items() if answer is not None}}
    context = {**lesson_context(request, opened, body, answers), "problem": problem, "refusal": refusal}
    return render(request, "courses/lesson_detail.html", context, status=status)


def lesson_context(
    request: HttpRequest, opened: Opened, body: RenderedBody, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the player's template shows."""
    course, lesson, enrollment = opened.course, opened.lesson, opened.enrollment
    outline = outlines.outline(course, enrollment, opened.rows)
    key = str(lesson.key)
    place = next((line for line in outline.lessons if line.key == key), None)
    before, after = outline.around(key)
    quiz = quiz_card(request, opened, body.quiz_id) if body.quiz_id else None
    pinned = enrollment.version.lesson(key) if enrollment else None
    slugs = [course.slug, lesson.slug]
    course_url = reverse("courses:course", args=[course.slug])
    return {
        "course": course,
        "course_url": course_url,
        "lesson": lesson,
        "enrollment": enrollment,
        "outline": outline,
        "outline_html": outline_html(course.slug, outline, key),
        "place": place,
        "before": before,
        "after": after,
        "parts": [(part, answers.get(part.block_id)) for part in body.parts],
        "terms": body.terms,
        "quiz": quiz,
        "needs_quiz": bool(pinned and pinned["quiz"] and quiz and not quiz["is_passed"]),
        "has_exercises": bool(body.interactive),
        "finish_url": reverse("courses:complete", args=slugs),
        "save_url": reverse("courses:responses", args=slugs) if pinned else "",
    }


def quiz_card(request: HttpRequest, opened: Opened, quiz_id: int) -> dict[str, Any] | None:
    """Return what the lesson says about its quiz, None when the quiz is gone."""
    enrollment, lesson = opened.enrollment, opened.lesson
    facts = quiz_facts(quiz_id, enrollment.pk if enrollment else None, lesson.key)
    if facts is None:
        return None
    best, quiz = facts.best, facts.quiz
    is_passed = bool(best and best.passed)
    may_start: Any = None
    if enrollment and not is_passed:
        may_start = may_start_attempt(request.user, enrollment, lesson.key, quiz)
    call = "Start the quiz"
    if facts.open_attempt:
        call = "Go on with the quiz"
    elif best:
        call = "Try again"
    return {
        "title": quiz.title,
        "questions_count": facts.questions_count,
        "pass_percent": quiz.pass_percent,
        "attempts_words": "" if is_passed else facts.attempts_words,
        "is_passed": is_passed,
        "best": best,
        "best_words": (f"Passed with {best.percent}%" if is_passed else f"Best so far: {best.percent}%")
        if best
        else "",
        "best_url": reverse("courses:quiz", args=[best.pk]) if best else "",
        "refusal": may_start if isinstance(may_start, Refusal) else None,
        "start_url": reverse("courses:quiz_start", args=[opened.course.slug, lesson.slug]) if may_start is True else "",
        "call": call,
    }
