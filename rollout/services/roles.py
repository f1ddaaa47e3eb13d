"""Who carries the program: assignments begin and end, they are never deleted."""

from datetime import date

from django.db import transaction

from people.api import Refused, User, announce, log, now, require, today
from rollout.models import Program, RoleAssignment, RoleSlot
from rollout.rules.programs import may_set_up
from rollout.services.locks import lock_program
from rollout.signals import wave_changed


@transaction.atomic
def assign_role(
    *, slot: RoleSlot, person: User, actor: User, is_deputy: bool = False, started_on: date | None = None
) -> RoleAssignment:
    """Give ``person`` the role from ``started_on`` (default: today), as its holder or as a deputy.

    The same again returns the assignment there is; the other kind ends it and begins a new one. Refused for people
    who have left, for a start in the future, and for people who may not set up the program.
    """
    program = lock_program(slot.program_id)
    require(may_set_up(actor, program))
    day = today()
    started_on = started_on or day
    if started_on > day:
        raise Refused("A role begins today or began before. Come back on the day it begins.")
    if not person.is_active:
        raise Refused(f"{person} has left the company and cannot hold a role.")
    current = RoleAssignment.objects.open().of(person.pk).filter(slot=slot).first()
    if current is not None:
        if current.is_deputy == is_deputy:
            return current
        current.ended_on = max(day, current.started_on)
        current.save(update_fields=["ended_on"])
    assignment = RoleAssignment.objects.create(
        slot=slot, person=person, is_deputy=is_deputy, started_on=started_on, assigned_by=actor, assigned_at=now()
    )
    data = {"role": slot.key, "person": person.pk, "is_deputy": is_deputy}
    log(program, "rollout.role_assigned", user=actor, data=data)
    _announce_change(program)
    return assignment


@transaction.atomic
def end_role_assignment(
    *, assignment: RoleAssignment, actor: User | None, ended_on: date | None = None, reason: str = ""
) -> RoleAssignment:
    """End an assignment on ``ended_on`` (default: today), its last day. Ended assignments stay as they are.

    ``actor`` None is the product itself, following somebody's leaving. Refused for an end in the future or before
    the start.
    """
    program = lock_program(assignment.slot.program_id)
    if actor is not None:
        require(may_set_up(actor, program))
    assignment = RoleAssignment.objects.select_related("slot", "person").get(pk=assignment.pk)
    if assignment.ended_on is not None:
        return assignment
    day = today()
    ended_on = ended_on or max(day, assignment.started_on)
    if ended_on < assignment.started_on:
        raise Refused(f"{assignment.person} holds this role since {assignment.started_on}; it cannot end before that.")
    if ended_on > day and assignment.started_on <= day:
        raise Refused("A role ends today or ended before. Come back on the day it ends.")
    assignment.ended_on = ended_on
    assignment.save(update_fields=["ended_on"])
    data = {"role": assignment.slot.key, "person": assignment.person_id, "reason": reason}
    log(program, "rollout.role_ended", user=actor, data=data)
    _announce_change(program)
    return assignment


def _announce_change(program: Program) -> None:
    for wave_id in program.waves.values_list("pk", flat=True):
        announce(wave_changed, wave_id=wave_id)
