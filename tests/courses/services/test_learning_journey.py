"""In any order of lessons and quizzes the course is completed once, exactly with the last required lesson."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import CourseVersion, Enrollment, LessonCompletion
from courses.services.progress import complete_finished_enrollments, complete_lesson
from courses.services.quizzes import start_attempt, submit_attempt
from courses.signals import course_completed
from people.api import Refused
from tests.factories.courses import EnrollmentFactory, make_course, make_quiz

LESSONS = 4
DEEDS = st.lists(
    st.tuples(st.sampled_from(["finish", "fail", "pass", "sweep"]), st.integers(0, LESSONS - 1)), max_size=16
)


@pytest.fixture
def course(db):
    """Four lessons, made afresh per example: the first and the last with a quiz."""
    course = make_course(lessons=LESSONS)
    make_quiz("first"), make_quiz("last")
    return course


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, required=st.sets(st.integers(0, LESSONS - 1)))
def test_course_is_completed_once_and_exactly_with_the_last_required_lesson(
    course, django_capture_on_commit_callbacks, deeds, required
):
    lessons = [
        {**lesson, "required": place in required, "quiz": quiz and {"key": quiz, "pass_percent": 70}}
        for place, (lesson, quiz) in enumerate(
            zip(course.versions.order_by("number").first().lessons, ["first", None, None, "last"], strict=True)
        )
    ]
    number = course.versions.count() + 1
    version = CourseVersion.objects.create(course=course, number=number, title="T", lessons=lessons, sha256="0")
    enrollment = EnrollmentFactory(course=course, version=version)
    heard: list[int] = []

    def hear(sender, enrollment_id, **kwargs):
        heard.append(enrollment_id)

    course_completed.connect(hear)
    finished: set[int] = set()
    needed = required or set(range(LESSONS))
    try:
        for deed, place in deeds:
            with django_capture_on_commit_callbacks(execute=True):
                if do(deed, enrollment, lessons[place], place in finished):
                    finished.add(place)
            enrollment.refresh_from_db()
            assert (enrollment.state == Enrollment.State.COMPLETED) == needed.issubset(finished)
            assert heard == ([enrollment.pk] if needed.issubset(finished) else [])
            kept = set(LessonCompletion.objects.filter(enrollment=enrollment).values_list("lesson_key", flat=True))
            assert kept == {UUID(lessons[done]["key"]) for done in finished}
    finally:
        course_completed.disconnect(hear)


def do(deed, enrollment, lesson, is_finished) -> bool:
    """Do it through the service; say whether the lesson is finished afterwards, as the rules want it."""
    person, key, has_quiz = enrollment.person, lesson["key"], bool(lesson["quiz"])
    if deed == "sweep":
        assert complete_finished_enrollments() == 0
        return is_finished
    if deed == "finish":
        if has_quiz and not is_finished:
            with pytest.raises(Refused):
                complete_lesson(enrollment=enrollment, lesson_key=key, actor=person)
            return False
        complete_lesson(enrollment=enrollment, lesson_key=key, actor=person)
        return True
    if not has_quiz or is_finished:
        with pytest.raises(Refused):
            start_attempt(enrollment=enrollment, lesson_key=key, actor=person)
        return is_finished
    attempt = start_attempt(enrollment=enrollment, lesson_key=key, actor=person)
    letter = "a" if deed == "pass" else "b"
    answers = {question_id: [f"{number}{letter}"] for number, question_id in enumerate(attempt.question_ids)}
    submit_attempt(attempt=attempt, answers=answers, actor=person)
    return deed == "pass"
