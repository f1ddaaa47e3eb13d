import pytest
from django.contrib.auth.models import AnonymousUser, Group

from people.api import PEOPLE_LEADS, PROJECT_LEADS
from rollout.rules.access import may_see_every_program, may_see_program, may_start_program
from tests.factories.people import UserFactory
from tests.factories.rollout import hold_role, make_program

pytestmark = pytest.mark.django_db


def in_group(name: str):
    person = UserFactory()
    person.groups.add(Group.objects.get_or_create(name=name)[0])
    return person


def test_role_holders_deputies_the_starter_and_people_leads_see_a_program():
    started = make_program()
    deputy = hold_role(started, "sponsor", is_deputy=True)
    for person in (*started.people.values(), deputy, started.administrator, in_group(PEOPLE_LEADS)):
        assert may_see_program(person, started.program)


def test_others_do_not():
    started = make_program()
    gone = hold_role(started, "champion")
    gone.is_active = False
    gone.save()
    for person in (started.members[0], UserFactory(), in_group(PROJECT_LEADS), gone, AnonymousUser()):
        assert not may_see_program(person, started.program)


def test_a_role_that_ended_shows_nothing_any_more():
    started = make_program()
    started.slot("coach").assignments.update(ended_on="2026-02-01")
    assert not may_see_program(started.coach, started.program)


def test_every_program_is_for_people_leads_and_administrators():
    assert may_see_every_program(in_group(PEOPLE_LEADS))
    assert may_see_every_program(UserFactory(is_superuser=True))
    assert not may_see_every_program(in_group(PROJECT_LEADS))


def test_starting_is_for_project_leads_and_says_so():
    assert may_start_program(in_group(PROJECT_LEADS)) is True
    assert may_start_program(UserFactory(is_superuser=True)) is True
    answer = may_start_program(UserFactory())
    assert "project leads" in str(answer)
