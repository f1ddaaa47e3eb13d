"""Giving and taking the personas that do not follow from the facts."""

from django.db import transaction

from people.audit import log
from people.clock import now
from people.models import Persona, PersonaAssignment, User
from people.refusals import require
from people.rules import may_assign_persona, may_remove_persona


def assign_persona(*, person: User, persona: Persona, actor: User | None) -> PersonaAssignment:
    """Give ``persona`` to ``person``; given already, nothing changes and the existing row comes back.

    Refused: for people who left, for personas that follow from the facts, and to actors who are no people lead.
    ``actor`` None stands for the command line.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        require(may_assign_persona(actor, person, persona))
        assignment, is_new = PersonaAssignment.objects.get_or_create(
            person=person, persona=persona, defaults={"assigned_by": actor, "assigned_at": now()}
        )
        if is_new:
            log(person, "people.assign_persona", user=actor, data={"persona": persona.value})
    return assignment


def remove_persona(*, person: User, persona: Persona, actor: User | None) -> bool:
    """Take ``persona`` away from ``person``; returns whether they had it. Refused to actors who are no people lead."""
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        require(may_remove_persona(actor))
        removed, _ = PersonaAssignment.objects.filter(person=person, persona=persona).delete()
        if removed:
            log(person, "people.remove_persona", user=actor, data={"persona": persona.value})
    return bool(removed)
