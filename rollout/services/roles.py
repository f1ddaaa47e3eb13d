"""Who carries the program: assignments begin and end, they are never deleted."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from courses.api import courses_by_key
from people.api import Refused, User, announce, log, now, require, today
from rollout.models import ExternalHolder, Program, RoleAssignment, RoleSlot
from rollout.rules.programs import may_set_up
from rollout.services.locks import lock_program
from rollout.signals import wave_changed


@transaction.atomic
def assign_role(
    *,
    slot: RoleSlot,
    person: User,
    actor: User,
    is_deputy: bool = False,
    started_on: date | None = None,
    until: date | None = None,
) -> RoleAssignment:
    """Give ``person`` the role from ``started_on`` (default: today), as its holder or as a deputy, through ``until``
    when a last day is agreed.

    The same again returns the assignment there is; another kind or other dates end it and begin a new one. Refused for
    people who have left, for a last day that is over, for a holder's start in the future (a deputy may be agreed
    ahead), and for people who may not set up the program.
    """
    program = lock_program(slot.program_id)
    require(may_set_up(actor, program))
    day = today()
    if started_on is not None and started_on > day and not is_deputy:
        raise Refused("A role begins today or began before. Come back on the day it begins.")
    if not person.is_active:
        raise Refused(f"{person} has left the company and cannot hold a role.")
    if until is not None and until < max(day, started_on or day):
        raise Refused("The last day has to be today or later, and not before the first one.")
    current = RoleAssignment.objects.unended().of(person.pk).filter(slot=slot).first()
    if current is not None:
        same_start = started_on is None or started_on == current.started_on
        if current.is_deputy == is_deputy and current.until == until and same_start:
            return current
        current.ended_on = max(min(day, current.until or day), current.started_on)
        current.save(update_fields=["ended_on"])
    assignment = RoleAssignment.objects.create(
        slot=slot,
        person=person,
        is_deputy=is_deputy,
        started_on=started_on or day,
        until=until,
        assigned_by=actor,
        assigned_at=now(),
    )
    data = {
        "role": slot.key,
        "person": person.pk,
        "is_deputy": is_deputy,
        "started_on": assignment.started_on.isoformat(),
        "until": until.isoformat() if until else None,
    }
    log(program, "rollout.role_assigned", user=actor, data=data, people=[person])
    announce_role_change(program)
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
    log(program, "rollout.role_ended", user=actor, data=data, people=[assignment.person])
    announce_role_change(program)
    return assignment


@transaction.atomic
def set_role_learning(
    *, slot: RoleSlot, course_keys: Iterable[str], actor: User, nothing_because: str = ""
) -> RoleSlot:
    """Settle what holders of the role finish before launch: courses of the catalog, or why there is nothing to learn.

    Refused with neither or both, for courses that the catalog does not have, and for people who may not set up the
    program. The same again changes nothing.
    """
    program = lock_program(slot.program_id)
    require(may_set_up(actor, program))
    slot = RoleSlot.objects.get(pk=slot.pk)
    learning, reason = list(dict.fromkeys(course_keys)), nothing_because.strip()
    if bool(learning) == bool(reason):
        raise Refused("Choose the courses of this role, or say why its holders need none.")
    known = courses_by_key(learning)
    if lacking := [key for key in learning if key not in known]:
        raise Refused(f"The catalog has no course with the key {', '.join(lacking)}.")
    if (slot.learning, slot.no_learning_because) == (learning, reason):
        return slot
    slot.learning, slot.no_learning_because = learning, reason
    slot.save(update_fields=["learning", "no_learning_because"])
    data = {"role": slot.key, "courses": ", ".join(known[key].title for key in learning), "reason": reason}
    log(program, "rollout.role_learning_set", user=actor, data=data)
    announce_role_change(program)
    return slot


def end_roles_past_their_last_day() -> int:
    """Close the rows of deputies, holders and externals whose agreed last day is over; return how many. They stopped
    to count on that day already; this only writes it down. For the sweep; twice is once."""
    day, count = today(), 0
    for assignment in RoleAssignment.objects.unended().filter(until__lt=day).select_related("slot").order_by("pk"):
        end_role_assignment(assignment=assignment, actor=None, ended_on=assignment.until, reason="As agreed.")
        count += 1
    for external in ExternalHolder.objects.filter(ended_on__isnull=True, until__lt=day).order_by("pk"):
        ExternalHolder.objects.filter(pk=external.pk, ended_on__isnull=True).update(ended_on=external.until)
        count += 1
    return count


def announce_role_change(program: Program) -> None:
    """Tell, after commit, that what the program's waves rely on has changed."""
    for wave_id in program.waves.values_list("pk", flat=True):
        announce(wave_changed, wave_id=wave_id)
