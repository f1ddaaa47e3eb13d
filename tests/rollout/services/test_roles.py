"""Who carries the program."""

from datetime import timedelta

import pytest

from people.api import Refused, today
from rollout.models import RoleAssignment
from rollout.services.roles import assign_role, end_role_assignment
from tests.factories.people import UserFactory
from tests.factories.rollout import hold_role, make_program

pytestmark = pytest.mark.django_db


def test_role_is_assigned_once_and_announced(news):
    started, person = make_program(), UserFactory()
    with news() as ids:
        first = assign_role(slot=started.slot("champion"), person=person, actor=started.project_lead)
    assert ids == [started.wave.pk]
    assert (first.started_on, first.is_deputy, first.assigned_by) == (today(), False, started.project_lead)
    with news() as ids:
        again = assign_role(slot=started.slot("champion"), person=person, actor=started.project_lead)
    assert (again.pk, ids) == (first.pk, [])


def test_holder_becomes_deputy_by_a_new_assignment():
    started = make_program()
    slot, person = started.slot("sponsor"), started.sponsor
    deputy = assign_role(slot=slot, person=person, actor=started.project_lead, is_deputy=True)
    assert deputy.is_deputy
    assert slot.assignments.count() == 2
    assert slot.assignments.open().get() == deputy


def test_role_begins_today_or_before_and_needs_somebody_who_works_here():
    started = make_program()
    slot = started.slot("champion")
    earlier = assign_role(
        slot=slot, person=UserFactory(), actor=started.project_lead, started_on=today() - timedelta(days=3)
    )
    assert earlier.started_on == today() - timedelta(days=3)
    with pytest.raises(Refused, match="begins today or began before"):
        assign_role(slot=slot, person=UserFactory(), actor=started.project_lead, started_on=today() + timedelta(days=1))
    with pytest.raises(Refused, match="has left the company"):
        assign_role(slot=slot, person=UserFactory(is_active=False), actor=started.project_lead)


def test_only_those_who_set_up_the_program_assign_and_end_roles():
    started = make_program()
    assignment = started.slot("coach").assignments.get()
    with pytest.raises(Refused, match="changed by the project lead"):
        assign_role(slot=started.slot("champion"), person=UserFactory(), actor=started.sponsor)
    with pytest.raises(Refused, match="changed by the project lead"):
        end_role_assignment(assignment=assignment, actor=started.coach)
    assert RoleAssignment.objects.open().count() == 5


def test_starter_names_the_first_project_lead_and_nobody_else_does():
    started = make_program(roles=())
    started.program.created_by = UserFactory()
    started.program.save()
    starter, lead = started.program.created_by, UserFactory()
    with pytest.raises(Refused, match="that role is vacant"):
        assign_role(slot=started.slot("project_lead"), person=lead, actor=lead)
    assign_role(slot=started.slot("project_lead"), person=lead, actor=starter)
    with pytest.raises(Refused, match="changed by the project lead"):
        assign_role(slot=started.slot("sponsor"), person=starter, actor=starter)


def test_assignment_ends_and_stays_on_record(news):
    started = make_program()
    assignment = started.slot("coach").assignments.get()
    with news() as ids:
        ended = end_role_assignment(assignment=assignment, actor=started.project_lead, reason="Moved on.")
    assert (ended.ended_on, ids) == (today(), [started.wave.pk])
    with news() as ids:
        end_role_assignment(assignment=assignment, actor=started.project_lead)
    assert ids == []
    again = assign_role(slot=started.slot("coach"), person=started.coach, actor=started.project_lead)
    assert again.pk != ended.pk


def test_end_lies_between_start_and_today():
    started = make_program()
    hold_role(started, "champion")
    assignment = started.slot("champion").assignments.get()
    with pytest.raises(Refused, match="cannot end before"):
        end_role_assignment(
            assignment=assignment, actor=started.project_lead, ended_on=assignment.started_on - timedelta(days=1)
        )
    with pytest.raises(Refused, match="ends today or ended before"):
        end_role_assignment(assignment=assignment, actor=started.project_lead, ended_on=today() + timedelta(days=1))
