"""The pages and groups that every installation starts with. Safe to call again and again."""

from typing import TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Page, PageViewRestriction, Site

from certification.api import grant_certification_permissions
from cms.models import ArticleIndexPage, HomePage
from courses.api import CatalogPage
from people.api import (
    EDITORS,
    PEOPLE_LEADS,
    PROJECT_LEADS,
    TRAINERS,
    ensure_groups,
    grant_page_permissions,
    grant_permissions,
)

Child = TypeVar("Child", bound=Page)

GROUPS_MAY: dict[str, tuple[str, ...]] = {
    EDITORS: tuple(
        f"courses.{deed}_{model}" for model in ("glossaryterm", "quiz") for deed in ("view", "add", "change", "delete")
    ),
    PEOPLE_LEADS: ("courses.view_enrollment", "courses.view_workshopsession"),
    PROJECT_LEADS: (
        "courses.view_workshopsession",
        "rollout.view_playbook",
        "rollout.view_playbookversion",
        "rollout.view_program",
    ),
    TRAINERS: ("courses.view_workshopsession", "courses.view_quiz"),
}
"""What each group may do in the admin besides what people and certification give it."""


@transaction.atomic
def set_up_site() -> list[str]:
    """Make what is missing of: home page (in place of Wagtail's welcome page), catalog, guidance, site record, groups.

    Nothing that exists is changed, so editors' texts and rights given by hand stay; rights that the groups need are
    added again. Returns what was made, in words; empty when everything was there.
    """
    made: list[str] = []
    home = _home_page(made)
    _child(home, CatalogPage(title="Catalog", slug="catalog", show_in_menus=True), made)
    _child(
        home,
        ArticleIndexPage(
            title="Guidance",
            slug="guidance",
            show_in_menus=True,
            introduction="How we do it here: short articles on the rollout, on meetings and on good questions.",
        ),
        made,
        # How a company works is its own business: signed-in people only, until an editor opens it under Privacy.
        only_signed_in=True,
    )
    _site_record(home, made)
    _groups(home, made)
    return made


def _home_page(made: list[str]) -> HomePage:
    home = HomePage.objects.order_by("path").first()
    if home is not None:
        return home
    root = Page.get_first_root_node()
    if root is None:
        raise RuntimeError("The page tree has no root: run “manage.py migrate” first.")
    plain_page = ContentType.objects.get_for_model(Page)
    welcome = list(Page.objects.child_of(root).filter(content_type=plain_page, numchild=0))
    for number, page in enumerate(welcome):
        # Its slug is the one that our page wants; deleted only after the site no longer points to it.
        Page.objects.filter(pk=page.pk).update(slug=f"welcome-{number}-{page.pk}")
    home = root.add_child(
        instance=HomePage(
            title="Home",
            slug="home",
            headline="From the first pilot to the last team",
            introduction=(
                "Pilotage runs your OKR rollout step by step, and trains and certifies the people who carry it. "
                "Every gate between two steps reads the training itself, so on Monday everyone knows where you stand."
            ),
        )
    )
    Site.objects.filter(root_page__in=[*welcome, root]).update(root_page=home)
    for page in welcome:
        Page.objects.get(pk=page.pk).delete()
    made.append("home page")
    return home


def _child(home: HomePage, page: Child, made: list[str], *, only_signed_in: bool = False) -> Child:
    """Return the one page of ``page``'s kind, added below ``home`` when there is none anywhere."""
    existing = type(page).objects.order_by("path").first()
    if existing is not None:
        return existing
    home.refresh_from_db()
    home.add_child(instance=page)
    if only_signed_in:
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    made.append(f"page “{page.title}”")
    return page


def _site_record(home: HomePage, made: list[str]) -> None:
    address = urlsplit(settings.BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(
            hostname=address.hostname or "localhost",
            port=port,
            site_name=settings.WAGTAIL_SITE_NAME,
            root_page=home,
            is_default_site=True,
        )
        made.append("site record")
    elif site.root_page_id != home.pk or not site.site_name:
        site.root_page = home
        site.site_name = site.site_name or settings.WAGTAIL_SITE_NAME
        if site.hostname == "localhost":
            site.hostname, site.port = address.hostname or "localhost", port
        site.save()
        made.append("site record")


def _groups(home: HomePage, made: list[str]) -> None:
    before = set(Group.objects.values_list("name", flat=True))
    groups = ensure_groups()
    grant_page_permissions(root=home)
    grant_certification_permissions()
    for name, permissions in GROUPS_MAY.items():
        grant_permissions(group=name, permissions=permissions)
    made += [f"group “{name}”" for name in groups if name not in before]
