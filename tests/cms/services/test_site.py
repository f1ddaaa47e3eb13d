import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import Page, PageViewRestriction, Site

from cms.models import ArticleIndexPage, HomePage
from cms.services import set_up_site
from courses.api import CatalogPage
from people.api import EDITORS, PEOPLE_LEADS, PROJECT_LEADS, TRAINERS
from tests.factories.people import UserFactory


@pytest.mark.django_db
class TestSetUpSite:
    def test_makes_home_catalog_guidance_site_and_groups(self, settings):
        settings.BASE_URL = "https://okr.example.com:8443"
        made = set_up_site()
        home = HomePage.objects.get()
        site = Site.objects.get()
        assert site.root_page_id == home.pk
        assert (site.hostname, site.port, site.site_name) == ("okr.example.com", 8443, "Pilotage")
        assert CatalogPage.objects.get().slug == "catalog"
        assert ArticleIndexPage.objects.get().get_parent().pk == home.pk
        assert {EDITORS, PEOPLE_LEADS, PROJECT_LEADS, TRAINERS} <= set(Group.objects.values_list("name", flat=True))
        assert "home page" in made
        assert f"group “{EDITORS}”" in made

    def test_twice_is_once(self):
        set_up_site()
        before = (
            list(Page.objects.order_by("pk").values_list("pk", "path", "slug", "url_path")),
            Site.objects.count(),
            PageViewRestriction.objects.count(),
        )
        assert set_up_site() == []
        assert before == (
            list(Page.objects.order_by("pk").values_list("pk", "path", "slug", "url_path")),
            Site.objects.count(),
            PageViewRestriction.objects.count(),
        )

    def test_replaces_the_welcome_page_and_takes_its_slug(self):
        root = Page.get_first_root_node()
        welcome = root.add_child(instance=Page(title="Welcome to your new Wagtail site!", slug="home"))
        Site.objects.update(root_page=welcome)
        set_up_site()
        assert not Page.objects.filter(pk=welcome.pk).exists()
        assert HomePage.objects.get().slug == "home"
        assert Site.objects.get().root_page.specific == HomePage.objects.get()

    def test_leaves_what_editors_changed(self):
        set_up_site()
        home = HomePage.objects.get()
        home.headline = "Ours"
        home.save()
        CatalogPage.objects.update(title="Courses here")
        Site.objects.update(hostname="learn.example.com")
        assert set_up_site() == []
        assert HomePage.objects.get().headline == "Ours"
        assert CatalogPage.objects.get().title == "Courses here"
        assert Site.objects.get().hostname == "learn.example.com"

    def test_makes_a_site_record_when_there_is_none(self):
        Site.objects.all().delete()
        assert "site record" in set_up_site()
        assert Site.objects.get().is_default_site

    def test_says_that_migrate_comes_first(self):
        Page.objects.all().delete()
        with pytest.raises(RuntimeError, match="migrate"):
            set_up_site()

    def test_editors_may_publish_below_home_and_edit_words_and_quizzes(self):
        set_up_site()
        editor = UserFactory()
        editor.groups.add(Group.objects.get(name=EDITORS))
        permissions = ArticleIndexPage.objects.get().permissions_for_user(editor)
        assert permissions.can_add_subpage()
        assert permissions.can_publish()
        assert editor.has_perms(["wagtailadmin.access_admin", "courses.change_glossaryterm", "courses.add_quiz"])
        assert not editor.has_perm("people.view_user")

    def test_other_groups_enter_the_admin_and_edit_no_pages(self):
        set_up_site()
        for name in (PEOPLE_LEADS, PROJECT_LEADS, TRAINERS):
            group = Group.objects.get(name=name)
            assert group.permissions.filter(pk=Permission.objects.get(codename="access_admin").pk).exists()
            assert not group.page_permissions.exists()

    def test_guidance_is_for_signed_in_people(self):
        set_up_site()
        restriction = PageViewRestriction.objects.get()
        assert restriction.page_id == ArticleIndexPage.objects.get().pk
        assert restriction.restriction_type == PageViewRestriction.LOGIN
