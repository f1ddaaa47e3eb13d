"""Who belongs to a wave, before and after the roster date."""

from datetime import timedelta

import pytest

from courses.models import Enrollment
from people.api import Refused, today
from people.models import Membership
from rollout.models import RosterMember
from rollout.services.rosters import (
    add_joiner,
    add_roster_members,
    freeze_roster,
    record_leaver,
    remove_roster_member,
)
from tests.factories.people import MembershipFactory, UnitFactory, UserFactory
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


def people_in(unit, count: int) -> list[int]:
    return [MembershipFactory(unit=unit).person_id for _ in range(count)]


def test_people_come_onto_the_roster_with_their_unit(news):
    started, unit = make_program(members=0, frozen=False), UnitFactory()
    ids = people_in(unit, 3)
    with news() as waves:
        result = add_roster_members(wave=started.wave, person_ids=ids, actor=started.project_lead)
    assert (result.added, result.already, waves) == (3, 0, [started.wave.pk])
    member = started.wave.roster.first()
    assert (member.team, member.joined_on, member.counts_from) == (unit, today(), today())
    with news() as waves:
        again = add_roster_members(wave=started.wave, person_ids=ids, actor=started.project_lead)
    assert (again.added, again.already, waves) == (0, 3, [])


def test_adding_many_costs_as_many_queries_as_adding_one(django_assert_num_queries):
    started, unit = make_program(members=0, frozen=False), UnitFactory()
    add_roster_members(wave=started.wave, person_ids=people_in(unit, 1), actor=started.project_lead)
    for count in (1, 40):
        ids = people_in(unit, count)
        with django_assert_num_queries(13):
            add_roster_members(wave=started.wave, person_ids=ids, actor=started.project_lead)


def test_person_without_a_unit_is_named_and_nobody_is_added():
    started = make_program(members=0, frozen=False)
    stranger = UserFactory(first_name="Sam", last_name="Stranger")
    ids = [*people_in(UnitFactory(), 1), stranger.pk]
    with pytest.raises(Refused, match="Sam Stranger cannot be added"):
        add_roster_members(wave=started.wave, person_ids=ids, actor=started.project_lead)
    assert not started.wave.roster.exists()


def test_roster_is_changed_by_the_lead_and_until_it_is_frozen():
    started = make_program(frozen=False)
    with pytest.raises(Refused, match="changed by the project lead"):
        add_roster_members(wave=started.wave, person_ids=people_in(UnitFactory(), 1), actor=started.sponsor)
    member = started.wave.roster.first()
    remove_roster_member(member=member, actor=started.project_lead)
    assert not RosterMember.objects.filter(pk=member.pk).exists()
    freeze_roster(wave=started.wave, actor=started.project_lead)
    with pytest.raises(Refused, match="The roster is frozen"):
        add_roster_members(wave=started.wave, person_ids=people_in(UnitFactory(), 1), actor=started.project_lead)
    with pytest.raises(Refused, match="The roster is frozen"):
        remove_roster_member(member=started.wave.roster.first(), actor=started.project_lead)


def test_roster_is_frozen_once_and_never_empty():
    empty = make_program(members=0, frozen=False)
    with pytest.raises(Refused, match="The roster is empty"):
        freeze_roster(wave=empty.wave, actor=empty.project_lead)
    started = make_program(title="Other", frozen=False)
    wave = freeze_roster(wave=started.wave, actor=started.project_lead)
    assert (wave.roster_frozen_on, wave.roster_frozen_by) == (today(), started.project_lead)
    with pytest.raises(Refused, match="The roster is frozen"):
        freeze_roster(wave=started.wave, actor=started.project_lead)


def test_joiner_counts_after_30_days():
    started = make_program()
    person = MembershipFactory(unit=started.teams[0]).person
    member = add_joiner(wave=started.wave, person=person, actor=started.project_lead)
    assert member.counts_from == today() + timedelta(days=30)
    assert member not in started.wave.roster.counted(today() + timedelta(days=29))
    assert member in started.wave.roster.counted(today() + timedelta(days=30))
    again = add_joiner(wave=started.wave, person=person, actor=started.project_lead, joined_on=today())
    assert (again.pk, again.counts_from) == (member.pk, member.counts_from)


def test_joiner_is_enrolled_when_enrollment_is_open():
    started = make_program(courses=True)
    started.wave.enrollment_opened_at = started.program.created_at
    started.wave.save()
    person = MembershipFactory(unit=started.teams[0]).person
    add_joiner(wave=started.wave, person=person, actor=None)
    assert Enrollment.objects.get(person=person).course.key == "okr-foundations"


def test_joiner_needs_a_frozen_roster_and_a_unit():
    started = make_program(frozen=False)
    person = MembershipFactory(unit=started.teams[0]).person
    with pytest.raises(Refused, match="not frozen yet"):
        add_joiner(wave=started.wave, person=person, actor=started.project_lead)
    freeze_roster(wave=started.wave, actor=started.project_lead)
    with pytest.raises(Refused, match="works in a unit"):
        add_joiner(wave=started.wave, person=UserFactory(), actor=started.project_lead)
    with pytest.raises(Refused, match="changed by the project lead"):
        add_joiner(wave=started.wave, person=person, actor=started.sponsor)


def test_leaver_leaves_the_count_on_their_day_and_stays_on_record(news):
    started = make_program()
    member = started.wave.roster.first()
    with news() as ids:
        record_leaver(member=member, actor=started.project_lead, left_on=today() + timedelta(days=5))
    assert ids == [started.wave.pk]
    assert member in started.wave.roster.counted(today() + timedelta(days=4))
    assert member not in started.wave.roster.counted(today() + timedelta(days=5))
    with news() as ids:
        again = record_leaver(member=member, actor=started.project_lead)
    assert (again.left_on, ids) == (today() + timedelta(days=5), [])


def test_leaver_is_refused_before_the_roster_date_and_to_others():
    started = make_program(frozen=False)
    member = started.wave.roster.first()
    with pytest.raises(Refused, match="not frozen yet"):
        record_leaver(member=member, actor=started.project_lead)
    freeze_roster(wave=started.wave, actor=started.project_lead)
    with pytest.raises(Refused, match="changed by the project lead"):
        record_leaver(member=member, actor=started.people_lead)


def test_leaver_who_comes_back_is_a_joiner():
    started = make_program()
    member = started.wave.roster.first()
    record_leaver(member=member, actor=started.project_lead)
    back = add_joiner(wave=started.wave, person=member.person, actor=started.project_lead)
    assert (back.pk, back.left_on, back.counts_from) == (member.pk, None, today() + timedelta(days=30))
    assert Membership.objects.open().filter(person=member.person).count() == 1
