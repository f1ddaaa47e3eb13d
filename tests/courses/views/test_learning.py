"""My learning."""

from datetime import timedelta

import pytest

from courses.models import Enrollment
from courses.services.progress import complete_lesson
from courses.services.workshops import book_seat, plan_session
from people.api import now, today
from tests.factories.courses import EnrollmentFactory, make_course
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
LEARNING = "/learning/"


def test_visitors_sign_in_first(client):
    assert client.get(LEARNING).url == "/accounts/login/?next=/learning/"


def test_empty_page_teaches(client_of):
    content = client_of.get(LEARNING).content.decode()
    assert "You are not enrolled in any course yet." in content
    assert "Open the catalog" in content


def test_due_in_progress_and_done_stand_in_this_order(client_of, person):
    EnrollmentFactory(person=person, course=make_course("late", title="Late"), due_on=today() - timedelta(days=2))
    EnrollmentFactory(person=person, course=make_course("later", title="Later"), due_on=today() + timedelta(days=30))
    begun = EnrollmentFactory(person=person, course=make_course("begun", title="Begun"))
    complete_lesson(enrollment=begun, lesson_key=begun.version.lessons[0]["key"], actor=person)
    done = {"state": Enrollment.State.COMPLETED, "completed_at": now()}
    EnrollmentFactory(person=person, course=make_course("done", title="Finished"), **done)
    EnrollmentFactory(person=person, course=make_course("old", title="Old"), state=Enrollment.State.ARCHIVED)
    content = client_of.get(LEARNING).content.decode()
    assert "1 course is overdue, 1 has a due date and 1 can be done at your own pace; 1 done." in content
    places = [content.index(f">{title}<") for title in ("Late", "Later", "Begun", "Finished")]
    assert places == sorted(places)
    assert ">Old<" not in content
    assert content.count("button--primary") == 1
    assert "Start with “Lesson 1”" in content
    assert "Overdue since" in content


def test_where_one_left_off_comes_first_when_nothing_presses(client_of, person):
    EnrollmentFactory(person=person, course=make_course("fresh", title="A fresh one"))
    begun = EnrollmentFactory(person=person, course=make_course("begun", title="Begun"))
    complete_lesson(enrollment=begun, lesson_key=begun.version.lessons[0]["key"], actor=person)
    content = client_of.get(LEARNING).content.decode()
    assert "Where you left off" in content
    assert "Continue with “Lesson 2”" in content


def test_a_course_without_a_date_is_not_called_under_way_before_it_began(client_of, person):
    for key in ("one", "two"):
        EnrollmentFactory(person=person, course=make_course(key, title=key))
    content = client_of.get(LEARNING).content.decode()
    assert "2 can be done at your own pace." in content
    assert "At your own pace</h2>" in content
    assert "In progress</h2>" not in content


def test_only_done_courses_need_no_button(client_of, person):
    done = {"state": Enrollment.State.COMPLETED, "completed_at": now()}
    EnrollmentFactory(person=person, course=make_course(), **done)
    content = client_of.get(LEARNING).content.decode()
    assert "Nothing is due. You have finished 1 course." in content
    assert "button--primary" not in content


def test_own_sessions_are_listed(client_of, person):
    begin = now() + timedelta(days=1)
    session = plan_session(
        course=make_course(), title="Live hour", starts_at=begin, ends_at=begin + timedelta(hours=1), place="Room",
        seats=3, actor=UserFactory(is_superuser=True),
    )  # fmt: skip
    assert "Live hour" not in client_of.get(LEARNING).content.decode()
    book_seat(session=session, person=person, actor=person)
    assert "Live hour" in client_of.get(LEARNING).content.decode()


@pytest.mark.parametrize("courses", [1, 22])
def test_reads_the_same_number_of_times_for_one_course_and_for_22(
    client_of, person, courses, django_assert_num_queries
):
    for number in range(courses):
        EnrollmentFactory(person=person, course=make_course(f"course-{number}", lessons=1))
    client_of.get(LEARNING)
    with django_assert_num_queries(4):
        client_of.get(LEARNING)
