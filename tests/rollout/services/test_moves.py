"""Rosters and roles follow the organization."""

from datetime import timedelta

import pytest

from people.api import today
from people.models import Membership
from rollout.models import Program, RoleAssignment
from rollout.services.moves import Moves, follow_moves
from rollout.services.rosters import record_leaver
from tests.factories.people import MembershipFactory, UnitFactory
from tests.factories.rollout import hold_role, make_program

pytestmark = pytest.mark.django_db


def leave(person, *, days_ago: int = 1) -> None:
    Membership.objects.filter(person=person).update(ended_on=today() - timedelta(days=days_ago))
    person.is_active = False
    person.save()


def test_leaver_is_out_from_the_day_after_their_last_and_twice_is_once():
    started = make_program()
    person = started.members[2]
    leave(person)
    assert follow_moves(person_ids=[person.pk]) == Moves(leavers=1)
    assert started.wave.roster.get(person=person).left_on == today()
    assert follow_moves() == Moves()


def test_move_inside_the_company_changes_nothing():
    started = make_program()
    person = started.members[2]
    Membership.objects.filter(person=person).update(ended_on=today())
    MembershipFactory(person=person, unit=UnitFactory(), started_on=today())
    assert follow_moves() == Moves()


def test_newcomer_in_a_team_of_the_wave_joins():
    started = make_program()
    tomorrow = today() + timedelta(days=1)
    person = MembershipFactory(unit=started.teams[1], started_on=tomorrow).person
    MembershipFactory(unit=UnitFactory(), started_on=tomorrow)
    MembershipFactory(unit=started.teams[1])  # was there on the roster date and was left out
    assert follow_moves() == Moves(joiners=1)
    member = started.wave.roster.get(person=person)
    assert (member.joined_on, member.counts_from) == (tomorrow, tomorrow + timedelta(days=30))
    assert follow_moves() == Moves()


def test_leaver_recorded_by_hand_is_not_brought_back():
    started = make_program()
    person = MembershipFactory(unit=started.teams[0], started_on=today() + timedelta(days=1)).person
    follow_moves()
    record_leaver(
        member=started.wave.roster.get(person=person), actor=started.project_lead, left_on=today() + timedelta(days=9)
    )
    assert follow_moves() == Moves()


def test_role_ends_with_the_person_and_a_consultant_keeps_theirs():
    started = make_program()
    hold_role(started, "consultant")
    assert not Membership.objects.filter(person=started.coach).exists()
    MembershipFactory(person=started.coach)
    leave(started.coach)
    assert follow_moves() == Moves(roles_ended=1)
    assert not started.slot("coach").assignments.open().exists()
    assert RoleAssignment.objects.open().filter(slot__key="consultant").exists()


def test_rosters_that_are_not_frozen_and_stopped_programs_stay():
    draft, stopped = make_program(frozen=False), make_program(title="Stopped")
    Program.objects.filter(pk=stopped.program.pk).update(state=Program.State.STOPPED)
    leave(draft.members[0])
    leave(stopped.members[0])
    assert follow_moves() == Moves()
