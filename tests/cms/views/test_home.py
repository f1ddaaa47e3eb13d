from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from cms.models import ArticleIndexPage, HomePage
from people.api import OrganizationSettings
from tests.factories.courses import EnrollmentFactory, make_course
from tests.factories.people import UserFactory


class TestVisitors:
    def test_read_the_home_page_with_its_courses_and_the_stair(self, client, site):
        make_course("okr-foundations", title="OKR foundations")
        response = client.get("/")
        html = response.content.decode()
        assert response.status_code == 200
        assert "From the first pilot to the last team" in html
        assert 'href="/accounts/login/"' in html
        assert "Provide coaching" in html
        assert "OKR foundations" in html
        assert "Locked" not in html

    def test_see_no_courses_while_the_catalog_is_closed(self, client, site):
        OrganizationSettings.objects.create(catalog_open_to_visitors=False)
        make_course("okr-foundations", title="OKR foundations")
        html = client.get("/").content.decode()
        assert "OKR foundations" not in html
        assert "Look through the catalog" not in html

    def test_find_the_way_in_before_the_site_is_set_up(self, client, db):
        response = client.get("/")
        assert response.status_code == 200
        assert 'href="/accounts/login/"' in response.content.decode()

    def test_do_not_see_an_unpublished_home_page(self, client, site):
        HomePage.objects.get().unpublish()
        assert client.get("/").status_code == 404

    def test_cannot_post(self, client, site):
        assert client.post("/").status_code == 405

    def test_need_the_same_queries_for_one_course_and_for_many(self, client, site, django_assert_num_queries):
        make_course("course-0")
        client.get("/")
        with django_assert_num_queries(7):
            client.get("/")
        for number in range(1, 12):
            make_course(f"course-{number}")
        with django_assert_num_queries(7):
            client.get("/")


class TestSignedIn:
    def test_see_today_at_the_same_address(self, client, site):
        person = UserFactory(first_name="Zuzana")
        EnrollmentFactory(person=person, course=make_course("okr-foundations", title="OKR foundations"))
        client.force_login(person)
        response = client.get(reverse("cms:home"))
        html = response.content.decode()
        assert response.status_code == 200
        assert '<h1 class="page-title">Today</h1>' in html
        assert "OKR foundations" in html
        assert "Cookie" in response["Vary"]

    def test_need_few_queries(self, client, site, django_assert_num_queries):
        person = UserFactory()
        client.force_login(person)
        client.get("/")
        with django_assert_num_queries(7):
            client.get("/")


class TestGuidance:
    def test_asks_visitors_to_sign_in(self, client, article):
        page = article("How a gate is decided")
        for url in ("/guidance/", page.url):
            response = client.get(url)
            assert response.status_code == 302
            assert response.url.startswith("/accounts/login/?next=")

    def test_lists_published_articles_in_the_editors_order(self, client, article):
        article("How a gate is decided")
        article("Objections", slug="objections")
        article("Draft", live=False)
        client.force_login(UserFactory())
        html = client.get("/guidance/").content.decode()
        assert html.index("How a gate is decided") < html.index("Objections")
        assert 'href="/guidance/objections/"' in html
        assert "Draft" not in html

    def test_teaches_when_there_are_no_articles(self, client, site):
        client.force_login(UserFactory())
        assert "No articles yet" in client.get("/guidance/").content.decode()

    def test_shows_an_article_with_its_reading_time(self, client, article):
        page = article("How a gate is decided", body="<h2>First</h2><p>" + "word " * 540 + "</p>")
        client.force_login(UserFactory())
        html = client.get(page.url).content.decode()
        assert "3 minutes to read" in html
        assert "<h2>First</h2>" in html

    def test_needs_the_same_queries_for_one_article_and_for_many(self, client, article, django_assert_num_queries):
        article("First")
        client.force_login(UserFactory())
        client.get("/guidance/")
        with django_assert_num_queries(9):
            client.get("/guidance/")
        for number in range(20):
            article(f"Article {number}")
        with django_assert_num_queries(9):
            client.get("/guidance/")

    def test_follows_the_page_when_editors_rename_it(self, client, site):
        index = ArticleIndexPage.objects.get()
        index.slug = "how-we-work"
        index.save()
        client.force_login(UserFactory())
        assert client.get("/guidance/").url == "/how-we-work/"
        assert client.get("/how-we-work/").status_code == 200

    def test_is_unknown_when_there_is_no_such_page(self, client, site):
        ArticleIndexPage.objects.get().delete()
        assert client.get("/guidance/").status_code == 404

    def test_can_be_opened_to_everybody(self, client, article):
        page = article("How a gate is decided")
        PageViewRestriction.objects.all().delete()
        assert client.get(page.url).status_code == 200


def test_unknown_pages_are_not_found(client, site):
    assert client.get("/no-such-page/").status_code == 404
    assert Page.objects.filter(slug="no-such-page").count() == 0
