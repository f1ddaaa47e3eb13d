import pytest
from django.contrib.auth.models import Group

from people.api import EDITORS, PEOPLE_LEADS, PROJECT_LEADS, TRAINERS
from tests.factories.people import UserFactory


def in_group(client, name):
    person = UserFactory()
    person.groups.add(Group.objects.get(name=name))
    client.force_login(person)


class TestAdmin:
    def test_wears_our_name_and_colors(self, client, site):
        in_group(client, EDITORS)
        html = client.get("/admin/").content.decode()
        assert "Pilotage" in html
        assert "css/admin.css" in html
        assert "img/mark.svg" in html
        assert "What&#x27;s new in Wagtail" not in html

    def test_editors_find_articles_and_words_in_the_menu(self, client, article):
        article("How a gate is decided")
        in_group(client, EDITORS)
        html = client.get("/admin/").content.decode()
        assert "/admin/guidance/" in html
        assert "glossaryterm" in html
        listing = client.get("/admin/guidance/")
        assert listing.status_code == 200
        assert "How a gate is decided" in listing.content.decode()

    def test_editors_write_and_publish_an_article(self, client, site):
        from cms.models import ArticleIndexPage, ArticlePage

        in_group(client, EDITORS)
        index = ArticleIndexPage.objects.get()
        url = f"/admin/pages/add/cms/articlepage/{index.pk}/"
        assert client.get(url).status_code == 200
        response = client.post(
            url,
            {
                "title": "Objections",
                "slug": "objections",
                "summary": "What to answer.",
                "body": '{"blocks": [{"key": "a", "text": "Listen first.", "type": "unstyled", "depth": 0, '
                '"inlineStyleRanges": [], "entityRanges": []}], "entityMap": {}}',
                "comments-TOTAL_FORMS": 0,
                "comments-INITIAL_FORMS": 0,
                "action-publish": "action-publish",
            },
        )
        assert response.status_code == 302
        article = ArticlePage.objects.get()
        assert article.live
        assert "Listen first." in client.get(article.url).content.decode()

    def test_trainers_edit_no_pages(self, client, site):
        in_group(client, TRAINERS)
        assert client.get("/admin/").status_code == 200
        listing = client.get("/admin/guidance/")
        assert "Add article" not in listing.content.decode()

    @pytest.mark.parametrize("name", [TRAINERS, PEOPLE_LEADS, PROJECT_LEADS])
    def test_the_menu_leads_nobody_where_wagtail_turns_them_away(self, client, site, name):
        in_group(client, name)
        html = client.get("/admin/").content.decode()
        assert "/admin/course_pages/" not in html
        assert "/admin/guidance/" not in html

    def test_nothing_stands_in_the_menu_twice(self, client, site):
        in_group(client, EDITORS)
        html = client.get("/admin/").content.decode()
        assert "/admin/course_pages/" in html
        assert "/admin/snippets/courses/quiz/" in html
        assert '/admin/snippets/"' not in html.replace("&quot;", '"')

    def test_everybody_else_stays_outside(self, client, site):
        client.force_login(UserFactory())
        assert client.get("/admin/").status_code in (302, 403)
