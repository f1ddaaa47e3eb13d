"""The four groups that open parts of the admin, and what each may do there."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from people.queries.personas import EDITORS, GROUP_NAMES, PEOPLE_LEADS

ADMIN_ACCESS = "wagtailadmin.access_admin"

MODEL_PERMISSIONS: dict[str, tuple[str, ...]] = {
    PEOPLE_LEADS: (
        "people.view_user",
        "people.view_unit",
        "people.view_membership",
        "people.view_personaassignment",
        "people.add_personaassignment",
        "people.delete_personaassignment",
    ),
}
# Not people.change_user: who may edit accounts in the admin may make themselves an administrator.

EDITOR_FILE_PERMISSIONS = (
    "wagtailimages.add_image",
    "wagtailimages.change_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.change_document",
    "wagtaildocs.choose_document",
)
EDITOR_PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")


def _permissions(names: Iterable[str]) -> list[Permission]:
    """Return the permissions called ``names`` ("app_label.codename"); an unknown one raises LookupError."""
    wanted = set(names)
    if not wanted:
        return []
    condition = Q()
    for name in wanted:
        app_label, codename = name.split(".", 1)
        condition |= Q(content_type__app_label=app_label, codename=codename)
    found = {
        f"{p.content_type.app_label}.{p.codename}": p
        for p in Permission.objects.filter(condition).select_related("content_type")
    }
    if missing := wanted - set(found):
        raise LookupError(f"There is no permission called {', '.join(sorted(missing))}.")
    return list(found.values())


def grant_permissions(*, group: str, permissions: Iterable[str]) -> None:
    """Give the group called ``group`` the ``permissions`` ("app_label.codename"); twice is once.

    For the floors above: each names the permissions of its own models. An unknown permission raises LookupError.
    """
    with transaction.atomic():
        row, _ = Group.objects.get_or_create(name=group)
        row.permissions.add(*_permissions(permissions))


def ensure_groups() -> dict[str, Group]:
    """Create the groups that are missing and add what they need; returns them by name. Twice is once.

    Every group may enter the admin. Editors may add and choose images and documents; people leads see people,
    units and memberships and assign personas. Nothing that an administrator added is taken away.
    """
    with transaction.atomic():
        groups = {name: Group.objects.get_or_create(name=name)[0] for name in GROUP_NAMES}
        for name, group in groups.items():
            group.permissions.add(*_permissions([ADMIN_ACCESS, *MODEL_PERMISSIONS.get(name, ())]))
        if root := Collection.get_first_root_node():
            for permission in _permissions(EDITOR_FILE_PERMISSIONS):
                GroupCollectionPermission.objects.get_or_create(
                    group=groups[EDITORS], collection=root, permission=permission
                )
    return groups


def grant_page_permissions(*, root: Page, group: str = EDITORS) -> None:
    """Let the group called ``group`` add, change, publish and lock pages from ``root`` downward; twice is once."""
    with transaction.atomic():
        row, _ = Group.objects.get_or_create(name=group)
        for permission in _permissions(f"wagtailcore.{codename}" for codename in EDITOR_PAGE_PERMISSIONS):
            GroupPagePermission.objects.get_or_create(group=row, page=root, permission=permission)
