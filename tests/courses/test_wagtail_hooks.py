"""The editors' side: menu section, previews, what happens after saving, what cannot be deleted."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from courses.models import (
    CoursePage,
    CourseVersion,
    Enrollment,
    GlossaryTerm,
    LessonPage,
    QuestionVersion,
    Quiz,
    WorkshopSession,
)
from courses.queries.glossary import glossary
from courses.services.versions import pin_question_versions
from people.api import EDITORS
from people.services.groups import ensure_groups
from tests.factories.courses import EnrollmentFactory, make_catalog, make_course, make_quiz
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    client = Client()
    boss = UserFactory(is_superuser=True, is_staff=True)
    client.force_login(boss, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def choice(text: str, *, right: bool = False) -> dict:
    return {"type": "choice", "value": {"text": text, "right": right, "why": ""}}


def quiz_form(*questions: tuple[str, list[tuple[str, bool]]], **fields: object) -> dict[str, object]:
    """The posted form of a new quiz: kind and choices (text, right) of each question."""
    form: dict[str, object] = {"title": "Check", "key": "check", "pass_percent": "70", "attempts_limit": ""}
    form |= {"questions-TOTAL_FORMS": len(questions), "questions-INITIAL_FORMS": 0}
    form |= {"questions-MIN_NUM_FORMS": 1, "questions-MAX_NUM_FORMS": 1000}
    for number, (kind, choices) in enumerate(questions):
        name = f"questions-{number}"
        form |= {f"{name}-ORDER": number + 1, f"{name}-id": "", f"{name}-DELETE": "", f"{name}-key": f"q{number}"}
        form |= {f"{name}-prompt": "Which?", f"{name}-kind": kind, f"{name}-explanation": "Because."}
        form[f"{name}-choices-count"] = len(choices)
        for place, (text, right) in enumerate(choices):
            block = f"{name}-choices-{place}"
            form |= {f"{block}-deleted": "", f"{block}-order": place, f"{block}-type": "choice", f"{block}-id": ""}
            form |= {f"{block}-value-text": text, f"{block}-value-why": ""}
            if right:
                form[f"{block}-value-right"] = "on"
    return {**form, **fields}


class TestMenu:
    @pytest.mark.parametrize("name", ["course_pages:index", "workshop_sessions:index", "enrollments:index"])
    def test_listings_open(self, admin, name):
        course = make_course()
        EnrollmentFactory(course=course)
        response = admin.get(reverse(name))
        assert response.status_code == 200

    @pytest.mark.parametrize("model", [Quiz, GlossaryTerm])
    def test_snippets_open(self, admin, model):
        make_quiz()
        GlossaryTerm.objects.create(key="okr", term="OKR", definition="Goals.")
        for view in ("list", "add"):
            assert admin.get(reverse(model.snippet_viewset.get_url_name(view))).status_code == 200

    def test_section_stands_in_the_menu(self, admin):
        content = admin.get(reverse("wagtailadmin_home")).content.decode()
        for label in ("Courses", "Quizzes", "Glossary", "Sessions", "Enrollments"):
            assert f'"{label}"' in content

    @pytest.mark.parametrize("model", [Enrollment, WorkshopSession])
    def test_what_services_write_can_only_be_looked_at(self, admin, model):
        name = {Enrollment: "enrollments", WorkshopSession: "workshop_sessions"}[model]
        enrollment = EnrollmentFactory(course=make_course())
        assert admin.get(reverse(f"{name}:add")).status_code == 302
        if model is Enrollment:
            assert admin.post(reverse(f"{name}:delete", args=[enrollment.pk])).status_code == 302
            assert admin.post(reverse(f"{name}:edit", args=[enrollment.pk]), {"state": "completed"}).status_code == 302
            enrollment.refresh_from_db()
            assert enrollment.state == Enrollment.State.OPEN

    def test_enrollments_are_filtered_and_exported(self, admin):
        okr, other = make_course("okr"), make_course("other")
        EnrollmentFactory(course=okr, person=UserFactory(email="lea@example.com"))
        EnrollmentFactory(course=other, person=UserFactory(email="tom@example.com"))
        response = admin.get(reverse("enrollments:index"), {"course": okr.pk, "export": "csv"})
        text = b"".join(response.streaming_content).decode()
        assert "lea@example.com" in text
        assert "tom@example.com" not in text

    @pytest.mark.parametrize("rows", [1, 15])
    def test_report_reads_the_same_number_of_times_for_one_row_and_for_fifteen(
        self, admin, rows, django_assert_num_queries
    ):
        course = make_course()
        for _ in range(rows):
            EnrollmentFactory(course=course)
        address = reverse("enrollments:index_results")
        admin.get(address)
        with django_assert_num_queries(4):
            admin.get(address)


class TestQuizzes:
    def test_saving_pins_the_questions(self, admin):
        address = reverse(Quiz.snippet_viewset.get_url_name("add"))
        form = quiz_form(("single", [("Yes", True), ("No", False)]))
        assert admin.post(address, form).status_code == 302
        assert QuestionVersion.objects.get().choices[0]["text"] == "Yes"

    @pytest.mark.parametrize(
        ("kind", "choices", "words"),
        [
            ("single", [("A", False), ("B", False)], "Mark at least one choice as right."),
            ("single", [("A", True), ("B", True)], "Only one choice can be right here."),
            ("true_false", [("A", True), ("B", True)], "Only one choice can be right here."),
            ("true_false", [("A", True), ("B", False), ("C", False)], "True or false has exactly two choices."),
            ("multiple", [("A", True), ("B", True)], "At least one choice must be wrong"),
            ("single", [("A", True)], "A question needs at least two choices."),
        ],
    )
    def test_unanswerable_questions_are_refused(self, admin, kind, choices, words):
        response = admin.post(reverse(Quiz.snippet_viewset.get_url_name("add")), quiz_form((kind, choices)))
        assert response.status_code == 200
        assert words in response.content.decode()
        assert not Quiz.objects.exists()

    def test_published_quiz_is_not_deleted(self, admin):
        quiz = make_quiz()
        pin_question_versions(quiz=quiz)
        response = admin.post(reverse(Quiz.snippet_viewset.get_url_name("delete"), args=[quiz.pk]), follow=True)
        assert "stays on record and cannot be deleted" in response.content.decode()
        assert Quiz.objects.exists()

    def test_quiz_that_was_never_pinned_can_go(self, admin):
        quiz = Quiz.objects.create(key="draft", title="Draft")
        admin.post(reverse(Quiz.snippet_viewset.get_url_name("delete"), args=[quiz.pk]))
        assert not Quiz.objects.exists()


def test_saved_and_deleted_terms_count_at_once(admin):
    assert glossary().terms == ()
    address = reverse(GlossaryTerm.snippet_viewset.get_url_name("add"))
    form = {"term": "OKR", "key": "okr", "definition": "Goals.", "also": "", "example": "", "is_annotated": "on"}
    assert admin.post(address, form).status_code == 302
    assert [term.term for term in glossary().terms] == ["OKR"]
    term = GlossaryTerm.objects.get()
    admin.post(reverse(GlossaryTerm.snippet_viewset.get_url_name("delete"), args=[term.pk]))
    assert glossary().terms == ()


class TestPages:
    def test_course_form_offers_personas_as_boxes(self, admin):
        course = make_course(personas=["coach"])
        content = admin.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).content.decode()
        assert 'type="checkbox" name="personas" value="coach"' in content

    def test_previews_are_the_pages_that_learners_see(self, admin):
        course = make_course("okr", title="OKR foundations", outcomes="tell a result")
        lesson = LessonPage.objects.child_of(course).first()
        request_page = course.make_preview_request(None, "")
        assert "What you will be able to do" in request_page.content.decode()
        lesson.title = "Not saved yet"
        content = lesson.make_preview_request(None, "").content.decode()
        assert "Not saved yet" in content
        assert "Text of lesson 1." in content

    def test_preview_of_a_page_that_was_never_saved(self, admin):
        course = make_course("okr")
        address = reverse("wagtailadmin_pages:preview_on_add", args=["courses", "lessonpage", course.pk])
        form = {"title": "Brand new", "slug": "", "module": "", "minutes": "5", "required": "on", "body-count": "0"}
        assert admin.post(address, form).status_code == 200
        assert "Brand new" in admin.get(address).content.decode()

    def test_wagtails_own_address_leads_to_ours(self, admin, client):
        course = make_course("okr")
        Page.objects.filter(pk=make_catalog().pk).update(slug="moved", url_path="/start/moved/")
        Page.objects.filter(pk=course.pk).update(url_path="/start/moved/okr/")
        assert client.get("/moved/okr/").url == "/catalog/okr/"
        assert client.get("/moved/okr/lesson-1/").url == "/catalog/okr/lesson-1/"
        assert client.get("/moved/").url == "/catalog/"

    @pytest.mark.parametrize("what", ["course", "lesson", "catalog"])
    def test_what_people_learn_is_not_deleted(self, admin, what):
        course = make_course("okr")
        EnrollmentFactory(course=course)
        page = {"course": course, "lesson": course.get_children().first(), "catalog": course.get_parent()}[what]
        response = admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
        assert "Unpublish it instead" in response.content.decode()
        assert Page.objects.filter(pk=page.pk).exists()

    def test_nor_ticked_in_a_list(self, admin):
        course = make_course("okr")
        EnrollmentFactory(course=course)
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        response = admin.post(f"{address}?id={course.pk}", follow=True)
        assert "Unpublish it instead" in response.content.decode()
        assert CoursePage.objects.filter(pk=course.pk).exists()

    def test_publishing_pins_a_version(self, admin, django_capture_on_commit_callbacks):
        course = make_course("okr")
        lesson = LessonPage.objects.child_of(course).first()
        lesson.title = "Renamed"
        with django_capture_on_commit_callbacks(execute=True):
            lesson.save_revision().publish()
        newest = CourseVersion.objects.filter(course=course).order_by("-number").first()
        assert newest.lessons[0]["title"] == "Renamed"


class TestStartingOver:
    def test_asks_first_and_then_begins_anew(self, admin):
        enrollment = EnrollmentFactory(course=make_course("okr", title="OKR foundations"))
        address = reverse("courses_start_over", args=[enrollment.pk])
        assert address in admin.get(reverse("enrollments:index")).content.decode()
        assert "No lesson is finished yet" in admin.get(address).content.decode()
        assert "anew" in admin.post(address, follow=True).content.decode()
        assert list(Enrollment.objects.order_by("cycle").values_list("state", flat=True)) == ["archived", "open"]
        assert "can be started over" in admin.get(address, follow=True).content.decode()

    def test_is_closed_to_editors(self, client):
        ensure_groups()
        editor = UserFactory()
        editor.groups.add(Group.objects.get(name=EDITORS))
        client.force_login(editor, backend=settings.AUTHENTICATION_BACKENDS[0])
        enrollment = EnrollmentFactory(course=make_course())
        client.post(reverse("courses_start_over", args=[enrollment.pk]))
        enrollment.refresh_from_db()
        assert enrollment.state == "open"
