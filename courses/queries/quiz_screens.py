"""Quizzes as learners see them: the invitation inside a lesson, the questions of an attempt."""

from dataclasses import dataclass
from uuid import UUID

from courses.models import Answer, QuestionVersion, Quiz, QuizAttempt


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


def attempt_of(person_id: int, attempt_id: int) -> QuizAttempt | None:
    """Return the person's own attempt with quiz, enrollment, version and course; None for anybody else's. One query."""
    related = ("quiz", "enrollment__version", "enrollment__course")
    return QuizAttempt.objects.select_related(*related).filter(pk=attempt_id, enrollment__person_id=person_id).first()


def questions_of(attempt: QuizAttempt) -> list[QuestionVersion]:
    """Return the questions the attempt asks, in its order. One query."""
    found = QuestionVersion.objects.in_bulk(attempt.question_ids)
    return [found[pk] for pk in attempt.question_ids if pk in found]


def saved_answers(attempt: QuizAttempt) -> dict[int, Answer]:
    """Return the attempt's answers by question id. One query."""
    return {answer.question_id: answer for answer in Answer.objects.filter(attempt=attempt)}
