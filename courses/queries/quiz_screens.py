"""Quizzes as learners see them: the invitation inside a lesson, the questions of an attempt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import caches
from django.db.models import Model

from courses.models import Answer, CoursePage, CourseVersion, Enrollment, QuestionVersion, Quiz, QuizAttempt
from courses.queries.outlines import COURSE_COLUMNS, ENROLLMENT_COLUMNS, VERSION_COLUMNS
from courses.queries.prepared import PreparedQuery, columns_of, from_columns


@dataclass(frozen=True, slots=True)
class QuizFacts:
    """A lesson's quiz and what the learner did there: ``attempts`` newest first."""

    quiz: Quiz
    questions_count: int
    attempts: tuple[QuizAttempt, ...]

    @property
    def open_attempt(self) -> QuizAttempt | None:
        return next((one for one in self.attempts if one.state == QuizAttempt.State.OPEN), None)

    @property
    def best(self) -> QuizAttempt | None:
        """The submitted attempt with the most points, the newest of equals."""
        submitted = [one for one in self.attempts if one.state == QuizAttempt.State.SUBMITTED]
        return max(submitted, key=lambda one: (bool(one.passed), one.points or 0), default=None)

    @property
    def attempts_left(self) -> int | None:
        """How many attempts can still be started or handed in; None: as many as one likes."""
        if self.quiz.attempts_limit is None:
            return None
        used = sum(one.state == QuizAttempt.State.SUBMITTED for one in self.attempts)
        return max(0, self.quiz.attempts_limit - used)

    @property
    def attempts_words(self) -> str:
        left = self.attempts_left
        if left is None:
            return "You can try as often as you like."
        if left == 0:
            return "No attempt is left."
        return "One attempt is left." if left == 1 else f"{left} attempts are left."


def quiz_facts(quiz_id: int, enrollment_id: int | None, lesson_key: UUID) -> QuizFacts | None:
    """Return the quiz with the learner's attempts in this enrollment, None when the quiz is gone. Three queries."""
    quiz = Quiz.objects.filter(pk=quiz_id).first()
    if quiz is None:
        return None
    count = QuestionVersion.objects.filter(quiz_id=quiz_id, is_current=True).count()
    if enrollment_id is None:
        return QuizFacts(quiz, count, ())
    attempts = QuizAttempt.objects.filter(enrollment_id=enrollment_id, lesson_key=lesson_key).order_by("-number")
    return QuizFacts(quiz, count, tuple(attempts))


ATTEMPT_COLUMNS = columns_of(QuizAttempt, [field.name for field in QuizAttempt._meta.concrete_fields])
QUIZ_COLUMNS = columns_of(Quiz, ["id", "key", "title", "attempts_limit", "pass_percent"])
_PARTS: tuple[tuple[type[Model], tuple[str, ...], str], ...] = (
    (QuizAttempt, ATTEMPT_COLUMNS, ""),
    (Quiz, QUIZ_COLUMNS, "quiz__"),
    (Enrollment, ENROLLMENT_COLUMNS, "enrollment__"),
    (CourseVersion, VERSION_COLUMNS, "enrollment__version__"),
    (CoursePage, COURSE_COLUMNS, "enrollment__course__"),
)
_attempt = PreparedQuery(
    lambda attempt_id, person_id: (
        QuizAttempt.objects.filter(pk=attempt_id, enrollment__person_id=person_id)
        .order_by()
        .values_list(*(f"{prefix}{name}" for _, columns, prefix in _PARTS for name in columns))
    )
)


def attempt_of(person_id: int, attempt_id: int) -> QuizAttempt | None:
    """Return the person's own attempt with quiz, enrollment, version and course; None for anybody else's. One query."""
    for row in _attempt.rows(attempt_id, person_id):
        values = iter(row)
        parts: list[Any] = [
            from_columns(model, columns, [next(values) for _ in columns]) for model, columns, _ in _PARTS
        ]
        attempt: QuizAttempt = parts[0]
        _, quiz, enrollment, version, course = parts
        attempt.quiz, attempt.enrollment = quiz, enrollment
        enrollment.version, enrollment.course = version, course
        return attempt
    return None


def question_versions(ids: Sequence[int]) -> dict[int, QuestionVersion]:
    """Return the question versions with these ids. What a version asks never changes, so each process keeps it: one
    query for those it has not met. ``is_current`` may have changed since."""
    keys = {pk: f"courses:question:{pk}" for pk in ids}
    kept: dict[str, QuestionVersion] = caches["process"].get_many(keys.values())
    found = {pk: kept[key] for pk, key in keys.items() if key in kept}
    if missing := [pk for pk in ids if pk not in found]:
        read = QuestionVersion.objects.in_bulk(missing)
        caches["process"].set_many({keys[pk]: version for pk, version in read.items()})
        found |= read
    return found


def questions_of(attempt: QuizAttempt) -> list[QuestionVersion]:
    """Return the questions the attempt asks, in its order. One query, none when the process has met them."""
    found = question_versions(attempt.question_ids)
    return [found[pk] for pk in attempt.question_ids if pk in found]


def saved_answers(attempt: QuizAttempt) -> dict[int, Answer]:
    """Return the attempt's answers by question id. One query."""
    return {answer.question_id: answer for answer in Answer.objects.filter(attempt=attempt)}
