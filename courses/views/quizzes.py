"""Taking a quiz: start or resume, answer, hand in once, read the result."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from courses.forms import AnswersForm, MalformedAnswersError
from courses.models import Enrollment, LessonPage, QuestionVersion, QuizAttempt
from courses.queries.quiz_screens import attempt_of, questions_of, quiz_facts, saved_answers
from courses.rules import may_start_attempt
from courses.services.quizzes import save_answer, start_attempt, submit_attempt
from courses.views.access import kept_out
from courses.views.fragments import answers_html, choices_html
from courses.views.player import SIGNED_OUT, Opened, address_after, open_lesson, render_lesson, save_written
from people.api import Refusal, Refused


def quiz_start(request: HttpRequest, slug: str, lesson_slug: str) -> HttpResponse:
    """Start or resume an attempt at the lesson's quiz; notes typed in the lesson come along and are kept."""
    lesson_url = reverse("courses:lesson", args=[slug, lesson_slug])
    if request.method != "POST" or not request.user.is_authenticated:
        return redirect(lesson_url) if request.user.is_authenticated else redirect_to_login(lesson_url)
    opened = open_lesson(request, slug, lesson_slug)
    if response := kept_out(request, opened.lesson):
        return response
    if opened.enrollment is None:
        messages.warning(request, "Enroll first: the quiz belongs to the course.")
        return redirect(lesson_url)
    try:
        save_written(request, opened, opened.enrollment)
    except Refused as refused:
        return render_lesson(request, opened, problem=str(refused.refusal), status=409)
    try:
        attempt = start_attempt(enrollment=opened.enrollment, lesson_key=opened.lesson.key, actor=request.user)
    except Refused as refused:
        return render_lesson(request, opened, refusal=refused.refusal, status=409)
    return redirect("courses:quiz", attempt.pk)


def attempt_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions while the attempt is open, its result afterwards."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    attempt = find_attempt(request, pk)
    if attempt.state == QuizAttempt.State.SUBMITTED:
        return render(request, "courses/attempt_result.html", result_context(request, attempt))
    questions = questions_of(attempt)
    saved = {question_id: answer.chosen for question_id, answer in saved_answers(attempt).items()}
    return render_attempt(request, attempt, questions, AnswersForm(questions=questions, saved=saved), saved)


def attempt_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the attempt in. Missing answers are named; a second click or a malformed post changes nothing."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("courses:quiz", args=[pk]))
    attempt = find_attempt(request, pk)
    if request.method != "POST":
        return redirect("courses:quiz", pk)
    if attempt.state == QuizAttempt.State.SUBMITTED:
        messages.info(request, "This attempt was already handed in. Here is its result; nothing was changed.")
        return redirect("courses:quiz", pk)
    questions = questions_of(attempt)
    saved = {question_id: answer.chosen for question_id, answer in saved_answers(attempt).items()}
    form = AnswersForm(request.POST, questions=questions)
    try:
        form.check_shape()
    except MalformedAnswersError as malformed:
        fresh = AnswersForm(questions=questions, saved=saved)
        return render_attempt(request, attempt, questions, fresh, saved, problem=str(malformed), status=400)
    if not form.is_valid():
        return render_attempt(request, attempt, questions, form, saved)
    try:
        submit_attempt(attempt=attempt, answers=form.answers, actor=request.user)
    except Refused as refused:
        attempt.refresh_from_db(fields=["state"])
        if attempt.state == QuizAttempt.State.SUBMITTED:
            messages.info(request, "This attempt was already handed in. Here is its result; nothing was changed.")
            return redirect("courses:quiz", pk)
        return render_attempt(request, attempt, questions, form, saved, refusal=refused.refusal, status=409)
    return redirect("courses:quiz", pk)


def answer_save(request: HttpRequest, pk: int, question_id: int) -> HttpResponse:
    """Autosave of one answer (htmx): answers with a line that says how it went."""
    if not request.user.is_authenticated:
        return HttpResponse(SIGNED_OUT.replace("text is", "choices are"), status=401)
    if request.method != "POST":
        return redirect("courses:quiz", pk)
    chosen = request.POST.getlist(AnswersForm.name_of(question_id))
    try:
        save_answer(attempt_id=pk, question_id=question_id, chosen=chosen, actor=request.user)
    except QuizAttempt.DoesNotExist:
        raise Http404("There is no such attempt.") from None
    except Refused as refused:
        return render(request, "courses/partials/answer_saved.html", {"problem": refused.refusal.reason}, status=409)
    return render(request, "courses/partials/answer_saved.html", {"is_cleared": not chosen})


def find_attempt(request: HttpRequest, pk: int) -> QuizAttempt:
    """Return the signed-in person's own attempt; for anybody else it does not exist."""
    attempt = attempt_of(request.user.pk, pk) if request.user.is_authenticated else None
    if attempt is None or attempt.enrollment.state == Enrollment.State.ARCHIVED:
        raise Http404("There is no such attempt.")
    return attempt


def render_attempt(
    request: HttpRequest,
    attempt: QuizAttempt,
    questions: Sequence[QuestionVersion],
    form: AnswersForm,
    saved: Mapping[int, Sequence[str]],
    *,
    problem: str = "",
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the questions with what is chosen: as posted when ``form`` is bound, else as saved."""
    rows = []
    for question in questions:
        field = form[AnswersForm.name_of(question.pk)]
        value = field.value()
        chosen = {value} if isinstance(value, str) else set(value or ())
        row = {
            "pk": question.pk,
            "label": field.label,
            "prompt": question.prompt,
            "is_multiple": question.kind == "multiple",
            "name": field.html_name,
            "auto_id": field.auto_id,
            "errors": field.errors if form.is_bound else [],
            "choices": [(choice["id"], choice["text"], choice["id"] in chosen) for choice in question.choices],
            "is_saved": bool(saved.get(question.pk)),
            "save_url": reverse("courses:quiz_answer", args=[attempt.pk, question.pk]),
        }
        rows.append({**row, "choices_html": choices_html(row)})
    context = {
        **around(attempt),
        "questions": rows,
        "missing": [row for row in rows if row["errors"]],
        "problem": problem,
        "refusal": refusal,
    }
    return render(request, "courses/attempt_form.html", context, status=status)


def around(attempt: QuizAttempt) -> dict[str, Any]:
    """Return the attempt with the course and lesson it belongs to. One query."""
    course = attempt.enrollment.course
    lesson = LessonPage.objects.filter(key=attempt.lesson_key).only("key", "slug", "title").order_by().first()
    pinned = attempt.enrollment.version.lesson(attempt.lesson_key) or {}
    course_url = reverse("courses:course", args=[course.slug])
    return {
        "attempt": attempt,
        "course": course,
        "lesson": lesson,
        "lesson_title": lesson.title if lesson else pinned.get("title", "Lesson"),
        "lesson_url": reverse("courses:lesson", args=[course.slug, lesson.slug]) if lesson else course_url,
        "course_url": course_url,
    }


def result_context(request: HttpRequest, attempt: QuizAttempt) -> dict[str, Any]:
    """Return what the result page shows: the score, every question explained, and the next step."""
    answers = saved_answers(attempt)
    rows = []
    for number, question in enumerate(questions_of(attempt), 1):
        answer = answers.get(question.pk)
        chosen = set(answer.chosen) if answer else set()
        points = answer.points if answer else None
        rows.append(
            {
                "number": number,
                "prompt": question.prompt,
                "explanation": question.explanation,
                "is_right": points == 1,
                "points": points,
                "choices": [{**choice, "chosen": choice["id"] in chosen} for choice in question.choices],
            }
        )
    context: dict[str, Any] = {
        **around(attempt),
        "answers_html": answers_html(rows),
        "points": f"{attempt.points.normalize():f}" if attempt.points is not None else "0",
        "refusal": None,
    }
    if attempt.passed:
        return {**context, **next_step(attempt, context["lesson"])}
    facts = quiz_facts(attempt.quiz_id, attempt.enrollment_id, attempt.lesson_key)
    may_start = may_start_attempt(request.user, attempt.enrollment, attempt.lesson_key, attempt.quiz)
    context["attempts_words"] = facts.attempts_words if facts else ""
    if may_start is True and context["lesson"]:
        args = [attempt.enrollment.course.slug, context["lesson"].slug]
        context["start_url"] = reverse("courses:quiz_start", args=args)
    elif isinstance(may_start, Refusal):
        context["refusal"] = may_start
    return context


def next_step(attempt: QuizAttempt, lesson: LessonPage | None) -> dict[str, str]:
    """Return where a passed quiz leads: the next lesson, or the course once it is completed."""
    enrollment = attempt.enrollment
    course_url = reverse("courses:course", args=[enrollment.course.slug])
    if enrollment.state == Enrollment.State.COMPLETED:
        return {
            "next_url": course_url,
            "next_label": "Back to the course",
            "next_note": "You have completed the course.",
        }
    address = address_after(Opened(enrollment.course, lesson, enrollment), enrollment) if lesson else ""
    return {
        "next_url": address or course_url,
        "next_label": "Go on with the next lesson" if address else "Back to the course",
    }
