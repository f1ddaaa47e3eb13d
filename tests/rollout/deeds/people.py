"""Roles and rosters."""

from rollout.models import RoleAssignment
from rollout.services import roles, rosters
from tests.factories.people import MembershipFactory
from tests.factories.rollout import StartedProgram
from tests.rollout.deeds.shared import SET_UP, Attempt, Deed, program_url, wave_url


def _newcomer(started: StartedProgram):
    return MembershipFactory(unit=started.teams[0]).person


def _unfreeze(started: StartedProgram) -> None:
    started.wave.roster_frozen_on = started.wave.roster_frozen_by = None
    started.wave.save()


def assign(started: StartedProgram) -> Attempt:
    person = _newcomer(started)
    url = program_url("role_assign", started, "champion")
    return Attempt({"slot": started.slot("champion"), "person": person}, url, {"champion-who": person.email})


def end(started: StartedProgram) -> Attempt:
    assignment = RoleAssignment.objects.get(slot=started.slot("coach"))
    return Attempt({"assignment": assignment}, program_url("role_end", started, assignment.pk))


def add_members(started: StartedProgram) -> Attempt:
    _unfreeze(started)
    person = _newcomer(started)
    return Attempt(
        {"wave": started.fresh_wave(), "person_ids": [person.pk]},
        wave_url("roster_add", started),
        {"emails": person.email},
    )


def remove_member(started: StartedProgram) -> Attempt:
    _unfreeze(started)
    member = started.wave.roster.last()
    return Attempt({"member": member}, wave_url("roster_remove", started, member.pk))


def freeze(started: StartedProgram) -> Attempt:
    _unfreeze(started)
    return Attempt({"wave": started.fresh_wave()}, wave_url("roster_freeze", started), {"confirmed": "yes"})


def joiner(started: StartedProgram) -> Attempt:
    person = _newcomer(started)
    return Attempt(
        {"wave": started.fresh_wave(), "person": person}, wave_url("roster_add", started), {"emails": person.email}
    )


def leaver(started: StartedProgram) -> Attempt:
    member = started.wave.roster.last()
    return Attempt({"member": member}, wave_url("roster_remove", started, member.pk))


DEEDS = (
    Deed(roles.assign_role, assign, SET_UP),
    Deed(roles.end_role_assignment, end, SET_UP),
    Deed(rosters.add_roster_members, add_members, SET_UP),
    Deed(rosters.remove_roster_member, remove_member, SET_UP),
    Deed(rosters.freeze_roster, freeze, SET_UP),
    Deed(rosters.add_joiner, joiner, SET_UP),
    Deed(rosters.record_leaver, leaver, SET_UP),
)
