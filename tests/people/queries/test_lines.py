from datetime import date

import pytest

from people.api import is_manager_of, reports_of
from people.models import Membership
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def make_line(length: int) -> list[int]:
    """Return the ids of people who each report to the one before."""
    ids: list[int] = []
    for _ in range(length):
        ids.append(MembershipFactory(manager_id=ids[-1] if ids else None).person_id)
    return ids


def test_reports_are_direct_active_and_current():
    boss = UserFactory()
    direct = MembershipFactory(manager=boss).person
    MembershipFactory(manager=direct)
    MembershipFactory(manager=boss, person__is_active=False)
    MembershipFactory(manager=boss, ended_on=date(2026, 1, 1))
    assert list(reports_of(boss.pk)) == [direct]


def test_manager_of_everybody_below_and_nobody_else():
    top, middle, bottom = make_line(3)
    other = MembershipFactory().person_id
    assert is_manager_of(top, bottom)
    assert is_manager_of(top, middle)
    assert is_manager_of(middle, bottom)
    assert not is_manager_of(bottom, top)
    assert not is_manager_of(top, top)
    assert not is_manager_of(other, bottom)


def test_ended_memberships_make_no_line():
    top, middle, bottom = make_line(3)
    Membership.objects.filter(person_id=middle).update(ended_on=date(2026, 1, 1))
    assert not is_manager_of(top, bottom)
    assert is_manager_of(middle, bottom)


def test_a_circle_ends():
    first, second, third = make_line(3)
    Membership.objects.filter(person_id=first).update(manager_id=third)
    outsider = UserFactory().pk
    assert is_manager_of(second, first)
    assert not is_manager_of(outsider, first)


@pytest.mark.parametrize("length", [1, 20])
def test_query_counts(length, django_assert_num_queries):
    line = make_line(length)
    with django_assert_num_queries(1):
        is_manager_of(line[0], line[-1])
    with django_assert_num_queries(1):
        list(reports_of(line[0]))
