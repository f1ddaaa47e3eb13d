from datetime import UTC, datetime, timedelta

import pytest

from courses.models import Booking, WorkshopSession
from courses.queries.workshops import has_trained, my_sessions, planned_sessions, seats_taken
from people.api import clock_at
from tests.factories.courses import make_course
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march():
    with clock_at(NOW):
        yield


def make_session(course, days=1, **fields):
    starts_at = NOW + timedelta(days=days)
    values = {"title": f"Day {days}", "place": "Room", "seats": 5, "ends_at": starts_at + timedelta(hours=2)}
    return WorkshopSession.objects.create(course=course, starts_at=starts_at, **(values | fields))


def book(session, person=None, state="booked"):
    return Booking.objects.create(session=session, person=person or UserFactory(), state=state)


def test_planned_sessions_counts_seats_and_leaves_cancelled_out(django_assert_num_queries):
    course = make_course("one")
    second = make_session(course, 2, lead_trainer=UserFactory())
    first = make_session(course, 1, external_trainer="Ms. Outside")
    make_session(course, 3, state="cancelled")
    bare = make_session(course, 4, state="held")
    make_session(make_course("other"), 1)
    for state in ("booked", "attended", "absent", "cancelled"):
        book(second, state=state)
    with django_assert_num_queries(1):
        sessions = planned_sessions(course_keys=["one"])
    assert [(one.id, one.booked, one.has_trainer) for one in sessions] == [
        (first.pk, 0, True),
        (second.pk, 3, True),
        (bare.pk, 0, False),
    ]
    assert (sessions[0].course_key, sessions[0].seats, sessions[0].starts_at) == ("one", 5, first.starts_at)
    assert seats_taken(second.pk) == 3


def test_has_trained_means_led_and_attended():
    trainer, course = UserFactory(), make_course()
    led = make_session(course, -1, lead_trainer=trainer)
    came, absent = book(led, state="attended"), book(led, state="absent")
    other = book(make_session(course, -1), state="attended")
    assert has_trained(trainer_id=trainer.pk, person_id=came.person_id)
    assert not has_trained(trainer_id=trainer.pk, person_id=absent.person_id)
    assert not has_trained(trainer_id=trainer.pk, person_id=other.person_id)


def test_my_sessions_are_those_led_or_booked_that_have_not_ended(django_assert_num_queries):
    person, course = UserFactory(), make_course()
    led, booked = make_session(course, 2, lead_trainer=person), make_session(course, 1)
    book(booked, person)
    book(booked)
    book(make_session(course, 1), person, "cancelled")
    book(make_session(course, -3), person)
    book(make_session(course, 1, state="cancelled"), person)
    later = make_session(course, 9)
    book(later, person)
    with django_assert_num_queries(1):
        mine = my_sessions(person, until=NOW + timedelta(days=7))
    assert [(one.id, one.is_leading) for one in mine] == [(booked.pk, False), (led.pk, True)]
    assert [one.id for one in my_sessions(person)] == [booked.pk, led.pk, later.pk]
