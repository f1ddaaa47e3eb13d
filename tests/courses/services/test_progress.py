from datetime import UTC, datetime
from uuid import uuid4

import pytest
from wagtail.models import ModelLogEntry

from courses.models import CourseVersion, Enrollment, LessonCompletion, LessonPage, QuizAttempt
from courses.services.enrollments import archive_enrollment
from courses.services.progress import complete_finished_enrollments, complete_lesson
from courses.services.versions import pin_course_version
from courses.signals import course_completed, lesson_completed
from people.api import Refused, clock_at
from tests.factories.courses import EnrollmentFactory, make_course, make_quiz
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def news():
    """What was announced: finished lessons by key, completed courses by enrollment id."""
    heard = {"lessons": [], "courses": []}

    def hear_lesson(sender, enrollment_id, lesson_key, **kwargs):
        heard["lessons"].append(lesson_key)

    def hear_course(sender, enrollment_id, **kwargs):
        heard["courses"].append(enrollment_id)

    lesson_completed.connect(hear_lesson)
    course_completed.connect(hear_course)
    yield heard
    lesson_completed.disconnect(hear_lesson)
    course_completed.disconnect(hear_course)


def finish(enrollment, key):
    return complete_lesson(enrollment=enrollment, lesson_key=key, actor=enrollment.person)


def pass_quiz(enrollment, quiz, key):
    return QuizAttempt.objects.create(
        enrollment=enrollment,
        quiz=quiz,
        lesson_key=key,
        number=1,
        state="submitted",
        question_ids=[],
        pass_percent=70,
        points_possible=1,
        points=1,
        passed=True,
    )


def test_complete_lesson_records_it_and_remembers_the_place(news, django_capture_on_commit_callbacks):
    enrollment = EnrollmentFactory(course=make_course())
    key = enrollment.version.required_keys[0]
    with django_capture_on_commit_callbacks(execute=True):
        changed = finish(enrollment, key)
    changed.refresh_from_db()
    assert changed.state == "open"
    assert str(changed.last_lesson_key) == key
    assert news == {"lessons": [key], "courses": []}


def test_complete_lesson_completes_the_course_with_the_last_required_one(news, django_capture_on_commit_callbacks):
    enrollment = EnrollmentFactory(course=make_course())
    moment = datetime(2026, 3, 2, 8, tzinfo=UTC)
    with clock_at(moment), django_capture_on_commit_callbacks(execute=True):
        for key in enrollment.version.required_keys[::-1]:
            changed = finish(enrollment, key)
    changed.refresh_from_db()
    assert (changed.state, changed.completed_at) == ("completed", moment)
    assert news["courses"] == [enrollment.pk]
    assert ModelLogEntry.objects.filter(action="courses.complete_course").count() == 1


def test_complete_lesson_twice_is_once(news, django_capture_on_commit_callbacks):
    enrollment = EnrollmentFactory(course=make_course())
    first, second = enrollment.version.required_keys
    with django_capture_on_commit_callbacks(execute=True):
        for key in (first, second, first, second):
            finish(enrollment, key)
    assert LessonCompletion.objects.count() == 2
    assert news == {"lessons": [first, second], "courses": [enrollment.pk]}


def test_complete_lesson_again_moves_the_place_back_to_it():
    enrollment = EnrollmentFactory(course=make_course(lessons=3))
    first, second, _ = enrollment.version.required_keys
    for key in (first, second, first):
        finish(enrollment, key)
    enrollment.refresh_from_db()
    assert str(enrollment.last_lesson_key) == first


def test_complete_lesson_waits_only_for_required_lessons():
    course = make_course()
    LessonPage.objects.filter(slug="lesson-2").update(required=False)
    enrollment = EnrollmentFactory(course=course, version=pin_course_version(course=course))
    optional = enrollment.version.lessons[1]["key"]
    assert finish(enrollment, enrollment.version.lessons[0]["key"]).state == "completed"
    assert finish(enrollment, optional).state == "completed"
    assert LessonCompletion.objects.count() == 2


def test_complete_lesson_wants_all_lessons_when_none_is_required():
    course = make_course()
    LessonPage.objects.update(required=False)
    enrollment = EnrollmentFactory(course=course, version=pin_course_version(course=course))
    first, second = (lesson["key"] for lesson in enrollment.version.lessons)
    assert finish(enrollment, first).state == "open"
    assert finish(enrollment, second).state == "completed"


def test_complete_lesson_goes_by_the_pinned_version():
    course = make_course()
    enrollment = EnrollmentFactory(course=course)
    lesson = course.add_child(instance=LessonPage(title="New", slug="new", body=[("text", "<p>New.</p>")]))
    pin_course_version(course=course)
    with pytest.raises(Refused, match="not part of the version"):
        finish(enrollment, lesson.key)
    for key in enrollment.version.required_keys:
        enrollment = finish(enrollment, key)
    assert enrollment.state == "completed"


def test_complete_lesson_takes_nothing_back_when_the_course_changes():
    course = make_course()
    enrollment = EnrollmentFactory(course=course)
    for key in enrollment.version.required_keys:
        finish(enrollment, key)
    course.add_child(instance=LessonPage(title="New", slug="new", body=[("text", "<p>New.</p>")]))
    pin_course_version(course=course)
    course.unpublish()
    enrollment.refresh_from_db()
    assert enrollment.state == "completed"


@pytest.mark.parametrize("key", [uuid4(), "no key at all", ""])
def test_complete_lesson_is_refused_for_unknown_lessons(key):
    enrollment = EnrollmentFactory(course=make_course())
    with pytest.raises(Refused, match="not part of the version"):
        finish(enrollment, key)
    assert not LessonCompletion.objects.exists()


def test_complete_lesson_is_refused_to_everybody_but_the_learner():
    enrollment = EnrollmentFactory(course=make_course())
    admin = UserFactory(is_superuser=True)
    with pytest.raises(Refused, match="Only the learner"):
        complete_lesson(enrollment=enrollment, lesson_key=enrollment.version.required_keys[0], actor=admin)
    assert not LessonCompletion.objects.exists()


def test_complete_lesson_is_refused_in_an_archived_enrollment():
    enrollment = EnrollmentFactory(course=make_course())
    archive_enrollment(enrollment=enrollment, actor=enrollment.person)
    with pytest.raises(Refused, match="archived"):
        finish(enrollment, enrollment.version.required_keys[0])


def test_complete_lesson_with_a_quiz_is_refused_until_it_is_passed():
    quiz = make_quiz()
    enrollment = EnrollmentFactory(course=make_course(quiz=quiz))
    key = enrollment.version.lessons[-1]["key"]
    with pytest.raises(Refused, match="Quiz quiz") as caught:
        finish(enrollment, key)
    assert caught.value.refusal.fix_url == "/catalog/okr-foundations/lesson-2/#quiz"
    assert "70 percent" in str(caught.value)
    pass_quiz(enrollment, quiz, key)
    finish(enrollment, key)
    assert LessonCompletion.objects.count() == 1


def test_complete_lesson_is_not_opened_by_a_quiz_passed_in_another_cycle():
    quiz = make_quiz()
    course = make_course(quiz=quiz)
    old = EnrollmentFactory(course=course, state="archived")
    enrollment = EnrollmentFactory(course=course, person=old.person, cycle=2)
    key = enrollment.version.lessons[-1]["key"]
    pass_quiz(old, quiz, key)
    with pytest.raises(Refused):
        finish(enrollment, key)


def test_complete_lesson_asks_few_questions(django_assert_num_queries):
    enrollment = EnrollmentFactory(course=make_course(lessons=3))
    # savepoint, enrollment with version and course, finished lessons, completion, enrollment, savepoint
    with django_assert_num_queries(6):
        finish(enrollment, enrollment.version.required_keys[0])


def test_complete_finished_enrollments_heals_what_was_lost_once(news, django_capture_on_commit_callbacks):
    course = make_course()
    lost, half = EnrollmentFactory(course=course), EnrollmentFactory(course=course)
    for key in lost.version.required_keys:
        LessonCompletion.objects.create(enrollment=lost, lesson_key=key)
    LessonCompletion.objects.create(enrollment=half, lesson_key=half.version.required_keys[0])
    with django_capture_on_commit_callbacks(execute=True):
        assert complete_finished_enrollments() == 1
        assert complete_finished_enrollments() == 0
    assert set(Enrollment.objects.values_list("pk", "state")) == {(lost.pk, "completed"), (half.pk, "open")}
    assert news == {"lessons": [], "courses": [lost.pk]}


def test_complete_finished_enrollments_leaves_empty_versions_alone():
    course = make_course()
    empty = CourseVersion.objects.create(course=course, number=9, title="Empty", lessons=[], sha256="0")
    EnrollmentFactory(course=course, version=empty)
    assert complete_finished_enrollments() == 0


def test_complete_finished_enrollments_asks_per_version_not_per_person(django_assert_num_queries):
    course = make_course()
    EnrollmentFactory(course=course)
    with django_assert_num_queries(2):
        complete_finished_enrollments()
    for _ in range(5):
        EnrollmentFactory(course=course)
    with django_assert_num_queries(2):
        complete_finished_enrollments()
