"""Who carries the program."""

from datetime import date, timedelta

import pytest

from people.api import Refused, clock_at, now, today
from rollout.models import RoleAssignment
from rollout.queries.holders import holders_in
from rollout.services.externals import end_external, name_external
from rollout.services.moves import follow_moves
from rollout.services.roles import assign_role, end_role_assignment, set_role_learning
from tests.factories.people import UserFactory
from tests.factories.rollout import hold_role, make_program, name_outsider

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


class TestDates:
    def test_deputy_holds_between_the_agreed_days_only(self):
        started, deputy = make_program(), UserFactory()
        first, last = today() + timedelta(days=3), today() + timedelta(days=9)
        arguments = {"slot": started.slot("sponsor"), "person": deputy, "actor": started.project_lead}
        assign_role(**arguments, is_deputy=True, started_on=first, until=last)
        for days, holds in ((0, False), (3, True), (9, True), (10, False)):
            with clock_at(now() + timedelta(days=days)):
                assert holders_in(started.program.pk).holds(deputy.pk, "sponsor") is holds

    def test_last_day_lies_ahead_and_not_before_the_first(self):
        started = make_program()
        arguments = {"slot": started.slot("champion"), "person": UserFactory(), "actor": started.project_lead}
        for until in (today() - timedelta(days=1), today() + timedelta(days=1)):
            with pytest.raises(Refused, match="last day has to be today or later"):
                assign_role(**arguments, is_deputy=True, started_on=today() + timedelta(days=2), until=until)

    def test_other_dates_begin_a_new_assignment(self):
        started, deputy = make_program(), UserFactory()
        arguments = {"slot": started.slot("sponsor"), "person": deputy, "actor": started.project_lead}
        first = assign_role(**arguments, is_deputy=True, until=today() + timedelta(days=5))
        assert assign_role(**arguments, is_deputy=True, until=today() + timedelta(days=5)) == first
        second = assign_role(**arguments, is_deputy=True, until=today() + timedelta(days=8))
        first.refresh_from_db()
        assert (first.ended_on, second.pk != first.pk) == (today(), True)

    def test_sweep_closes_what_is_over_and_the_role_can_be_given_again(self):
        started, deputy = make_program(), UserFactory()
        arguments = {"slot": started.slot("sponsor"), "person": deputy, "actor": started.project_lead}
        row = assign_role(**arguments, is_deputy=True, until=today() + timedelta(days=2))
        external = name_outsider(started, "consultant", until=today() + timedelta(days=2))
        with clock_at(now() + timedelta(days=3)):
            assert follow_moves().roles_ended == 2
            assert follow_moves().roles_ended == 0
            row.refresh_from_db()
            external.refresh_from_db()
            assert row.ended_on == external.ended_on == today() - timedelta(days=1)
            assign_role(**arguments, is_deputy=True)

    def test_before_the_sweep_a_past_assignment_is_in_nobodys_way(self):
        started, deputy = make_program(), UserFactory()
        arguments = {"slot": started.slot("sponsor"), "person": deputy, "actor": started.project_lead}
        row = assign_role(**arguments, is_deputy=True, until=today() + timedelta(days=2))
        with clock_at(now() + timedelta(days=5)):
            again = assign_role(**arguments, is_deputy=True)
            row.refresh_from_db()
            assert (row.ended_on, again.started_on) == (today() - timedelta(days=3), today())


class TestOutside:
    def name(self, started, key="coach", **fields):
        return name_external(
            **{
                "slot": started.slot(key),
                "name": "Mara Lindt",
                "contact": started.people_lead,
                "until": today() + timedelta(days=30),
                "actor": started.project_lead,
                **fields,
            }
        )

    def test_fills_a_place_and_is_named_in_the_finding(self, ask):
        started = make_program(roles=("project_lead", "people_lead"))
        assert ask(started, "roles_filled", roles=["coach"]).status == "not_met"
        self.name(started, company="Fernblick")
        finding = ask(started, "roles_filled", roles=["coach"])
        assert finding.status == "met"
        assert "from outside: Mara Lindt (Fernblick) holds OKR coach until" in finding.summary

    def test_never_acts(self):
        started = make_program(roles=("project_lead", "people_lead"))
        self.name(started)
        holders = holders_in(started.program.pk)
        assert holders.people("coach") == []
        assert holders.roles["coach"].filled == 1
        assert not holders.roles["coach"].is_vacant

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"key": "sponsor"}, "held by somebody from inside"),
            ({"name": " "}, "Give the name"),
            ({"until": date(2020, 1, 1)}, "is over already"),
            ({"until": date(2999, 1, 1), "started_on": date(2999, 1, 2)}, "cannot end before it starts"),
        ],
    )
    def test_is_refused_with_the_reason(self, fields, reason):
        with pytest.raises(Refused, match=reason):
            self.name(make_program(), **fields)

    def test_is_refused_for_people_with_an_account_and_contacts_who_left(self):
        started = make_program()
        with pytest.raises(Refused, match="has an account here"):
            self.name(started, email=started.coach.email.upper())
        with pytest.raises(Refused, match="has left the company"):
            self.name(started, contact=UserFactory(is_active=False))

    def test_ends_once(self):
        started = make_program()
        external = self.name(started)
        assert end_external(external=external, actor=started.project_lead).ended_on == today()
        assert end_external(external=external, actor=started.project_lead).ended_on == today()
        with pytest.raises(Refused, match="changed by the project lead"):
            end_external(external=external, actor=started.coach)


class TestLearning:
    def test_refuses_both_neither_and_unknown_courses(self):
        started = make_program(courses=True)
        slot = started.slot("coach")
        for keys, reason in (([], ""), (["okr-rhythm"], "None.")):
            with pytest.raises(Refused, match="Choose the courses of this role"):
                set_role_learning(slot=slot, course_keys=keys, nothing_because=reason, actor=started.project_lead)
        with pytest.raises(Refused, match="has no course with the key moon"):
            set_role_learning(slot=slot, course_keys=["moon"], actor=started.project_lead)

    def test_same_again_changes_nothing(self, news):
        started = make_program(courses=True)
        with news() as ids:
            set_role_learning(slot=started.slot("coach"), course_keys=["okr-rhythm"], actor=started.project_lead)
        assert ids == [started.wave.pk]
        with news() as ids:
            set_role_learning(slot=started.slot("coach"), course_keys=["okr-rhythm"], actor=started.project_lead)
        assert ids == []
