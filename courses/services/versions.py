"""Pinning: what a course requires and what a quiz asks, frozen as rows that never change."""

from typing import Any

from django.db import transaction

from courses.models import CoursePage, CourseVersion, Question, QuestionVersion, Quiz
from courses.queries.content import fingerprint, newest_version, required_content
from courses.signals import course_version_pinned
from people.api import User, announce, log, now


@transaction.atomic
def pin_course_version(*, course: CoursePage, actor: User | None = None) -> CourseVersion:
    """Freeze what completing ``course`` requires now and return that version.

    Title and lessons unchanged since the newest version: that one is returned and nothing is written. People who
    are enrolled stay with the version they started with.
    """
    course = CoursePage.objects.select_for_update(of=("self",)).get(pk=course.pk)
    lessons = required_content(course)
    sha256 = fingerprint({"title": course.title, "lessons": lessons})
    newest = newest_version(course.pk)
    if newest is not None and newest.sha256 == sha256:
        return newest
    version = CourseVersion.objects.create(
        course=course,
        number=newest.number + 1 if newest else 1,
        title=course.title,
        lessons=lessons,
        sha256=sha256,
        made_at=now(),
        made_by=actor,
    )
    log(course, "courses.pin_version", user=actor, data={"version": version.pk, "number": version.number})
    announce(course_version_pinned, version_id=version.pk)
    return version


def pin_outdated_courses() -> int:
    """Pin every published course whose lessons differ from its newest version; return how many were behind."""
    pinned = 0
    for course in CoursePage.objects.live().order_by("pk"):
        before = newest_version(course.pk)
        version = pin_course_version(course=course)
        pinned += before is None or version.pk != before.pk
    return pinned


@transaction.atomic
def pin_question_versions(*, quiz: Quiz, actor: User | None = None) -> list[QuestionVersion]:
    """Make the quiz's questions as they stand the ones that new attempts ask; return them in order.

    A question whose text, choices and explanation are unchanged keeps its version. One that was removed is asked no
    more, but stays for the attempts that asked it.
    """
    quiz = Quiz.objects.select_for_update().get(pk=quiz.pk)
    newest: dict[str, QuestionVersion] = {}
    for version in QuestionVersion.objects.filter(quiz=quiz).order_by("question_key", "number"):
        newest[version.question_key] = version
    questions = list(Question.objects.filter(quiz=quiz).order_by("sort_order", "pk"))
    asked = {question.key for question in questions}
    QuestionVersion.objects.filter(quiz=quiz, is_current=True).exclude(question_key__in=asked).update(is_current=False)
    current = [_pin_question(quiz, question, place, newest) for place, question in enumerate(questions)]
    if any(newest.get(version.question_key) is not version for version in current):
        log(quiz, "courses.pin_questions", user=actor, data={"questions": [version.pk for version in current]})
    return current


def _pin_question(quiz: Quiz, question: Question, place: int, newest: dict[str, QuestionVersion]) -> QuestionVersion:
    choices = _choices(question)
    sha256 = fingerprint(
        {
            "kind": question.kind,
            "prompt": question.prompt,
            "choices": [[choice["text"], choice["right"], choice["why"]] for choice in choices],
            "explanation": question.explanation,
        }
    )
    version = newest.get(question.key)
    if version is not None and version.sha256 == sha256:
        if version.position != place or not version.is_current:
            version.position, version.is_current = place, True
            version.save(update_fields=["position", "is_current"])
        return version
    QuestionVersion.objects.filter(quiz=quiz, question_key=question.key, is_current=True).update(is_current=False)
    return QuestionVersion.objects.create(
        quiz=quiz,
        question_key=question.key,
        number=version.number + 1 if version else 1,
        kind=question.kind,
        prompt=question.prompt,
        choices=choices,
        explanation=question.explanation,
        position=place,
        sha256=sha256,
        made_at=now(),
    )


def _choices(question: Question) -> list[dict[str, Any]]:
    return [
        {
            "id": block.id or str(place),
            "text": str(block.value["text"]),
            "right": bool(block.value["right"]),
            "why": str(block.value["why"] or ""),
        }
        for place, block in enumerate(question.choices)
    ]


@transaction.atomic
def pin_quiz(*, quiz: Quiz, actor: User | None = None) -> list[QuestionVersion]:
    """After a quiz was edited: pin its questions, then every published course that shows it (its pass mark counts)."""
    current = pin_question_versions(quiz=quiz, actor=actor)
    for course in CoursePage.objects.live().order_by("pk"):
        if any((lesson["quiz"] or {}).get("key") == quiz.key for lesson in required_content(course)):
            pin_course_version(course=course, actor=actor)
    return current
