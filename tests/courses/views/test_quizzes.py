"""Taking a quiz: start, answer, hand in, read the result."""

import pytest

from courses.models import Answer, Enrollment, LessonCompletion, QuestionVersion, QuizAttempt
from tests.factories.courses import EnrollmentFactory, make_course, make_quiz
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
START = "/catalog/okr/lesson-1/quiz/"


@pytest.fixture
def quiz():
    return make_quiz(questions=2, attempts_limit=2)


@pytest.fixture
def enrollment(quiz, person):
    return EnrollmentFactory(person=person, course=make_course("okr", lessons=1, quiz=quiz))


@pytest.fixture
def attempt(enrollment, client_of) -> QuizAttempt:
    client_of.post(START)
    return QuizAttempt.objects.get()


def url(attempt: QuizAttempt, deed: str = "") -> str:
    return f"/learning/attempts/{attempt.pk}/{deed}"


def answers(attempt: QuizAttempt, letters: str) -> dict[str, str]:
    """The posted form: one letter per question, ``a`` is right."""
    found = zip(attempt.question_ids, enumerate(letters), strict=False)
    return {f"q-{pk}": f"{number}{letter}" for pk, (number, letter) in found}


class TestStart:
    def test_starts_once_and_resumes_afterwards(self, client_of, enrollment):
        first = client_of.post(START)
        again = client_of.post(START)
        attempt = QuizAttempt.objects.get()
        assert first.url == again.url == url(attempt)
        assert "Go on with the quiz" in client_of.get("/catalog/okr/lesson-1/").content.decode()

    def test_lesson_says_what_awaits(self, client_of, enrollment):
        content = client_of.get("/catalog/okr/lesson-1/").content.decode()
        assert "2 questions, passed from 70%. 2 attempts are left." in content
        assert f'formaction="{START}"' in content

    def test_refusal_is_shown_in_the_lesson(self, client_of, person):
        EnrollmentFactory(person=person, course=make_course("okr", lessons=1))
        response = client_of.post(START)
        assert response.status_code == 409
        assert "This lesson has no quiz" in response.content.decode()

    def test_needs_enrollment_and_a_signed_in_person(self, client, client_of, quiz):
        make_course("okr", lessons=1, quiz=quiz)
        assert "Enroll first" in client_of.post(START, follow=True).content.decode()
        assert client.post(START).url == "/accounts/login/?next=/catalog/okr/lesson-1/"
        assert client_of.get(START).url == "/catalog/okr/lesson-1/"
        assert not QuizAttempt.objects.exists()


class TestAttemptPage:
    def test_asks_every_question_with_its_choices(self, client_of, attempt):
        content = client_of.get(url(attempt)).content.decode()
        assert content.count("<fieldset") == 2
        assert "Question 1 of 2" in content
        assert content.count('type="radio"') == 4
        assert "It is." not in content

    def test_multiple_choice_has_boxes_to_tick(self, client_of, attempt):
        QuestionVersion.objects.filter(pk=attempt.question_ids[0]).update(kind="multiple")
        content = client_of.get(url(attempt)).content.decode()
        assert content.count('type="checkbox"') == 2
        assert "several answers can be right" in content

    def test_saved_answers_are_chosen_when_one_comes_back(self, client_of, attempt):
        client_of.post(url(attempt, f"answers/{attempt.question_ids[0]}/"), {f"q-{attempt.question_ids[0]}": "0b"})
        content = client_of.get(url(attempt)).content.decode()
        assert 'value="0b" checked' in content
        assert content.count(" checked") == 1

    def test_belongs_to_its_learner_alone(self, client, sign_in, attempt):
        for other in (UserFactory(), UserFactory(is_superuser=True)):
            browser = sign_in(other)
            assert browser.get(url(attempt)).status_code == 404
            assert browser.post(url(attempt, "submit/"), answers(attempt, "aa")).status_code == 404
            assert browser.post(url(attempt, f"answers/{attempt.question_ids[0]}/")).status_code == 404
        assert client.get(url(attempt)).status_code == 302
        attempt.refresh_from_db()
        assert attempt.state == QuizAttempt.State.OPEN

    def test_archived_enrollment_hides_its_attempts(self, client_of, attempt):
        Enrollment.objects.update(state=Enrollment.State.ARCHIVED)
        assert client_of.get(url(attempt)).status_code == 404

    @pytest.mark.parametrize("questions", [1, 10])
    def test_reads_the_same_number_of_times_for_one_question_and_for_ten(
        self, client_of, person, questions, django_assert_num_queries
    ):
        quiz = make_quiz(questions=questions)
        EnrollmentFactory(person=person, course=make_course("okr", lessons=1, quiz=quiz))
        client_of.post(START)
        attempt = QuizAttempt.objects.get()
        client_of.get(url(attempt))
        with django_assert_num_queries(4):
            client_of.get(url(attempt))


class TestAutosave:
    def test_saves_and_clears_an_answer(self, client_of, attempt):
        question = attempt.question_ids[0]
        response = client_of.post(url(attempt, f"answers/{question}/"), {f"q-{question}": "0a"})
        assert "Saved" in response.content.decode()
        assert Answer.objects.get().chosen == ["0a"]
        client_of.post(url(attempt, f"answers/{question}/"))
        assert Answer.objects.get().chosen == []

    @pytest.mark.parametrize("chosen", [["zz"], ["0a", "0b"]])
    def test_refuses_what_does_not_fit(self, client_of, attempt, chosen):
        question = attempt.question_ids[0]
        response = client_of.post(url(attempt, f"answers/{question}/"), {f"q-{question}": chosen})
        assert response.status_code == 409
        assert "Question 1" in response.content.decode()
        assert not Answer.objects.exists()

    def test_refuses_foreign_questions_and_signed_out_people(self, client, client_of, attempt):
        assert client_of.post(url(attempt, "answers/999999/"), {"q-999999": "0a"}).status_code == 409
        response = client.post(url(attempt, f"answers/{attempt.question_ids[0]}/"))
        assert response.status_code == 401
        assert "choices are kept" in response.content.decode()
        assert not Answer.objects.exists()

    def test_reading_the_address_leads_to_the_attempt(self, client_of, attempt):
        assert client_of.get(url(attempt, f"answers/{attempt.question_ids[0]}/")).url == url(attempt)


class TestHandingIn:
    def test_passing_shows_score_explanations_and_the_way_on(self, client_of, attempt):
        response = client_of.post(url(attempt, "submit/"), answers(attempt, "aa"), follow=True)
        content = response.content.decode()
        for words in ("Passed with 100%", "You earned 2 of 2 points. The pass mark is 70%.", "It is.", "It is not.",
                      "Because.", "your answer, right", "You have completed the course."):  # fmt: skip
            assert words in content
        assert LessonCompletion.objects.exists()
        assert "Passed with 100%" in client_of.get("/catalog/okr/lesson-1/").content.decode()

    def test_failing_says_how_many_attempts_are_left(self, client_of, attempt):
        response = client_of.post(url(attempt, "submit/"), answers(attempt, "ab"), follow=True)
        content = response.content.decode()
        assert "50%: not passed yet" in content
        assert "One attempt is left." in content
        assert "Try again" in content
        assert "right answer" in content
        assert not LessonCompletion.objects.exists()

    def test_last_failed_attempt_says_who_can_help(self, client_of, attempt):
        client_of.post(url(attempt, "submit/"), answers(attempt, "bb"))
        client_of.post(START)
        second = QuizAttempt.objects.get(number=2)
        content = client_of.post(url(second, "submit/"), answers(second, "bb"), follow=True).content.decode()
        assert "You have used 2 of 2 attempts" in content
        assert "a people lead" in content
        assert "Try again" not in content
        assert "No attempt is left." in client_of.get("/catalog/okr/lesson-1/").content.decode()

    def test_unanswered_questions_are_named_and_choices_kept(self, client_of, attempt):
        response = client_of.post(url(attempt, "submit/"), answers(attempt, "b"))
        content = response.content.decode()
        assert response.status_code == 200
        assert "One question is not answered yet" in content
        assert f'<a href="#id_q-{attempt.question_ids[1]}_0">Question 2</a>' in content
        assert 'value="0b" checked' in content
        attempt.refresh_from_db()
        assert attempt.state == QuizAttempt.State.OPEN

    @pytest.mark.parametrize(
        ("post", "words"),
        [
            (lambda a: {**answers(a, "aa"), "q-999999": "0a"}, "belong to another quiz"),
            (
                lambda a: {**answers(a, "aa"), f"q-{a.question_ids[1]}": "made-up"},
                "question 2 is not one of its",
            ),
            (lambda a: {**answers(a, "aa"), f"q-{a.question_ids[0]}": ["0a", "0b"]}, "question 1 is not one of its"),
            (lambda a: {**answers(a, "aa"), "q-": "0a"}, "belong to another quiz"),
        ],
    )
    def test_malformed_posts_get_a_message_and_change_nothing(self, client_of, attempt, post, words):
        response = client_of.post(url(attempt, "submit/"), post(attempt))
        assert response.status_code == 400
        assert words in response.content.decode()
        assert not Answer.objects.exists()
        attempt.refresh_from_db()
        assert attempt.state == QuizAttempt.State.OPEN

    def test_double_submit_shows_the_result_with_a_note(self, client_of, attempt):
        client_of.post(url(attempt, "submit/"), answers(attempt, "aa"))
        response = client_of.post(url(attempt, "submit/"), answers(attempt, "bb"), follow=True)
        content = response.content.decode()
        assert "already handed in" in content
        assert "Passed with 100%" in content

    def test_reading_the_address_leads_to_the_attempt(self, client, client_of, attempt):
        assert client_of.get(url(attempt, "submit/")).url == url(attempt)
        assert client.post(url(attempt, "submit/")).url == f"/accounts/login/?next={url(attempt)}"
