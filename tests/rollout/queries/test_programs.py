"""Reads about programs."""

import pytest

from rollout.models import Program
from rollout.queries.holders import holders_in
from rollout.queries.programs import content_of, holders_in_one_query, running_waves, waves_of_courses, waves_of_people
from tests.factories.people import UserFactory
from tests.factories.rollout import hold_role, make_program

pytestmark = pytest.mark.django_db


def test_holders_in_one_query_are_the_same_as_in_two(django_assert_num_queries):
    started = make_program()
    hold_role(started, "coach", is_deputy=True)
    hold_role(started, "coach", person=UserFactory(is_active=False))
    two, content = holders_in(started.program.pk), content_of(started.program.playbook_version)
    with django_assert_num_queries(1):
        one = holders_in_one_query(started.program.pk, content)
    assert list(one.roles) == list(two.roles)
    for key, role in two.roles.items():
        assert (one.roles[key].holders, one.roles[key].deputies) == (role.holders, role.deputies)
        assert one.title(key) == two.title(key)
        assert one.names(key) == two.names(key)


def test_content_is_parsed_once_per_row():
    version = make_program().program.playbook_version
    assert content_of(version) is content_of(version)


def test_only_waves_of_running_programs_concern_anybody():
    started, stopped = make_program(courses=True), make_program(title="Stopped")
    Program.objects.filter(pk=stopped.program.pk).update(state=Program.State.STOPPED)
    assert list(running_waves()) == [started.wave]
    assert waves_of_people([started.sponsor.pk, stopped.sponsor.pk]) == [started.wave.pk]
    assert waves_of_people([]) == []
    assert waves_of_courses(["okr-foundations"]) == [started.wave.pk]
    assert waves_of_courses(["okr-rhythm", "other"]) == [started.wave.pk]
    assert waves_of_courses(["other"]) == []


def test_people_who_left_the_roster_or_the_role_concern_no_wave():
    started = make_program()
    started.wave.roster.filter(person=started.members[0]).update(left_on="2026-01-01")
    started.slot("sponsor").assignments.update(ended_on="2026-01-01")
    assert waves_of_people([started.members[0].pk, started.sponsor.pk]) == []
