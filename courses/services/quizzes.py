"""Quizzes: attempts are held by the server from their start and ask pinned question versions.

Scoring: a question is worth one point, all or nothing. For multiple choice that means exactly the right set; partial
credit would reward ticking everything. The pass mark is compared as an exact fraction, never a rounded percentage.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from courses.models import Answer, Enrollment, Question, QuestionVersion, Quiz, QuizAttempt
from courses.queries.progress import finished_keys
from courses.queries.quiz_screens import question_versions, saved_answers
from courses.rules import may_answer, may_start_attempt
from courses.services.progress import finish_lesson, lock_enrollment
from courses.services.versions import pin_question_versions
from people.api import Refused, User, now, require

_ANSWERED_FIELDS = ("state", "question_ids", "points", "points_possible", "enrollment__state", "enrollment__person_id")


@transaction.atomic
def start_attempt(*, enrollment: Enrollment, lesson_key: UUID | str, actor: User) -> QuizAttempt:
    """Start an attempt at the lesson's quiz, or return the one that is still open.

    The attempt pins the question versions and the pass mark of the learner's course version. Refused when the
    lesson has no quiz, the quiz was passed already, the attempts are used up, or it has no questions.
    """
    locked = lock_enrollment(enrollment.pk)
    pinned = (locked.version.lesson(lesson_key) or {}).get("quiz")
    quiz = Quiz.objects.filter(key=pinned["key"]).first() if pinned else None
    require(may_start_attempt(actor, locked, lesson_key, quiz))
    quiz, pinned = cast(Quiz, quiz), cast(dict[str, Any], pinned)
    earlier = QuizAttempt.objects.filter(enrollment=locked, quiz=quiz).order_by("-number").first()
    if earlier is not None and earlier.state == QuizAttempt.State.OPEN:
        return earlier
    questions = list(QuestionVersion.objects.filter(quiz=quiz, is_current=True).order_by("position", "pk"))
    if not questions:
        questions = pin_question_versions(quiz=quiz)
    if not questions:
        raise Refused(f"“{quiz.title}” has no questions yet. Its author has to add some before it can be taken.")
    if str(locked.last_lesson_key) != str(lesson_key):
        locked.last_lesson_key = UUID(str(lesson_key))
        locked.save(update_fields=["last_lesson_key"])
    return QuizAttempt.objects.create(
        enrollment=locked,
        quiz=quiz,
        lesson_key=lesson_key,
        number=earlier.number + 1 if earlier else 1,
        question_ids=[question.pk for question in questions],
        pass_percent=pinned["pass_percent"],
        started_at=now(),
        points_possible=len(questions),
    )


@transaction.atomic
def save_answer(*, attempt_id: int, question_id: int, chosen: Sequence[str], actor: User) -> None:
    """Keep the choices picked for one question of an open attempt; an empty ``chosen`` clears them. Two queries.

    Refused for questions the attempt does not ask, choices the question does not have, two choices where one is
    asked for, and once the attempt is submitted. Raises ``QuizAttempt.DoesNotExist`` for somebody else's attempt
    and for those of archived enrollments.
    """
    mine = QuizAttempt.objects.select_related("enrollment").only(*_ANSWERED_FIELDS)
    locked = mine.select_for_update(of=("self",)).get(
        ~Q(enrollment__state=Enrollment.State.ARCHIVED), pk=attempt_id, enrollment__person_id=actor.pk
    )
    require(may_answer(actor, locked))
    questions = _questions(locked, [question_id])
    picked = _check(locked, questions, {question_id: chosen})[question_id]
    _write_answers([Answer(attempt=locked, question_id=question_id, chosen=picked)])


@transaction.atomic
def submit_attempt(*, attempt: QuizAttempt, answers: Mapping[int, Sequence[str]], actor: User) -> QuizAttempt:
    """Score the attempt on ``answers`` (question id → chosen choice ids) over those saved before.

    Passing it finishes its lesson, and with the last required lesson the course. Refused, with nothing changed,
    when questions are left unanswered (says which), when an answer does not fit its question, and when the attempt
    was submitted before.
    """
    locked = _lock_attempt(attempt)
    require(may_answer(actor, locked))
    questions = _questions(locked, locked.question_ids)
    saved = saved_answers(locked)
    chosen = {question_id: list(answer.chosen) for question_id, answer in saved.items()}
    chosen |= _check(locked, questions, answers)
    missing = [place for place, pk in enumerate(locked.question_ids, 1) if not chosen.get(pk)]
    if missing:
        raise Refused(_unanswered(missing))
    moment = now()
    final = [saved.get(pk) or Answer(attempt=locked, question_id=pk) for pk in locked.question_ids]
    for answer in final:
        if answer.chosen != chosen[answer.question_id]:
            answer.chosen, answer.answered_at = chosen[answer.question_id], moment
        answer.points = Decimal(is_right(questions[answer.question_id], answer.chosen))
    _write_answers(final)
    points = sum((answer.points or Decimal(0) for answer in final), Decimal(0))
    locked.state, locked.submitted_at, locked.points = QuizAttempt.State.SUBMITTED, moment, points
    locked.passed = points * 100 >= locked.pass_percent * locked.points_possible
    locked.save(update_fields=["state", "submitted_at", "points", "passed"])
    if locked.passed:
        _finish_its_lesson(locked, actor)
    return locked


def is_right(question: QuestionVersion, chosen: Sequence[str]) -> bool:
    """Whether exactly the right choices were picked, for every kind of question."""
    return set(chosen) == {choice["id"] for choice in question.choices if choice["right"]}


def _finish_its_lesson(attempt: QuizAttempt, actor: User) -> None:
    """The quiz is a lesson's only open requirement, so passing it finishes the lesson."""
    key = str(attempt.lesson_key)
    finished = finished_keys(attempt.enrollment_id)
    if key not in finished and attempt.enrollment.version.lesson(key) is not None:
        finish_lesson(enrollment=attempt.enrollment, lesson_key=key, finished=finished, actor=actor)


def _lock_attempt(attempt: QuizAttempt) -> QuizAttempt:
    enrollment = lock_enrollment(attempt.enrollment_id)
    locked = QuizAttempt.objects.select_for_update().get(pk=attempt.pk)
    locked.enrollment = enrollment
    return locked


def _questions(attempt: QuizAttempt, question_ids: Sequence[int]) -> Mapping[int, QuestionVersion]:
    return question_versions([pk for pk in question_ids if pk in attempt.question_ids])


def _write_answers(answers: Sequence[Answer]) -> None:
    """Insert the answers or, where the question has one already, replace it. One statement."""
    Answer.objects.bulk_create(
        [
            Answer(
                attempt_id=a.attempt_id,
                question_id=a.question_id,
                chosen=a.chosen,
                points=a.points,
                answered_at=a.answered_at,
            )
            for a in answers
        ],
        update_conflicts=True,
        unique_fields=["attempt", "question"],
        update_fields=["chosen", "points", "answered_at"],
    )


def _check(
    attempt: QuizAttempt, questions: Mapping[int, QuestionVersion], answers: Mapping[int, Sequence[str]]
) -> dict[int, list[str]]:
    """Return the answers with each choice once, in the question's order; refuse what does not fit the question."""
    checked = {}
    for question_id, chosen in answers.items():
        question = questions.get(question_id)
        if question is None:
            raise Refused("One of the answers belongs to a question that this attempt does not ask. Reload the page.")
        place = attempt.question_ids.index(question_id) + 1
        known = [choice["id"] for choice in question.choices]
        if isinstance(chosen, str) or not set(chosen) <= set(known):
            raise Refused(f"Question {place}: the answer is none of its choices. Reload the page and choose again.")
        picked = [choice_id for choice_id in known if choice_id in chosen]
        if len(picked) > 1 and question.kind != Question.Kind.MULTIPLE:
            raise Refused(f"Question {place} has one right answer: choose one, not {len(picked)}.")
        checked[question_id] = picked
    return checked


def _unanswered(missing: Sequence[int]) -> str:
    numbers = [str(place) for place in missing]
    if len(numbers) == 1:
        return f"Question {numbers[0]} is not answered yet. Answer it, then submit again; nothing is lost."
    listed = ", ".join(numbers[:-1]) + f" and {numbers[-1]}"
    return f"Questions {listed} are not answered yet. Answer them, then submit again; nothing is lost."
