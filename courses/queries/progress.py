"""Small questions about one enrollment: what is finished, which quiz is passed, how many attempts were used."""

from dataclasses import dataclass

from django.db.models import Count, Q

from courses.models import CourseVersion, Enrollment, LessonCompletion, LessonPage, QuizAttempt
from courses.queries.prepared import PreparedQuery

_finished = PreparedQuery(
    lambda enrollment_id: (
        LessonCompletion.objects.filter(enrollment_id=enrollment_id).values_list("lesson_key").order_by()
    )
)


def finished_keys(enrollment_id: int) -> set[str]:
    """Return the keys of the lessons finished in this enrollment, as text. One query."""
    return {str(key) for (key,) in _finished.rows(enrollment_id)}


def latest_enrollment(person_id: int, course_id: int) -> Enrollment | None:
    """Return the person's open enrollment, else the newest completed one; archived cycles do not count. One query."""
    rows = Enrollment.objects.unarchived().of(person_id).filter(course_id=course_id)
    found = list(rows.select_related("version").order_by("-cycle"))
    return next((row for row in found if row.state == Enrollment.State.OPEN), found[0] if found else None)


@dataclass(frozen=True, slots=True)
class AttemptCounts:
    """The attempts at one lesson's quiz within one enrollment."""

    submitted: int
    passed: bool
    open_id: int | None


def attempt_counts(enrollment_id: int, lesson_key: str) -> AttemptCounts:
    """Return how many attempts were submitted, whether one passed, and the open one. One query."""
    attempts = QuizAttempt.objects.filter(enrollment_id=enrollment_id, lesson_key=lesson_key).order_by("number")
    rows = list(attempts.values_list("pk", "state", "passed"))
    open_ids = [pk for pk, state, _ in rows if state == QuizAttempt.State.OPEN]
    return AttemptCounts(
        submitted=len(rows) - len(open_ids),
        passed=any(passed for _, _, passed in rows),
        open_id=open_ids[-1] if open_ids else None,
    )


def has_passed_quiz(enrollment_id: int, lesson_key: str) -> bool:
    """Whether an attempt at this lesson's quiz was passed in this enrollment. One query."""
    return QuizAttempt.objects.filter(enrollment_id=enrollment_id, lesson_key=lesson_key, passed=True).exists()


def lesson_page(lesson_key: str) -> LessonPage | None:
    """Return the lesson's page without its body, None when the page is gone. One query."""
    return LessonPage.objects.filter(key=lesson_key).defer("body").first()


def finished_but_open(version: CourseVersion) -> list[int]:
    """Return the ids of open enrollments in ``version`` whose required lessons are all finished. One query."""
    required = version.required_keys
    if not required:
        return []
    rows = (
        Enrollment.objects.open()
        .filter(version=version)
        .annotate(
            finished=Count("lesson_completions", filter=Q(lesson_completions__lesson_key__in=required), distinct=True)
        )
        .filter(finished=len(required))
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))
