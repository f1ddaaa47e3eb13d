"""Two programs and every persona: the world in which tables of rights are read."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import Group

from people.api import PEOPLE_LEADS, PROJECT_LEADS, User, today
from rollout.models import Delegation
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, hold_role, make_program
from tests.rollout.deeds.shared import PERSONAS


@dataclass
class World:
    """Two programs of strangers; every persona has their part in ``own`` and none in ``other``."""

    own: StartedProgram
    other: StartedProgram
    personas: dict[str, User]


def make_world() -> World:
    own, other = make_program(title="Own", members=3), make_program(title="Other", members=3)
    manager = UserFactory()
    own.members[1].memberships.update(manager=manager)
    personas = {
        "lead": own.project_lead,
        "deputy": hold_role(own, "project_lead", is_deputy=True),
        "sponsor": own.sponsor,
        "delegate": delegate_of(own, own.sponsor),
        "people_lead": own.people_lead,
        "coach": own.coach,
        "works_council": own.works_council,
        "member": own.members[1],
        "manager": manager,
        "stranger": UserFactory(),
        "administrator": UserFactory(is_superuser=True, is_staff=True),
    }
    for persona, group in (("lead", PROJECT_LEADS), ("people_lead", PEOPLE_LEADS)):
        personas[persona].groups.add(Group.objects.get_or_create(name=group)[0])
    assert tuple(personas) == PERSONAS
    return World(own, other, personas)


def delegate_of(started: StartedProgram, person: User) -> User:
    """Return somebody who decides in the name of ``person`` these days."""
    delegate = UserFactory()
    Delegation.objects.create(
        program=started.program,
        from_person=person,
        to_person=delegate,
        starts_on=today() - timedelta(days=1),
        ends_on=today() + timedelta(days=7),
        reason="On leave.",
        created_by=person,
    )
    return delegate
