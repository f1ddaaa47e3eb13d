import pytest

from courses.api import GlossaryTerm
from people.api import OrganizationSettings
from tests.factories.people import UserFactory


@pytest.fixture
def terms(db) -> None:
    okr = GlossaryTerm.objects.create(key="okr", term="OKR", definition="Objectives and key results.", also="OKRs")
    ambition = GlossaryTerm.objects.create(key="ambition", term="ambition", definition="How far a goal reaches.")
    GlossaryTerm.objects.create(
        key="ueberblick", term="Überblick", definition="Seeing the whole.", example="On a hill."
    )
    GlossaryTerm.objects.create(key="one-on-one", term="1:1", definition="A talk between two.")
    ambition.related.add(okr)


class TestGlossaryPage:
    def test_stands_from_a_to_z_with_an_anchor_for_each_term(self, client, terms):
        response = client.get("/glossary/")
        assert response.status_code == 200
        assert [letter.sign for letter in response.context["letters"]] == ["A", "O", "U", "#"]
        html = response.content.decode()
        assert 'id="term-ambition"' in html
        assert '<a href="/glossary/#term-okr">OKR</a>' in html
        assert 'href="#letter-other"' in html
        assert "4 words that mean one thing here" in html

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("okrs", ["okr"]),
            ("whole", ["ueberblick"]),
            ("KEY results", ["okr"]),
            ("überBlick", ["ueberblick"]),
            ("uberblick", ["ueberblick"]),
        ],
    )
    def test_finds_words_variants_and_definitions(self, client, terms, query, found):
        response = client.get("/glossary/", {"q": query})
        assert [term.key for letter in response.context["letters"] for term in letter.terms] == found

    def test_says_when_nothing_matches_and_where_else_to_look(self, client, terms):
        response = client.get("/glossary/", {"q": "zebra"})
        assert "No word here matches “zebra”." in response.content.decode()
        assert "/search/" in response.content.decode()

    def test_teaches_when_it_is_empty(self, client, db):
        assert "No words yet" in client.get("/glossary/").content.decode()

    @pytest.mark.parametrize("query", ["x" * 101, "%", "'\"<script>", "\x00"])
    def test_bears_odd_queries(self, client, terms, query):
        response = client.get("/glossary/", {"q": query})
        assert response.status_code == 200
        assert b"<script>alert" not in response.content

    def test_the_number_of_queries_does_not_depend_on_the_number_of_terms(
        self, client, terms, django_assert_num_queries
    ):
        client.force_login(UserFactory())
        client.get("/glossary/")
        with django_assert_num_queries(3):  # person, terms, related
            client.get("/glossary/")
        GlossaryTerm.objects.bulk_create(
            GlossaryTerm(key=f"word-{n}", term=f"Word {n}", definition="Meaning.") for n in range(200)
        )
        with django_assert_num_queries(3):
            client.get("/glossary/")

    def test_asks_visitors_to_sign_in_when_the_catalog_is_closed(self, client, terms):
        OrganizationSettings.objects.create(catalog_open_to_visitors=False)
        response = client.get("/glossary/?q=okr")
        assert response.status_code == 302
        assert response.url == "/accounts/login/?next=/glossary/%3Fq%3Dokr"
        client.force_login(UserFactory())
        assert client.get("/glossary/").status_code == 200
