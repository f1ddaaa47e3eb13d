"""The lesson player: reading, writing, ticking, finishing, resuming."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from courses.models import Enrollment, GlossaryTerm, LessonCompletion, LessonPage, LessonResponse
from courses.services.progress import complete_lesson
from courses.services.versions import pin_course_version
from people.api import EDITORS, OrganizationSettings
from tests.courses.views.conftest import CHECKLIST, FIRST_ITEM, REFLECTION, SECOND_ITEM, first_lesson
from tests.factories.courses import EnrollmentFactory, make_course, make_quiz
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
LESSON, FINISH, AUTOSAVE = (
    "/catalog/okr/lesson-1/",
    "/catalog/okr/lesson-1/finish/",
    "/catalog/okr/lesson-1/responses/",
)


@pytest.fixture
def course():
    return make_course("okr", title="OKR foundations", lessons=3)


@pytest.fixture
def enrollment(course, person):
    return EnrollmentFactory(person=person, course=course)


class TestReading:
    def test_enrolled_people_read_the_lesson_with_outline_and_ways_on(self, client_of, enrollment):
        content = client_of.get("/catalog/okr/lesson-2/").content.decode()
        for words in ("Text of lesson 2.", "Lesson 2 of 3", "<strong>0</strong> of 3", "Finish and go on"):
            assert words in content
        assert 'href="/catalog/okr/lesson-1/" rel="prev"' in content
        assert 'href="/catalog/okr/lesson-3/" rel="next"' in content
        assert 'href="/catalog/okr/lesson-2/" aria-current="page"' in content

    def test_others_read_what_it_is_about_and_can_enroll(self, client_of, course):
        response = client_of.get(LESSON)
        content = response.content.decode()
        assert response.status_code == 200
        assert "Text of lesson 1." not in content
        assert "Enroll and read on" in content
        assert 'name="next" value="/catalog/okr/lesson-1/"' in content

    def test_visitors_are_asked_to_sign_in(self, client, course):
        content = client.get(LESSON).content.decode()
        assert "Text of lesson 1." not in content
        assert "Sign in to read on" in content
        OrganizationSettings.objects.create(catalog_open_to_visitors=False)
        assert client.get(LESSON).status_code == 302

    def test_editors_read_without_enrolling_and_cannot_finish(self, sign_in, course):
        editor = UserFactory()
        editor.groups.add(Group.objects.create(name=EDITORS))
        for reader in (editor, UserFactory(is_superuser=True)):
            content = sign_in(reader).get(LESSON).content.decode()
            assert "Text of lesson 1." in content
            assert "You read this as an editor" in content
            assert "Finish" not in content

    def test_lessons_and_courses_that_are_not_there_do_not_exist(self, client_of, enrollment):
        assert client_of.get("/catalog/okr/none/").status_code == 404
        assert client_of.get("/catalog/none/lesson-1/").status_code == 404

    def test_unpublished_lesson_stays_for_those_whose_version_contains_it(self, client_of, sign_in, enrollment, course):
        LessonPage.objects.filter(slug="lesson-1").update(live=False)
        assert client_of.get(LESSON).status_code == 200
        assert sign_in(UserFactory()).get(LESSON).status_code == 404

    def test_lesson_added_later_can_be_read_but_need_not_be_finished(self, client_of, enrollment, course):
        course.add_child(instance=LessonPage(title="New one", slug="new-one", body=[("text", "<p>Fresh.</p>")]))
        pin_course_version(course=course)
        content = client_of.get("/catalog/okr/new-one/").content.decode()
        assert "Fresh." in content
        assert "optional" in content
        assert "Finish" not in content
        response = client_of.post("/catalog/okr/new-one/finish/")
        assert response.status_code == 409
        assert "not part of the version" in response.content.decode()

    def test_view_restriction_holds(self, client_of, course):
        PageViewRestriction.objects.create(page=course, restriction_type="groups")
        assert client_of.get(LESSON).status_code == 404

    def test_glossary_words_open_their_definition_without_a_script(self, client_of, enrollment, course):
        GlossaryTerm.objects.create(key="lesson", term="Lesson", definition="What one reads.")
        content = client_of.get(LESSON).content.decode()
        assert 'popovertarget="term-lesson">lesson</button>' in content
        assert 'id="term-lesson" popover' in content
        assert "What one reads." in content

    @pytest.mark.parametrize("blocks", [1, 20])
    def test_reads_the_same_number_of_times_for_one_block_and_for_twenty(
        self, client_of, person, blocks, django_assert_num_queries
    ):
        course = make_course("okr", lessons=8, quiz=make_quiz())
        EnrollmentFactory(person=person, course=course)
        lesson = LessonPage.objects.get(slug="lesson-8")
        quiz = lesson.body.raw_data[-1]
        lesson.body = LessonPage._meta.get_field("body").stream_block.to_python(
            [{"type": "text", "value": "<p>Words.</p>"} for _ in range(blocks)] + [dict(quiz)]
        )
        lesson.save_revision().publish()
        client_of.get("/catalog/okr/lesson-8/")
        with django_assert_num_queries(9):
            client_of.get("/catalog/okr/lesson-8/")


class TestFinishing:
    def test_finishes_and_leads_to_the_next_lesson(self, client_of, enrollment):
        response = client_of.post(FINISH)
        assert response.url == "/catalog/okr/lesson-2/"
        assert LessonCompletion.objects.get().enrollment == enrollment

    def test_leads_to_the_unfinished_lesson_when_the_next_one_is_done(self, client_of, enrollment, person):
        complete_lesson(enrollment=enrollment, lesson_key=enrollment.version.lessons[1]["key"], actor=person)
        assert client_of.post(FINISH).url == "/catalog/okr/lesson-3/"
        assert client_of.post("/catalog/okr/lesson-3/finish/").url == "/catalog/okr/"

    def test_last_lesson_completes_the_course(self, client_of, enrollment):
        for number in (1, 2):
            client_of.post(f"/catalog/okr/lesson-{number}/finish/")
        response = client_of.post("/catalog/okr/lesson-3/finish/", follow=True)
        assert response.redirect_chain == [("/catalog/okr/", 302)]
        assert "You have completed “OKR foundations”" in response.content.decode()
        enrollment.refresh_from_db()
        assert enrollment.state == Enrollment.State.COMPLETED

    def test_second_click_changes_nothing(self, client_of, enrollment):
        client_of.post(FINISH)
        assert client_of.post(FINISH).status_code == 302
        assert LessonCompletion.objects.count() == 1

    def test_completed_course_can_be_walked_through_again(self, client_of, enrollment):
        for number in (1, 2, 3):
            client_of.post(f"/catalog/okr/lesson-{number}/finish/")
        assert client_of.post(FINISH).url == "/catalog/okr/lesson-2/"
        assert client_of.post("/catalog/okr/lesson-3/finish/").url == "/catalog/okr/"

    def test_quiz_must_be_passed_first(self, client_of, person):
        EnrollmentFactory(person=person, course=make_course("okr", lessons=1, quiz=make_quiz()))
        assert "Passing the quiz finishes this lesson" in client_of.get(LESSON).content.decode()
        response = client_of.post(FINISH)
        assert response.status_code == 409
        assert "is finished by passing its quiz" in response.content.decode()
        assert not LessonCompletion.objects.exists()

    def test_without_enrollment_nothing_is_kept(self, client_of, course):
        response = client_of.post(FINISH, follow=True)
        assert "Enroll first" in response.content.decode()
        assert not LessonCompletion.objects.exists()

    def test_expired_session_leads_back_to_the_lesson_after_signing_in(self, client, course):
        assert client.post(FINISH).url == "/accounts/login/?next=/catalog/okr/lesson-1/"

    def test_reading_the_address_leads_to_the_lesson(self, client_of, enrollment):
        assert client_of.get(FINISH).url == LESSON

    def test_saves_what_was_written_and_ticked(self, client_of, enrollment, course, add_exercises):
        add_exercises(course)
        data = {f"r-{REFLECTION}": "More first-visit fixes", f"c-{CHECKLIST}": ["", SECOND_ITEM]}
        assert client_of.post(FINISH, data).url == "/catalog/okr/lesson-2/"
        content = client_of.get(LESSON).content.decode()
        assert ">More first-visit fixes</textarea>" in content
        assert f'value="{SECOND_ITEM}" data-draft checked' in content
        assert f'value="{FIRST_ITEM}" data-draft>' in content

    def test_notes_can_be_saved_without_finishing(self, client_of, enrollment, course, add_exercises):
        add_exercises(course)
        response = client_of.post(FINISH, {f"r-{REFLECTION}": "Half a thought", "intent": "save"})
        assert response.url == LESSON
        assert LessonResponse.objects.get().text == "Half a thought"
        assert not LessonCompletion.objects.exists()

    def test_refused_text_is_shown_again_with_the_reason(self, client_of, enrollment, course, add_exercises):
        add_exercises(course)
        response = client_of.post(FINISH, {f"r-{REFLECTION}": "x" * 10_001})
        assert response.status_code == 409
        assert "longer than 10,000 characters" in response.content.decode()
        assert "x" * 10_001 in response.content.decode()
        assert not LessonResponse.objects.exists()
        assert not LessonCompletion.objects.exists()

    def test_text_typed_before_a_refused_finish_is_kept(self, client_of, person, add_exercises):
        course = make_course("okr", lessons=1, quiz=make_quiz())
        EnrollmentFactory(person=person, course=course)
        lesson = first_lesson(course)
        quiz = dict(lesson.body.raw_data[-1])
        add_exercises(course)
        lesson = first_lesson(course)
        lesson.body = LessonPage._meta.get_field("body").stream_block.to_python([*lesson.body.raw_data, quiz])
        lesson.save()
        response = client_of.post(FINISH, {f"r-{REFLECTION}": "Kept"})
        assert response.status_code == 409
        assert ">Kept</textarea>" in response.content.decode()
        assert LessonResponse.objects.get().text == "Kept"


class TestAutosave:
    def test_saves_one_exercise_and_says_so(self, client_of, enrollment, course, add_exercises):
        add_exercises(course)
        response = client_of.post(AUTOSAVE, {f"r-{REFLECTION}": "Line one\r\nline two"})
        assert response.status_code == 200
        assert "Saved" in response.content.decode()
        assert LessonResponse.objects.get().text == "Line one\nline two"

    def test_unticking_everything_is_saved_too(self, client_of, enrollment, course, add_exercises):
        add_exercises(course)
        client_of.post(AUTOSAVE, {f"c-{CHECKLIST}": ["", FIRST_ITEM, SECOND_ITEM]})
        assert LessonResponse.objects.get().ticked == [FIRST_ITEM, SECOND_ITEM]
        client_of.post(AUTOSAVE, {f"c-{CHECKLIST}": [""]})
        assert LessonResponse.objects.get().ticked == []

    def test_unchanged_answers_are_not_written_again(self, client_of, enrollment, course, add_exercises):
        add_exercises(course)
        client_of.post(AUTOSAVE, {f"r-{REFLECTION}": "Same"})
        before = LessonResponse.objects.get().saved_at
        client_of.post(AUTOSAVE, {f"r-{REFLECTION}": "Same"})
        assert LessonResponse.objects.get().saved_at == before

    def test_refusals_are_said_in_the_line(self, client_of, enrollment, course, add_exercises):
        add_exercises(course)
        response = client_of.post(AUTOSAVE, {f"c-{CHECKLIST}": ["", "made-up"]})
        assert response.status_code == 409
        assert "has been changed by its author" in response.content.decode()
        assert not LessonResponse.objects.exists()

    def test_signed_out_says_so_instead_of_showing_the_sign_in_page(self, client, course):
        response = client.post(AUTOSAVE, {f"r-{REFLECTION}": "Lost?"})
        assert response.status_code == 401
        assert "kept in this browser" in response.content.decode()

    def test_without_enrollment_it_is_refused(self, client_of, course):
        assert client_of.post(AUTOSAVE, {f"r-{REFLECTION}": "x"}).status_code == 409

    def test_reading_the_address_leads_to_the_lesson(self, client_of, enrollment):
        assert client_of.get(AUTOSAVE).url == LESSON

    def test_nobody_reads_what_others_wrote(self, client_of, sign_in, enrollment, course, add_exercises):
        add_exercises(course)
        client_of.post(AUTOSAVE, {f"r-{REFLECTION}": "My own words"})
        other = UserFactory(is_superuser=True)
        assert "My own words" not in sign_in(other).get(LESSON).content.decode()
        EnrollmentFactory(person=other, course=course)
        assert "My own words" not in sign_in(other).get(LESSON).content.decode()


class TestResume:
    def test_leads_to_where_one_left_off(self, client_of, enrollment, person):
        assert client_of.get("/learning/resume/okr/").url == LESSON
        complete_lesson(enrollment=enrollment, lesson_key=enrollment.version.lessons[1]["key"], actor=person)
        assert client_of.get("/learning/resume/okr/").url == "/catalog/okr/lesson-3/"

    def test_leads_to_the_course_when_there_is_nothing_to_resume(self, client, client_of, course):
        assert client_of.get("/learning/resume/okr/").url == "/catalog/okr/"
        assert client.get("/learning/resume/okr/").url == "/accounts/login/?next=/learning/resume/okr/"
        assert client_of.get("/learning/resume/none/").status_code == 404
