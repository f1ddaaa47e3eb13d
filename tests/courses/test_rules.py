from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from courses.models import CoursePage, LessonPage, WorkshopSession
from courses.rules import (
    may_archive_enrollment,
    may_assign_courses,
    may_complete_lesson,
    may_delete_course_page,
    may_enroll,
    may_learn,
    may_plan_sessions,
    may_start_attempt,
)
from people.api import EDITORS, PEOPLE_LEADS, PROJECT_LEADS, TRAINERS, now
from tests.factories.courses import EnrollmentFactory, make_catalog, make_course, make_quiz
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("group", [PEOPLE_LEADS, PROJECT_LEADS, TRAINERS, EDITORS])
def test_groups_that_lead_training(group):
    person = UserFactory()
    person.groups.add(Group.objects.get_or_create(name=group)[0])
    assert bool(may_plan_sessions(person)) is (group != EDITORS)
    assert bool(may_assign_courses(person)) is (group != EDITORS)


def test_people_who_left_lead_nothing():
    person = UserFactory(is_superuser=True, is_active=False)
    assert not may_plan_sessions(person)
    assert not may_assign_courses(person)


def test_visitors_are_asked_to_sign_in():
    refusal = may_enroll(AnonymousUser(), make_course())
    assert not refusal
    assert refusal.fix_label == "Sign in"
    assert not may_plan_sessions(AnonymousUser())
    assert not may_learn(AnonymousUser(), EnrollmentFactory(course=CoursePage.objects.get()))


def test_every_refusal_is_a_sentence():
    quiz = make_quiz()
    enrollment = EnrollmentFactory(course=make_course(quiz=quiz))
    person, key = enrollment.person, enrollment.version.lessons[-1]["key"]
    refusals = [
        may_enroll(AnonymousUser(), enrollment.course),
        may_assign_courses(person),
        may_plan_sessions(person),
        may_learn(UserFactory(), enrollment),
        may_complete_lesson(person, enrollment, key),
        may_start_attempt(person, enrollment, key, None),
        may_archive_enrollment(UserFactory(), enrollment),
        may_delete_course_page(person, enrollment.course),
    ]
    for refusal in refusals:
        assert not refusal
        assert refusal.reason.endswith(".")


def test_course_pages_nobody_was_enrolled_in_may_be_deleted():
    course = make_course()
    person = UserFactory()
    assert may_delete_course_page(person, course) is True
    assert may_delete_course_page(person, LessonPage.objects.first()) is True
    assert may_delete_course_page(person, make_catalog()) is True


@pytest.mark.parametrize("state", ["open", "archived"])
def test_course_pages_with_learners_may_not_be_deleted(state):
    course, other = make_course(), make_course("other")
    EnrollmentFactory(course=course, state=state)
    person = UserFactory(is_superuser=True)
    assert "Unpublish it instead" in may_delete_course_page(person, course).reason
    assert "Lesson 1" in may_delete_course_page(person, LessonPage.objects.child_of(course).first()).reason
    assert "Course okr-foundations" in may_delete_course_page(person, make_catalog()).reason
    assert may_delete_course_page(person, other) is True
    assert may_delete_course_page(person, LessonPage.objects.child_of(other).first()) is True


def test_a_course_with_planned_sessions_may_not_be_deleted():
    course = make_course()
    WorkshopSession.objects.create(
        course=course, title="W", place="R", seats=1, starts_at=now(), ends_at=now() + timedelta(hours=1)
    )
    assert "sessions" in may_delete_course_page(UserFactory(), course).reason


def test_a_lesson_that_moved_away_may_not_be_deleted_either():
    course, other = make_course(), make_course("other", lessons=1)
    EnrollmentFactory(course=course)
    lesson = LessonPage.objects.child_of(course).get(slug="lesson-2")
    lesson.move(other, pos="last-child")
    assert not may_delete_course_page(UserFactory(), LessonPage.objects.get(pk=lesson.pk))
