"""The catalog and the course page."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import PageViewRestriction

from courses.models import Enrollment, LessonPage
from courses.services.progress import complete_lesson
from courses.services.workshops import plan_session
from people.api import OrganizationSettings, now, today
from tests.factories.courses import EnrollmentFactory, make_catalog, make_course, make_quiz
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
CATALOG = "/catalog/"


def titles(response) -> list[str]:
    return [line.split(">")[2].split("<")[0] for line in response.content.decode().split("course-card__title")[1:]]


def close_catalog() -> None:
    OrganizationSettings.objects.create(catalog_open_to_visitors=False)


class TestCatalog:
    def test_visitors_read_the_open_catalog(self, client):
        make_course("okr-foundations", title="OKR foundations")
        response = client.get(CATALOG)
        assert response.status_code == 200
        assert titles(response) == ["OKR foundations"]
        assert "Look inside" in response.content.decode()

    def test_visitors_are_sent_to_sign_in_when_the_catalog_is_closed(self, client):
        close_catalog()
        response = client.get(CATALOG, {"level": "advanced"})
        assert response.status_code == 302
        assert response.url == "/accounts/login/?next=/catalog/%3Flevel%3Dadvanced"

    def test_signed_in_people_read_the_closed_catalog(self, client_of):
        close_catalog()
        assert client_of.get(CATALOG).status_code == 200

    def test_empty_catalog_says_what_will_be_here(self, client):
        make_catalog()
        assert "No courses yet" in client.get(CATALOG).content.decode()

    def test_unpublished_courses_are_not_shown(self, client):
        make_course("draft", title="Draft", live=False)
        assert titles(client.get(CATALOG)) == []

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, ["Alpha", "Beta", "Gamma"]),
            ({"q": "alp"}, ["Alpha"]),
            ({"q": "retro cadence"}, ["Beta"]),
            ({"q": "Lesson 1"}, ["Alpha", "Beta", "Gamma"]),
            ({"q": "nothing like it"}, []),
            ({"level": "advanced"}, ["Beta"]),
            ({"topic": "rhythm"}, ["Beta"]),
            ({"format": "blended"}, ["Gamma"]),
            ({"length": "short"}, ["Alpha"]),
            ({"length": "medium"}, ["Beta"]),
            ({"length": "long"}, ["Gamma"]),
            ({"persona": "coach"}, ["Alpha", "Gamma"]),
            ({"persona": "manager"}, ["Beta", "Gamma"]),
            ({"persona": "manager", "level": "foundations"}, ["Gamma"]),
            ({"level": "no-such-level", "page": "not a number"}, ["Alpha", "Beta", "Gamma"]),
            ({"q": "\x00"}, ["Alpha", "Beta", "Gamma"]),
        ],
    )
    def test_search_and_filters_come_from_the_address(self, client, query, expected):
        make_course("a", title="Alpha", minutes=20, personas=["coach"])
        make_course(
            "b", title="Beta", minutes=45, personas=["manager"], level="advanced", topic="rhythm",
            summary="Retro", outcomes="keep a cadence",
        )  # fmt: skip
        make_course("c", title="Gamma", minutes=90, personas=[], format="blended")
        assert titles(client.get(CATALOG, query)) == expected

    def test_filters_stay_chosen_and_escape_what_was_typed(self, client):
        make_course()
        content = client.get(CATALOG, {"level": "advanced", "q": '"><b>x'}).content.decode()
        assert '<option value="advanced" selected>' in content
        assert 'value="&quot;&gt;&lt;b&gt;x"' in content
        assert "Show all courses" in content

    def test_htmx_gets_only_the_results(self, client):
        make_course()
        headers = {"HX-Request": "true", "HX-Target": "catalog-results"}
        response = client.get(CATALOG, headers=headers)
        assert "<html" not in response.content.decode()
        assert "HX-Request" in response["Vary"]
        restored = client.get(CATALOG, headers={**headers, "HX-History-Restore-Request": "true"})
        assert "<html" in restored.content.decode()

    def test_pages_hold_24_courses(self, client):
        for number in range(25):
            make_course(f"course-{number:02}", lessons=0)
        assert len(titles(client.get(CATALOG))) == 24
        second = client.get(CATALOG, {"page": "2", "level": "foundations"})
        assert len(titles(second)) == 1
        assert "level=foundations" in second.content.decode()

    def test_one_state_decides_badge_and_call(self, client_of, person):
        make_course("new", title="New")
        EnrollmentFactory(person=person, course=make_course("open"))
        begun = EnrollmentFactory(person=person, course=make_course("begun"))
        complete_lesson(enrollment=begun, lesson_key=begun.version.lessons[0]["key"], actor=person)
        EnrollmentFactory(person=person, course=make_course("late"), due_on=today() - timedelta(days=1))
        EnrollmentFactory(person=person, course=make_course("soon"), due_on=today())
        EnrollmentFactory(
            person=person, course=make_course("done"), state=Enrollment.State.COMPLETED, completed_at=now()
        )
        cards = client_of.get(CATALOG).content.decode().split("course-card__title")[1:]
        expected = [
            ("Look inside", "/catalog/new/", None),
            ("Start", "/learning/resume/open/", "Enrolled, not started"),
            ("Continue", "/learning/resume/begun/", "1 of 2 lessons done"),
            ("Start", "/learning/resume/late/", "Overdue since"),
            ("Start", "/learning/resume/soon/", "Due today"),
            ("Read again", "/catalog/done/", "Completed"),
        ]
        for card, (call, url, badge) in zip(cards, expected, strict=True):
            assert f'href="{url}">{call}' in card
            assert badge is None or badge in card
            assert (badge is None) == ('class="status' not in card)

    def test_courses_behind_a_view_restriction_show_only_to_those_who_may(self, client, sign_in):
        course = make_course("inner", title="Inner circle")
        group = Group.objects.create(name="Inner")
        PageViewRestriction.objects.create(page=course, restriction_type="groups").groups.add(group)
        member, other = UserFactory(), UserFactory()
        member.groups.add(group)
        assert titles(client.get(CATALOG)) == []
        assert titles(sign_in(other).get(CATALOG)) == []
        assert titles(sign_in(member).get(CATALOG)) == ["Inner circle"]

    @pytest.mark.parametrize("courses", [1, 24])
    def test_reads_the_same_number_of_times_for_one_course_and_for_24(
        self, client_of, person, courses, django_assert_num_queries
    ):
        for number in range(courses):
            EnrollmentFactory(person=person, course=make_course(f"course-{number}", lessons=2))
        client_of.get(CATALOG)
        with django_assert_num_queries(7):
            client_of.get(CATALOG)


class TestCoursePage:
    def test_shows_outcomes_outline_and_for_whom(self, client):
        make_course(
            "okr", title="OKR foundations", outcomes="tell a result from a task\n\nread a score", minutes=45,
            personas=["coach", "new_hire"], lessons=3,
        )  # fmt: skip
        content = client.get("/catalog/okr/").content.decode()
        for words in (
            "Tell a result from a task",
            "Read a score",
            "45 minutes",
            "Coach, New hire",
            "Lesson 3",
            "Basics",
        ):
            assert words in content
        assert "Sign in to enroll" in content
        assert "/accounts/login/?next=%2Fcatalog%2Fokr%2F" in content

    def test_button_follows_the_state(self, client_of, person):
        course = make_course("okr", lessons=2)
        url = "/catalog/okr/"
        assert ">Enroll</button>" in client_of.get(url).content.decode()
        enrollment = EnrollmentFactory(person=person, course=course)
        assert "Start with “Lesson 1”" in client_of.get(url).content.decode()
        keys = [lesson["key"] for lesson in enrollment.version.lessons]
        complete_lesson(enrollment=enrollment, lesson_key=keys[0], actor=person)
        content = client_of.get(url).content.decode()
        assert "Continue with “Lesson 2”" in content
        assert "<strong>1</strong> of 2" in content
        complete_lesson(enrollment=enrollment, lesson_key=keys[1], actor=person)
        content = client_of.get(url).content.decode()
        assert "Done." in content
        assert "button--primary" not in content

    def test_unknown_and_unpublished_courses_do_not_exist(self, client_of, person):
        assert client_of.get("/catalog/none/").status_code == 404
        course = make_course("draft", live=False)
        assert client_of.get("/catalog/draft/").status_code == 404
        EnrollmentFactory(person=person, course=course)
        assert client_of.get("/catalog/draft/").status_code == 200

    def test_closed_catalog_sends_visitors_to_sign_in(self, client):
        make_course("okr")
        close_catalog()
        assert client.get("/catalog/okr/").status_code == 302

    @pytest.mark.parametrize(("kind", "visitor", "signed_in"), [("login", 302, 200), ("groups", 302, 404)])
    def test_view_restrictions_hold(self, client, client_of, kind, visitor, signed_in):
        course = make_course("okr")
        PageViewRestriction.objects.create(page=course, restriction_type=kind)
        assert client.get("/catalog/okr/").status_code == visitor
        assert client_of.get("/catalog/okr/").status_code == signed_in
        assert client_of.post("/learning/enroll/okr/").status_code == (302 if signed_in == 200 else 404)

    def test_page_with_a_password_asks_for_it(self, client_of):
        course = make_course("okr")
        PageViewRestriction.objects.create(page=course, restriction_type="password", password="let me in")
        response = client_of.get("/catalog/okr/")
        assert "password" in response.content.decode().lower()
        assert "Lesson 1" not in response.content.decode()

    def test_sessions_of_the_course_are_listed_for_signed_in_people(self, client, client_of, sign_in):
        course = make_course("okr")
        boss = UserFactory(is_superuser=True)
        begin = now() + timedelta(days=2)
        plan_session(
            course=course, title="Live hour", starts_at=begin, ends_at=begin + timedelta(hours=1), place="Room 1",
            seats=5, actor=boss, external_trainer="Maren Voss",
        )  # fmt: skip
        content = client_of.get("/catalog/okr/").content.decode()
        assert "Live hour" in content
        assert "5 of 5 seats free" in content
        assert "with Maren Voss" in content
        assert "Live hour" not in client.get("/catalog/okr/").content.decode()

    def test_course_without_lessons_says_so(self, client):
        make_course("empty", lessons=0)
        assert "No lessons yet" in client.get("/catalog/empty/").content.decode()

    def test_addresses_in_the_outline_are_the_real_ones(self, client):
        course = make_course("okr")
        lesson = LessonPage.objects.child_of(course).first()
        assert (
            f'href="{reverse("courses:lesson", args=["okr", lesson.slug])}"'
            in client.get("/catalog/okr/").content.decode()
        )

    @pytest.mark.parametrize("lessons", [1, 8])
    def test_reads_the_same_number_of_times_for_one_lesson_and_for_eight(
        self, client_of, person, lessons, django_assert_num_queries
    ):
        EnrollmentFactory(person=person, course=make_course("okr", lessons=lessons, quiz=make_quiz()))
        client_of.get("/catalog/okr/")
        with django_assert_num_queries(6):
            client_of.get("/catalog/okr/")


class TestEnroll:
    def test_enrolls_and_goes_back_to_the_course(self, client_of, person):
        make_course("okr", title="OKR foundations")
        response = client_of.post("/learning/enroll/okr/", follow=True)
        assert response.redirect_chain == [("/catalog/okr/", 302)]
        assert "You are enrolled in “OKR foundations”" in response.content.decode()
        assert Enrollment.objects.get().person == person

    def test_second_click_changes_nothing(self, client_of):
        make_course("okr")
        client_of.post("/learning/enroll/okr/")
        client_of.post("/learning/enroll/okr/")
        assert Enrollment.objects.count() == 1

    def test_goes_where_next_says_but_never_to_another_site(self, client_of):
        make_course("okr")
        own = client_of.post("/learning/enroll/okr/", {"next": "/catalog/okr/lesson-1/"})
        assert own.url == "/catalog/okr/lesson-1/"
        foreign = client_of.post("/learning/enroll/okr/", {"next": "https://evil.example/"})
        assert foreign.url == "/catalog/okr/"

    def test_visitors_sign_in_first(self, client):
        make_course("okr")
        response = client.post("/learning/enroll/okr/")
        assert response.url == "/accounts/login/?next=/catalog/okr/"
        assert not Enrollment.objects.exists()

    def test_reading_the_address_changes_nothing(self, client_of):
        make_course("okr")
        assert client_of.get("/learning/enroll/okr/").url == "/catalog/okr/"
        assert not Enrollment.objects.exists()

    def test_refusal_stands_beside_the_button(self, client_of):
        make_course("empty", lessons=0)
        response = client_of.post("/learning/enroll/empty/")
        assert response.status_code == 409
        assert "has no published lessons yet" in response.content.decode()
