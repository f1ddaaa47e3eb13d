import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page

from people.api import (
    EDITORS,
    PEOPLE_LEADS,
    PROJECT_LEADS,
    TRAINERS,
    ensure_groups,
    grant_page_permissions,
    grant_permissions,
)
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
ALL = (EDITORS, PEOPLE_LEADS, PROJECT_LEADS, TRAINERS)


def counts() -> list[int]:
    return [
        Group.objects.count(),
        Group.permissions.through.objects.count(),
        GroupCollectionPermission.objects.count(),
        GroupPagePermission.objects.count(),
    ]


def test_groups_are_made_once_and_each_enters_the_admin():
    assert set(ensure_groups()) == set(ALL)
    first = counts()
    ensure_groups()
    assert counts() == first
    for name in ALL:
        person = UserFactory()
        person.groups.add(Group.objects.get(name=name))
        assert person.has_perm("wagtailadmin.access_admin")
        assert not person.has_perm("people.change_user")


def test_what_an_administrator_added_stays():
    ensure_groups()
    grant_permissions(group=TRAINERS, permissions=["people.view_user"])
    ensure_groups()
    assert Group.objects.get(name=TRAINERS).permissions.filter(codename="view_user").exists()


def test_page_permissions_are_granted_once_from_the_given_page():
    ensure_groups()
    root = Page.get_first_root_node()
    grant_page_permissions(root=root)
    grant_page_permissions(root=root)
    codenames = GroupPagePermission.objects.filter(group__name=EDITORS, page=root).values_list(
        "permission__codename", flat=True
    )
    assert sorted(codenames) == ["add_page", "change_page", "lock_page", "publish_page", "unlock_page"]


def test_unknown_permission_is_named():
    with pytest.raises(LookupError, match=r"people\.fly"):
        grant_permissions(group=EDITORS, permissions=["people.view_user", "people.fly"])
