"""What stands in a course right now: the lessons in tree order, and what completing them takes."""

import hashlib
import json
from typing import Any

from django.db.models import Q

from courses.models import CoursePage, CourseVersion, LessonPage, Quiz


def course_by_key(key: str) -> CoursePage | None:
    """Return the course with this stable key, published or not; None when there is none."""
    return CoursePage.objects.filter(key=key).first()


def courses_by_key(keys: object) -> dict[str, CoursePage]:
    """Return the courses with these keys, by key, in one query; unknown keys are left out."""
    return {course.key: course for course in CoursePage.objects.filter(key__in=list(keys))}  # type: ignore[call-overload]


def newest_version(course_id: int) -> CourseVersion | None:
    """Return the course's newest pinned version, None before the first."""
    return CourseVersion.objects.filter(course_id=course_id).order_by("-number").first()


def quiz_id_in(lesson: LessonPage) -> int | None:
    """Return the id of the quiz that the lesson's body shows, read from the raw blocks."""
    for block in lesson.body.raw_data:
        if block["type"] == "quiz":
            quiz_id: int | None = block["value"].get("quiz")
            return quiz_id
    return None


def required_content(course: CoursePage) -> list[dict[str, Any]]:
    """Return the published lessons of ``course`` in tree order as a course version stores them (2 queries)."""
    lessons = list(LessonPage.objects.child_of(course).live().order_by("path"))
    quiz_ids = {lesson.pk: quiz_id_in(lesson) for lesson in lessons}
    quizzes = Quiz.objects.in_bulk({quiz_id for quiz_id in quiz_ids.values() if quiz_id})
    content = []
    for lesson in lessons:
        quiz = quizzes.get(quiz_ids[lesson.pk] or 0)
        content.append(
            {
                "key": str(lesson.key),
                "title": lesson.title,
                "module": lesson.module,
                "minutes": lesson.minutes,
                "required": lesson.required,
                "quiz": {"key": quiz.key, "pass_percent": quiz.pass_percent} if quiz else None,
            }
        )
    return content


def fingerprint(content: Any) -> str:
    """Return the SHA-256 of ``content`` as canonical JSON: equal content, equal fingerprint."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def has_learners(course_id: int) -> bool:
    """Whether anybody was ever enrolled in the course, or a session of it was planned."""
    course = CoursePage.objects.filter(pk=course_id)
    return course.filter(Q(enrollments__isnull=False) | Q(workshop_sessions__isnull=False)).exists()


def has_learners_on_lesson(lesson: LessonPage) -> bool:
    """Whether any enrollment is pinned to a version that contains ``lesson``, wherever the page stands now."""
    pinned = CourseVersion.objects.filter(enrollments__isnull=False).distinct().values_list("lessons", flat=True)
    key = str(lesson.key)
    return any(entry["key"] == key for lessons in pinned for entry in lessons)
