from decimal import Decimal

import pytest

from courses.models import Answer, LessonCompletion, Question, QuestionVersion, QuizAttempt
from courses.services.enrollments import archive_enrollment
from courses.services.quizzes import is_right, save_answer, start_attempt, submit_attempt
from courses.services.versions import pin_course_version, pin_question_versions
from people.api import Refused
from tests.factories.courses import EnrollmentFactory, make_course, make_quiz
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def enrolled(**quiz_fields):
    return EnrollmentFactory(course=make_course(quiz=make_quiz(**quiz_fields)))


def quiz_key(enrollment):
    return enrollment.version.lessons[-1]["key"]


def start(enrollment):
    return start_attempt(enrollment=enrollment, lesson_key=quiz_key(enrollment), actor=enrollment.person)


def answers_of(attempt, right: int):
    """Answers with the first ``right`` questions right (the factory's choice "…a"), the others wrong."""
    return {
        question_id: [f"{place}{'a' if place < right else 'b'}"]
        for place, question_id in enumerate(attempt.question_ids)
    }


def submit(attempt, answers):
    return submit_attempt(attempt=attempt, answers=answers, actor=attempt.enrollment.person)


def take(enrollment, right: int):
    attempt = start(enrollment)
    return submit(attempt, answers_of(attempt, right))


def snapshot():
    return list(QuizAttempt.objects.values()), list(Answer.objects.values()), LessonCompletion.objects.count()


# --- start ----------------------------------------------------------------------------------------


def test_start_attempt_pins_questions_and_the_pass_mark_of_the_version():
    enrollment = enrolled(questions=3)
    quiz = enrollment.course.versions.get() and QuestionVersion.objects.first().quiz
    quiz.pass_percent = 90
    quiz.save()
    attempt = start(enrollment)
    assert attempt.question_ids == list(QuestionVersion.objects.values_list("pk", flat=True))
    assert (attempt.number, attempt.state, attempt.points_possible, attempt.pass_percent) == (1, "open", 3, 70)
    enrollment.refresh_from_db()
    assert str(enrollment.last_lesson_key) == quiz_key(enrollment)


def test_start_attempt_resumes_the_open_one():
    enrollment = enrolled()
    assert start(enrollment) == start(enrollment)
    assert QuizAttempt.objects.count() == 1


def test_start_attempt_keeps_its_questions_when_the_quiz_is_edited():
    enrollment = enrolled(questions=1)
    attempt = start(enrollment)
    question = Question.objects.get()
    question.prompt = "Changed?"
    question.save()
    pin_question_versions(quiz=question.quiz)
    resumed = start(enrollment)
    assert resumed.question_ids == attempt.question_ids
    submit(resumed, answers_of(resumed, 0))
    assert start(enrollment).question_ids != attempt.question_ids


def test_start_attempt_makes_question_versions_when_nobody_did():
    enrollment = enrolled(questions=2)
    QuestionVersion.objects.all().delete()
    attempt = start(enrollment)
    assert attempt.question_ids == list(QuestionVersion.objects.values_list("pk", flat=True))


def test_start_attempt_is_refused_without_questions():
    enrollment = enrolled(questions=0)
    with pytest.raises(Refused, match="no questions yet"):
        start(enrollment)


def test_start_attempt_is_refused_for_a_lesson_without_quiz():
    enrollment = enrolled()
    with pytest.raises(Refused, match="has no quiz"):
        start_attempt(enrollment=enrollment, lesson_key=enrollment.version.lessons[0]["key"], actor=enrollment.person)


def test_start_attempt_is_refused_when_the_attempts_are_used_up():
    enrollment = enrolled(attempts_limit=2)
    take(enrollment, 0)
    take(enrollment, 0)
    with pytest.raises(Refused, match="used 2 of 2 attempts") as caught:
        start(enrollment)
    assert caught.value.refusal.owed_by == "a people lead"
    assert QuizAttempt.objects.count() == 2


def test_start_attempt_counts_a_new_cycle_from_zero():
    enrollment = enrolled(attempts_limit=1)
    take(enrollment, 0)
    archive_enrollment(enrollment=enrollment, actor=enrollment.person)
    renewed = EnrollmentFactory(course=enrollment.course, person=enrollment.person, cycle=2)
    assert start(renewed).number == 1


def test_start_attempt_is_refused_once_passed():
    enrollment = enrolled()
    take(enrollment, 2)
    with pytest.raises(Refused, match="already passed"):
        start(enrollment)


def test_start_attempt_is_refused_to_others_and_in_archived_enrollments():
    enrollment = enrolled()
    with pytest.raises(Refused, match="Only the learner"):
        start_attempt(enrollment=enrollment, lesson_key=quiz_key(enrollment), actor=UserFactory())
    archive_enrollment(enrollment=enrollment, actor=enrollment.person)
    with pytest.raises(Refused, match="archived"):
        start(enrollment)


def test_start_attempt_is_refused_for_lessons_outside_the_version():
    enrollment = enrolled()
    with pytest.raises(Refused, match="not part of the version"):
        start_attempt(enrollment=enrollment, lesson_key="nonsense", actor=enrollment.person)


# --- save -----------------------------------------------------------------------------------------


def test_save_answer_keeps_the_last_choice():
    attempt = start(enrolled())
    question = attempt.question_ids[0]
    for chosen in (["0b"], ["0a"]):
        save_answer(attempt_id=attempt.pk, question_id=question, chosen=chosen, actor=attempt.enrollment.person)
    assert Answer.objects.get().chosen == ["0a"]
    assert Answer.objects.get().points is None


@pytest.mark.parametrize(
    ("question", "chosen", "message"),
    [
        (0, ["0a", "0b"], "choose one, not 2"),
        (0, ["1a"], "none of its choices"),
        (0, "0a", "none of its choices"),
        (None, ["0a"], "does not ask"),
    ],
)
def test_save_answer_refuses_what_does_not_fit(question, chosen, message):
    attempt = start(enrolled())
    question_id = attempt.question_ids[question] if question is not None else 999_999
    with pytest.raises(Refused, match=message):
        save_answer(attempt_id=attempt.pk, question_id=question_id, chosen=chosen, actor=attempt.enrollment.person)
    assert not Answer.objects.exists()


def test_save_answer_is_refused_after_submitting_and_to_others():
    attempt = take(enrolled(), 1)
    with pytest.raises(Refused, match="1 of 2 points"):
        save_answer(
            attempt_id=attempt.pk, question_id=attempt.question_ids[0], chosen=["0a"], actor=attempt.enrollment.person
        )
    with pytest.raises(QuizAttempt.DoesNotExist):
        save_answer(attempt_id=attempt.pk, question_id=attempt.question_ids[0], chosen=["0a"], actor=UserFactory())


# --- submit ---------------------------------------------------------------------------------------


def test_submit_attempt_scores_and_passing_finishes_lesson_and_course():
    enrollment = enrolled()
    enrollment.version.lessons[0]["required"] = False
    enrollment.version.save()
    attempt = take(enrollment, 2)
    assert (attempt.state, attempt.points, attempt.passed, attempt.percent) == ("submitted", 2, True, 100)
    assert set(Answer.objects.values_list("points", flat=True)) == {Decimal(1)}
    enrollment.refresh_from_db()
    assert enrollment.state == "completed"
    assert str(LessonCompletion.objects.get().lesson_key) == quiz_key(enrollment)


def test_submit_attempt_that_fails_finishes_nothing():
    attempt = take(enrolled(), 1)
    assert (attempt.points, attempt.passed) == (1, False)
    assert not LessonCompletion.objects.exists()


@pytest.mark.parametrize(
    ("questions", "pass_percent", "right", "passed"),
    [(3, 67, 2, False), (3, 66, 2, True), (10, 70, 7, True), (10, 71, 7, False), (7, 58, 4, False), (7, 57, 4, True)],
)
def test_submit_attempt_compares_the_exact_fraction(questions, pass_percent, right, passed):
    attempt = take(enrolled(questions=questions, pass_percent=pass_percent), right)
    assert attempt.passed is passed


def test_submit_attempt_counts_answers_that_were_saved_before():
    attempt = start(enrolled())
    first, second = attempt.question_ids
    save_answer(attempt_id=attempt.pk, question_id=first, chosen=["0a"], actor=attempt.enrollment.person)
    save_answer(attempt_id=attempt.pk, question_id=second, chosen=["1b"], actor=attempt.enrollment.person)
    assert submit(attempt, {second: ["1a"]}).points == 2
    assert Answer.objects.count() == 2


def test_submit_attempt_is_refused_with_unanswered_questions_and_names_them():
    attempt = start(enrolled(questions=4))
    before = snapshot()
    with pytest.raises(Refused, match=r"Questions 2, 3 and 4 are not answered"):
        submit(attempt, {attempt.question_ids[0]: ["0a"], attempt.question_ids[1]: []})
    with pytest.raises(Refused, match=r"Question 4 is not answered"):
        submit(attempt, dict(list(answers_of(attempt, 3).items())[:3]))
    assert snapshot() == before


def test_submit_attempt_twice_is_refused_and_changes_nothing():
    attempt = take(enrolled(), 1)
    before = snapshot()
    with pytest.raises(Refused, match="already submitted: 1 of 2 points") as caught:
        submit(attempt, answers_of(attempt, 2))
    assert caught.value.refusal.fix_url.endswith(f"/{attempt.pk}/")
    assert snapshot() == before


@pytest.mark.parametrize(
    ("extra", "message"),
    [({999_999: ["0a"]}, "does not ask"), ({"first": ["0a", "0b"]}, "choose one"), ({"first": ["x"]}, "none of its")],
)
def test_submit_attempt_refuses_malformed_posts_and_changes_nothing(extra, message):
    attempt = start(enrolled())
    before = snapshot()
    posted = answers_of(attempt, 2) | {
        attempt.question_ids[0] if question == "first" else question: chosen for question, chosen in extra.items()
    }
    with pytest.raises(Refused, match=message):
        submit(attempt, posted)
    assert snapshot() == before


def test_submit_attempt_is_refused_to_others():
    attempt = start(enrolled())
    with pytest.raises(Refused, match="Only the learner"):
        submit_attempt(attempt=attempt, answers=answers_of(attempt, 2), actor=UserFactory())


def test_submit_attempt_of_a_lesson_finished_before_records_it_once():
    enrollment = enrolled()
    attempt = start(enrollment)
    LessonCompletion.objects.create(enrollment=enrollment, lesson_key=quiz_key(enrollment))
    assert submit(attempt, answers_of(attempt, 2)).passed
    assert LessonCompletion.objects.count() == 1


def test_submit_attempt_needs_as_many_queries_for_ten_questions_as_for_two(django_assert_num_queries):
    for key, questions in (("short", 2), ("long", 10)):
        course = make_course(key, quiz=make_quiz(key, questions=questions))
        attempt = start(EnrollmentFactory(course=course))
        answers, person = answers_of(attempt, questions), attempt.enrollment.person
        with django_assert_num_queries(11):
            submit_attempt(attempt=attempt, answers=answers, actor=person)


# --- scoring --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "chosen", "right"),
    [
        ("multiple", ["a", "b"], True),
        ("multiple", ["b", "a"], True),
        ("multiple", ["a"], False),
        ("multiple", ["a", "b", "c"], False),
        ("multiple", [], False),
    ],
)
def test_is_right_is_all_or_nothing(kind, chosen, right):
    choices = [{"id": "a", "right": True}, {"id": "b", "right": True}, {"id": "c", "right": False}]
    assert is_right(QuestionVersion(kind=kind, choices=choices), chosen) is right


def test_pinned_pass_mark_of_a_newer_version_counts_for_its_learners():
    enrollment = enrolled()
    quiz = QuestionVersion.objects.first().quiz
    quiz.pass_percent = 40
    quiz.save()
    newer = EnrollmentFactory(course=enrollment.course, version=pin_course_version(course=enrollment.course))
    assert take(newer, 1).passed
    assert not take(enrollment, 1).passed
