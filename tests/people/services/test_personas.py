import pytest
from wagtail.models import ModelLogEntry

from people.api import Persona, Refused, assign_persona, remove_persona
from people.models import PersonaAssignment
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    person = UserFactory()
    PersonaAssignment.objects.create(person=person, persona=Persona.PEOPLE_LEAD)
    return person


@pytest.mark.parametrize("persona", [Persona.EXECUTIVE, Persona.COACH, Persona.PEOPLE_LEAD])
def test_assigning_twice_is_once(lead, persona):
    person = UserFactory()
    first = assign_persona(person=person, persona=persona, actor=lead)
    second = assign_persona(person=person, persona=persona, actor=lead)
    assert first == second
    assert first.assigned_by == lead
    assert [entry.data["persona"] for entry in ModelLogEntry.objects.all()] == [persona.value]


@pytest.mark.parametrize("persona", [Persona.EMPLOYEE, Persona.MANAGER, Persona.NEW_HIRE])
def test_personas_that_follow_from_facts_are_refused(lead, persona):
    with pytest.raises(Refused, match="follows from"):
        assign_persona(person=UserFactory(), persona=persona, actor=lead)


def test_assigning_is_refused_for_people_who_left(lead):
    with pytest.raises(Refused, match="has left"):
        assign_persona(person=UserFactory(is_active=False), persona=Persona.COACH, actor=lead)


def test_only_people_leads_assign_and_remove(lead):
    person, stranger = UserFactory(), UserFactory()
    with pytest.raises(Refused, match="people lead"):
        assign_persona(person=person, persona=Persona.COACH, actor=stranger)
    assign_persona(person=person, persona=Persona.COACH, actor=None)
    with pytest.raises(Refused, match="people lead"):
        remove_persona(person=person, persona=Persona.COACH, actor=stranger)
    assert person.persona_assignments.count() == 1


def test_removing_says_whether_there_was_something(lead):
    person = UserFactory()
    assign_persona(person=person, persona=Persona.COACH, actor=lead)
    assert remove_persona(person=person, persona=Persona.COACH, actor=lead)
    assert not remove_persona(person=person, persona=Persona.COACH, actor=lead)
    assert ModelLogEntry.objects.filter(action="people.remove_persona").count() == 1
