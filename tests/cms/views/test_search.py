import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from courses.api import GlossaryTerm
from people.api import PEOPLE_LEADS, OrganizationSettings
from tests.factories.courses import make_course
from tests.factories.people import UserFactory
from tests.factories.rollout import make_program


@pytest.fixture
def content(wagtail_indexes, article) -> None:
    make_course("okr-rhythm", title="Check-ins and reviews", summary="How a team keeps its goals alive.")
    make_course("okr-leading", title="Leading with OKRs", summary="For leaders who ask.")
    article("How a gate is decided", summary="Who decides, and on what evidence.", body="<p>About the threshold.</p>")
    GlossaryTerm.objects.create(key="gate", term="gate", definition="Between two steps.")
    GlossaryTerm.objects.create(key="check-in", term="check-in", definition="Weekly look at the goals.")


def titles(client, query, **filters):
    response = client.get("/search/", {"q": query, **filters})
    assert response.status_code == 200
    return [hit.title for hit in response.context["page_obj"]]


class TestSearch:
    @pytest.fixture(autouse=True)
    def signed_in(self, client, content):
        client.force_login(UserFactory())

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("leaders", ["Leading with OKRs"]),
            ("Lead", ["Leading with OKRs"]),
            ("threshold", ["How a gate is decided"]),
            ("gate", ["How a gate is decided", "gate"]),
            ("check-in", ["Check-ins and reviews", "check-in"]),
            ("goals alive", ["Check-ins and reviews"]),
            ("alive leaders", []),
            ("zebra", []),
        ],
    )
    def test_finds_whole_words_anywhere_and_beginnings_of_titles(self, client, query, expected):
        assert titles(client, query) == expected

    def test_leads_to_the_things_themselves(self, client):
        hits = {hit.title: hit.url for hit in client.get("/search/", {"q": "gate"}).context["page_obj"]}
        assert hits == {
            "How a gate is decided": "/guidance/how-a-gate-is-decided/",
            "gate": "/glossary/#term-gate",
        }

    def test_filters_by_kind_and_counts_each(self, client):
        response = client.get("/search/", {"q": "gate", "kind": "glossary"})
        assert [hit.title for hit in response.context["page_obj"]] == ["gate"]
        assert [(tab.label, tab.count, tab.is_current) for tab in response.context["tabs"]] == [
            ("Everything", 2, False),
            ("Guidance", 1, False),
            ("Glossary", 1, True),
        ]

    def test_says_what_can_be_searched_when_nothing_was_asked(self, client):
        html = client.get("/search/").content.decode()
        assert "Courses, guidance, the glossary and your programs" in html
        assert "Nothing found" not in html

    def test_says_when_nothing_was_found(self, client):
        html = client.get("/search/", {"q": "zebra"}).content.decode()
        assert "Nothing found for “zebra”." in html
        assert "No page has all of these words" in html

    @pytest.mark.parametrize("query", ["%", '"', "'", "***", "(", "-"])
    def test_asks_for_a_letter_when_there_is_none(self, client, query):
        assert "Please type at least one letter or number." in client.get("/search/", {"q": query}).content.decode()

    @pytest.mark.parametrize(
        "query",
        [
            'gate" OR "x',
            "gate*",
            "NEAR(gate, 2)",
            "gate AND",
            "title:gate",
            "80% gate",
            "ga'te",
            "\x00gate",
            "gate " * 60,
        ],
    )
    def test_bears_everything_that_people_type(self, client, query):
        assert client.get("/search/", {"q": query}).status_code == 200

    def test_too_long_a_query_is_named_as_the_error(self, client):
        html = client.get("/search/", {"q": "x" * 201}).content.decode()
        assert "at most 200 characters" in html

    def test_an_unknown_kind_is_named_as_the_error(self, client):
        assert "Select a valid choice" in client.get("/search/", {"q": "gate", "kind": "people"}).content.decode()

    def test_shows_twenty_to_a_page(self, client, django_assert_num_queries):
        client.get("/search/", {"q": "term"})
        with django_assert_num_queries(12):
            client.get("/search/", {"q": "term"})
        GlossaryTerm.objects.bulk_create(
            GlossaryTerm(key=f"term-{n}", term=f"Term {n:02}", definition="Meaning.") for n in range(45)
        )
        with django_assert_num_queries(12):
            response = client.get("/search/", {"q": "term"})
        assert len(response.context["page_obj"]) == 20
        assert "?q=term&amp;page=2" in response.content.decode()
        assert len(client.get("/search/", {"q": "term", "page": "3"}).context["page_obj"]) == 5
        assert len(client.get("/search/", {"q": "term", "page": "99"}).context["page_obj"]) == 5

    def test_unpublished_things_are_not_found(self, client, article):
        make_course("secret", title="Secret course").unpublish()
        article("Secret article", live=False)
        assert titles(client, "secret") == []

    def test_what_editors_keep_for_a_group_is_found_by_that_group_only(self, client, article):
        page = article("Salary bands")
        board = Group.objects.create(name="Board")
        restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
        restriction.groups.add(board)
        assert titles(client, "salary") == []
        member = UserFactory()
        member.groups.add(board)
        client.force_login(member)
        assert titles(client, "salary") == ["Salary bands"]


class TestPrograms:
    @pytest.fixture
    def started(self, site):
        return make_program(title="OKRs at Nordwind")

    def test_are_found_by_those_who_carry_them(self, client, started):
        client.force_login(started.sponsor)
        assert titles(client, "nordwind") == ["OKRs at Nordwind"]

    def test_are_found_by_people_leads(self, client, started):
        person = UserFactory()
        person.groups.add(Group.objects.get(name=PEOPLE_LEADS))
        client.force_login(person)
        assert titles(client, "nordwind") == ["OKRs at Nordwind"]

    def test_are_unknown_to_everybody_else(self, client, started):
        assert titles(client, "nordwind") == []
        client.force_login(started.members[0])
        assert titles(client, "nordwind") == []


class TestVisitors:
    def test_find_courses_and_words_but_no_guidance(self, client, content):
        assert titles(client, "gate") == ["gate"]
        assert titles(client, "leaders") == ["Leading with OKRs"]

    def test_find_nothing_while_the_catalog_is_closed(self, client, content):
        OrganizationSettings.objects.create(catalog_open_to_visitors=False)
        assert titles(client, "gate") == []
        assert titles(client, "leaders") == []
