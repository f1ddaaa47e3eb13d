"""What happens when two do the same at once: real threads on PostgreSQL, because SQLite has one writer anyway."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import close_old_connections, connection, connections

from courses.models import Booking, Enrollment, QuizAttempt, WorkshopSession
from courses.services.enrollments import enroll
from courses.services.progress import complete_lesson
from courses.services.quizzes import start_attempt, submit_attempt
from courses.services.responses import save_response
from courses.services.workshops import book_seat
from courses.signals import course_completed
from people.api import Refused, now
from tests.factories.courses import EnrollmentFactory, make_course, make_quiz
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture(autouse=True)
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("Row locks are shown on PostgreSQL; SQLite lets only one transaction write at a time.")


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Run the deeds in threads that start together; return their results, refusals included."""
    gate = Barrier(len(deeds))

    def run(deed):
        close_old_connections()
        try:
            gate.wait(timeout=20)
            return deed()
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


@pytest.fixture
def completed():
    """Enrollment ids that ``course_completed`` announced."""
    heard = []

    def hear(sender, enrollment_id, **kwargs):
        heard.append(enrollment_id)

    course_completed.connect(hear)
    yield heard
    course_completed.disconnect(hear)


def test_two_last_lessons_at_once_complete_the_course_once(completed):
    enrollment = EnrollmentFactory(course=make_course())
    at_once(
        *(
            lambda key=key: complete_lesson(enrollment=enrollment, lesson_key=key, actor=enrollment.person)
            for key in enrollment.version.required_keys
        )
    )
    enrollment.refresh_from_db()
    assert enrollment.state == "completed"
    assert completed == [enrollment.pk]


def test_the_same_last_lesson_twice_at_once_counts_once(completed):
    enrollment = EnrollmentFactory(course=make_course(lessons=1))
    key = enrollment.version.required_keys[0]
    at_once(*[lambda: complete_lesson(enrollment=enrollment, lesson_key=key, actor=enrollment.person)] * 4)
    assert enrollment.lesson_completions.count() == 1
    assert completed == [enrollment.pk]


def test_fifty_people_book_the_last_ten_seats():
    people = [UserFactory() for _ in range(50)]
    session = WorkshopSession.objects.create(
        course=make_course(),
        title="Workshop",
        starts_at=now() + timedelta(days=1),
        ends_at=now() + timedelta(days=1, hours=2),
        place="Room",
        seats=10,
    )
    results = at_once(*(lambda one=one: book_seat(session=session, person=one, actor=one) for one in people))
    assert Booking.objects.count() == 10
    assert sum(isinstance(result, Booking) for result in results) == 10
    assert sum(isinstance(result, Refused) for result in results) == 40


def test_enrolling_twice_at_once_opens_one_enrollment():
    person, course = UserFactory(), make_course()
    results = at_once(*[lambda: enroll(person=person, course=course, actor=person)] * 6)
    assert Enrollment.objects.count() == 1
    assert {result.pk for result in results} == {Enrollment.objects.get().pk}


def test_starting_and_submitting_twice_at_once_is_one_attempt(completed):
    enrollment = EnrollmentFactory(course=make_course(lessons=1, quiz=make_quiz()))
    key = enrollment.version.required_keys[0]
    attempts = at_once(*[lambda: start_attempt(enrollment=enrollment, lesson_key=key, actor=enrollment.person)] * 4)
    attempt = QuizAttempt.objects.get()
    assert set(attempts) == {attempt}
    answers = {question_id: [f"{number}a"] for number, question_id in enumerate(attempt.question_ids)}
    results = at_once(*[lambda: submit_attempt(attempt=attempt, answers=answers, actor=enrollment.person)] * 4)
    assert sum(isinstance(result, Refused) for result in results) == 3
    assert completed == [enrollment.pk]


def test_two_autosaves_at_once_keep_one_row():
    from courses.models import LessonPage, LessonResponse

    enrollment = EnrollmentFactory(course=make_course(lessons=1))
    lesson = LessonPage.objects.get()
    lesson.body = [("reflection", {"prompt": "Why?", "hint": ""})]
    lesson.save()
    block_id = LessonPage.objects.get().body[0].id
    at_once(
        *(
            lambda text=text: save_response(
                enrollment=enrollment, lesson_key=lesson.key, block_id=block_id, text=text, actor=enrollment.person
            )
            for text in ("one", "two", "three")
        )
    )
    assert LessonResponse.objects.get().text in {"one", "two", "three"}
