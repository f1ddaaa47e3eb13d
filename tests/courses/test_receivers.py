"""Editors publish, unpublish, move and delete pages: the course's version follows after the commit."""

import pytest
from celery.exceptions import Retry
from django.db.models import ProtectedError

from courses.models import CourseVersion, LessonCompletion, LessonPage
from courses.tasks import pin_course, sweep
from tests.factories.courses import EnrollmentFactory, make_course

pytestmark = pytest.mark.django_db


def titles(course) -> list[str]:
    newest = CourseVersion.objects.filter(course=course).order_by("-number").first()
    return [lesson["title"] for lesson in newest.lessons]


def lesson_of(course, number=1) -> LessonPage:
    return LessonPage.objects.child_of(course).get(slug=f"lesson-{number}")


def test_publishing_a_lesson_pins_its_course(django_capture_on_commit_callbacks):
    course = make_course()
    lesson = lesson_of(course)
    lesson.title = "Renamed"
    with django_capture_on_commit_callbacks(execute=True):
        lesson.save_revision().publish()
        assert titles(course) == ["Lesson 1", "Lesson 2"]
    assert titles(course) == ["Renamed", "Lesson 2"]


def test_publishing_text_only_pins_nothing(django_capture_on_commit_callbacks):
    course = make_course()
    lesson = lesson_of(course)
    lesson.body = [("text", "<p>Rewritten.</p>")]
    with django_capture_on_commit_callbacks(execute=True):
        lesson.save_revision().publish()
    assert course.versions.count() == 1


def test_publishing_a_course_pins_it(django_capture_on_commit_callbacks):
    course = make_course()
    CourseVersion.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        course.save_revision().publish()
    assert titles(course) == ["Lesson 1", "Lesson 2"]


def test_unpublishing_a_lesson_pins_the_course_without_it(django_capture_on_commit_callbacks):
    course = make_course()
    with django_capture_on_commit_callbacks(execute=True):
        lesson_of(course).unpublish()
    assert titles(course) == ["Lesson 2"]


def test_deleting_a_lesson_pins_the_course_without_it(django_capture_on_commit_callbacks):
    course = make_course()
    with django_capture_on_commit_callbacks(execute=True):
        lesson_of(course).delete()
    assert titles(course) == ["Lesson 2"]


def test_moving_a_lesson_pins_both_courses(django_capture_on_commit_callbacks):
    course, other = make_course(), make_course("other", lessons=1)
    lesson = lesson_of(course, 2)
    with django_capture_on_commit_callbacks(execute=True):
        lesson.move(other, pos="last-child")
    assert titles(course) == ["Lesson 1"]
    assert titles(other) == ["Lesson 1", "Lesson 2"]


def test_deleting_a_course_nobody_took_takes_its_versions_along(django_capture_on_commit_callbacks):
    course = make_course()
    with django_capture_on_commit_callbacks(execute=True):
        course.delete()
    assert not CourseVersion.objects.exists()


def test_deleting_a_course_with_learners_is_impossible_even_past_the_admin():
    enrollment = EnrollmentFactory(course=make_course())
    with pytest.raises(ProtectedError):
        enrollment.course.delete()


def test_drafts_and_unpublished_courses_are_not_pinned(django_capture_on_commit_callbacks):
    course = make_course()
    with django_capture_on_commit_callbacks(execute=True):
        course.unpublish()
        lesson = lesson_of(course)
        lesson.title = "Renamed"
        lesson.save_revision().publish()
    assert course.versions.count() == 1


def test_pin_course_of_a_missing_row_is_tried_again(monkeypatch):
    def retry(**kwargs):
        return Retry("later")

    monkeypatch.setattr(pin_course, "retry", retry)
    with pytest.raises(Retry):
        pin_course(999_999)


def test_sweep_heals_lost_completions_and_lost_versions():
    course = make_course()
    enrollment = EnrollmentFactory(course=course)
    for key in enrollment.version.required_keys:
        LessonCompletion.objects.create(enrollment=enrollment, lesson_key=key)
    LessonPage.objects.filter(slug="lesson-1").update(title="Renamed")
    sweep.delay()
    enrollment.refresh_from_db()
    assert enrollment.state == "completed"
    assert titles(course) == ["Renamed", "Lesson 2"]
    sweep.delay()
    assert course.versions.count() == 2
