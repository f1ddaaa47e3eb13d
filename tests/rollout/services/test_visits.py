from datetime import timedelta

import pytest

from people.api import clock_at, now
from rollout.models import ProgramVisit
from rollout.services.visits import mark_seen, note_visit
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db
BEFORE, LATER, LAST = {"program": "running"}, {"program": "paused"}, {"program": "stopped"}


def look(started, state, minutes=0):
    with clock_at(now() + timedelta(minutes=minutes)):
        return note_visit(program=started.program, person=started.project_lead, state=state)


def test_the_first_visit_has_nothing_to_compare_with():
    seen = look(make_program(), BEFORE)
    assert (seen.state, seen.since) == (BEFORE, None)


def test_a_reload_keeps_what_the_visit_has_told():
    started = make_program()
    look(started, BEFORE)
    assert look(started, LATER, 60).state == BEFORE
    assert look(started, LATER, 70).state == BEFORE
    assert look(started, LAST, 95).state == BEFORE


def test_the_next_visit_compares_with_how_the_last_one_ended():
    started = make_program()
    look(started, BEFORE)
    look(started, LATER, 10)
    seen = look(started, LAST, 60)
    assert seen.state == LATER
    assert seen.since is not None


def test_marking_as_seen_begins_anew():
    started = make_program()
    look(started, BEFORE)
    mark_seen(program=started.program, person=started.project_lead, state=LATER)
    assert look(started, LAST).state == LATER


def test_marking_as_seen_before_any_visit_is_a_first_visit():
    started = make_program()
    mark_seen(program=started.program, person=started.project_lead, state=BEFORE)
    assert look(started, LATER).state == BEFORE


def test_every_person_has_a_visit_of_their_own():
    started = make_program()
    look(started, BEFORE)
    note_visit(program=started.program, person=started.sponsor, state=LATER)
    assert ProgramVisit.objects.count() == 2
    assert look(started, LAST, 60).state == BEFORE


def test_a_visit_costs_one_query_and_one_more_when_it_is_written_down(django_assert_num_queries):
    started = make_program()
    with django_assert_num_queries(2):
        look(started, BEFORE)
    with django_assert_num_queries(1):
        look(started, BEFORE, 1)
    with django_assert_num_queries(2):
        look(started, LATER, 60)
