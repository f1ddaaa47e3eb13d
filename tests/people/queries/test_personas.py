from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from people.api import EDITORS, PEOPLE_LEADS, Persona, clock_at, in_group, is_people_lead, personas_of
from people.models import PersonaAssignment
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with clock_at(NOON):
        yield


def test_open_membership_makes_an_employee_and_an_ended_one_does_not():
    assert personas_of(MembershipFactory().person) == {Persona.EMPLOYEE}
    assert personas_of(MembershipFactory(ended_on=date(2026, 1, 1)).person) == frozenset()
    assert personas_of(UserFactory()) == frozenset()


def test_somebody_with_active_reports_is_a_manager():
    boss = UserFactory()
    report = MembershipFactory(manager=boss)
    assert personas_of(boss) == {Persona.MANAGER}
    report.person.is_active = False
    report.person.save()
    assert personas_of(boss) == frozenset()


@pytest.mark.parametrize(("days", "is_new"), [(-1, False), (0, True), (90, True), (91, False)])
def test_new_hire_for_ninety_days_from_the_first_day(days, is_new):
    membership = MembershipFactory(hired_on=date(2026, 6, 15) - timedelta(days=days))
    assert (Persona.NEW_HIRE in personas_of(membership.person)) is is_new


@pytest.mark.parametrize("persona", [Persona.EXECUTIVE, Persona.COACH, Persona.PEOPLE_LEAD])
def test_assigned_personas_count(persona):
    person = UserFactory()
    PersonaAssignment.objects.create(person=person, persona=persona)
    assert personas_of(person) == {persona}


def test_group_makes_a_people_lead():
    person = UserFactory()
    person.groups.add(Group.objects.get_or_create(name=PEOPLE_LEADS)[0])
    assert personas_of(person) == {Persona.PEOPLE_LEAD}
    assert is_people_lead(person)
    assert in_group(person, PEOPLE_LEADS)
    assert not in_group(person, EDITORS)


def test_visitors_and_people_who_left_are_nobody():
    left = MembershipFactory(person__is_active=False).person
    left.groups.add(Group.objects.get_or_create(name=PEOPLE_LEADS)[0])
    for person in (AnonymousUser(), left):
        assert personas_of(person) == frozenset()
        assert not is_people_lead(person)
        assert not in_group(person, PEOPLE_LEADS)


def test_is_people_lead_by_persona_or_as_administrator():
    person = UserFactory()
    assert not is_people_lead(person)
    PersonaAssignment.objects.create(person=person, persona=Persona.PEOPLE_LEAD)
    assert is_people_lead(person)
    assert is_people_lead(UserFactory(is_superuser=True))


@pytest.mark.parametrize("reports", [0, 1, 30])
def test_query_counts(reports, django_assert_num_queries):
    person = MembershipFactory().person
    MembershipFactory.create_batch(reports, manager=person)
    personas_of(person)  # reads the organization's time zone into the cache
    with django_assert_num_queries(2):
        personas_of(person)
    with django_assert_num_queries(1):
        is_people_lead(person)
    with django_assert_num_queries(1):
        in_group(person, PEOPLE_LEADS)
