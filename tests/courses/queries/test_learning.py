from datetime import UTC, date, datetime, timedelta

import pytest

from courses.models import LessonCompletion
from courses.queries.learning import learning_overview, lesson_in_progress
from courses.services.progress import complete_lesson
from people.api import clock_at
from tests.factories.courses import EnrollmentFactory, make_course
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_monday():
    with clock_at(MONDAY):
        yield


def test_learning_overview_sorts_into_due_in_progress_and_done():
    person = UserFactory()
    EnrollmentFactory(person=person, course=make_course("later"), due_on=date(2026, 4, 1))
    EnrollmentFactory(person=person, course=make_course("late"), due_on=date(2026, 3, 1))
    EnrollmentFactory(person=person, course=make_course("free"))
    begun = EnrollmentFactory(person=person, course=make_course("begun", lessons=3))
    complete_lesson(enrollment=begun, lesson_key=begun.version.required_keys[0], actor=person)
    for key, day in (("old", 1), ("new", 2)):
        EnrollmentFactory(
            person=person, course=make_course(key), state="completed", completed_at=MONDAY - timedelta(days=9 - day)
        )
    EnrollmentFactory(person=person, course=make_course("archived"), state="archived")
    EnrollmentFactory(course=make_course("foreign"))
    overview = learning_overview(person)
    assert [one.slug for one in overview.due] == ["late", "later"]
    assert [one.status for one in overview.due] == ["overdue", "open"]
    assert [one.slug for one in overview.in_progress] == ["begun", "free"]
    assert (overview.in_progress[0].done, overview.in_progress[0].total) == (1, 3)
    assert [one.slug for one in overview.done] == ["new", "old"]
    assert overview.continue_with is not None
    assert overview.continue_with.title == "Lesson 2"
    assert overview.continue_with.enrollment_id == begun.pk


def test_lesson_in_progress_is_where_one_left_off_last():
    person = UserFactory()
    early = EnrollmentFactory(person=person, course=make_course("early", lessons=3), due_on=date(2026, 3, 3))
    late = EnrollmentFactory(person=person, course=make_course("late", lessons=3))
    for enrollment, moment in ((late, MONDAY), (early, MONDAY - timedelta(days=1))):
        with clock_at(moment):
            complete_lesson(enrollment=enrollment, lesson_key=enrollment.version.required_keys[0], actor=person)
    found = lesson_in_progress(person)
    assert found is not None
    assert (found.course_title, found.title, found.done, found.total) == ("Course late", "Lesson 2", 1, 3)


def test_lesson_in_progress_starts_with_what_is_due_first():
    person = UserFactory()
    EnrollmentFactory(person=person, course=make_course("free"))
    EnrollmentFactory(person=person, course=make_course("due"), due_on=date(2026, 3, 9))
    found = lesson_in_progress(person)
    assert found is not None
    assert (found.course_title, found.title) == ("Course due", "Lesson 1")


def test_lesson_in_progress_of_somebody_without_courses():
    assert lesson_in_progress(UserFactory()) is None
    assert learning_overview(UserFactory()).due == []


def test_learning_overview_asks_the_same_for_one_course_and_for_many(django_assert_num_queries):
    person = UserFactory()
    learning_overview(person)
    for number in range(9):
        enrollment = EnrollmentFactory(person=person, course=make_course(f"course-{number}"))
        LessonCompletion.objects.create(enrollment=enrollment, lesson_key=enrollment.version.required_keys[0])
        if number in {0, 8}:
            with django_assert_num_queries(3):
                learning_overview(person)
