from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from wagtail.models import ModelLogEntry

from courses.models import Booking, CoursePage, WorkshopSession
from courses.services.workshops import (
    book_seat,
    cancel_booking,
    cancel_session,
    change_session,
    plan_session,
    record_attendance,
)
from courses.signals import workshop_session_changed
from people.api import PEOPLE_LEADS, PROJECT_LEADS, TRAINERS, Refused, clock_at
from tests.factories.courses import make_course
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
START = datetime(2026, 3, 9, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march():
    with clock_at(TODAY):
        yield


@pytest.fixture
def lead():
    person = UserFactory()
    person.groups.add(Group.objects.get_or_create(name=PROJECT_LEADS)[0])
    return person


@pytest.fixture
def session(lead):
    return plan(lead)


def plan(actor, **changes):
    values = {
        "course": CoursePage.objects.first() or make_course("blended"),
        "title": "Drafting workshop",
        "starts_at": START,
        "ends_at": START + timedelta(hours=3),
        "place": "Room 4",
        "seats": 2,
    }
    return plan_session(actor=actor, **(values | changes))


def book(session, person=None, actor=None):
    person = person or UserFactory()
    return book_seat(session=session, person=person, actor=actor or person)


# --- plan -----------------------------------------------------------------------------------------


def test_plan_session_announces_it(lead, django_capture_on_commit_callbacks):
    heard = []

    def hear(sender, session_id, **kwargs):
        heard.append(session_id)

    workshop_session_changed.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        session = plan(lead, title="  ", external_trainer=" Ms. Outside ")
    workshop_session_changed.disconnect(hear)
    assert (session.title, session.external_trainer, session.planned_by) == (
        "Course blended",
        "Ms. Outside",
        lead,
    )
    assert heard == [session.pk]


@pytest.mark.parametrize("group", [PEOPLE_LEADS, PROJECT_LEADS, TRAINERS])
def test_plan_session_is_open_to_those_who_lead_training(group):
    person = UserFactory()
    person.groups.add(Group.objects.get_or_create(name=group)[0])
    assert plan(person).planned_by == person


def test_plan_session_is_open_to_administrators_and_refused_to_others():
    assert plan(UserFactory(is_superuser=True)).pk
    with pytest.raises(Refused, match="plan sessions"):
        plan(UserFactory())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ends_at": START}, "end after it starts"),
        ({"seats": 0}, "at least one seat"),
        ({"external_trainer": "Somebody", "lead_trainer": True}, "not both"),
        ({"lead_trainer": False}, "has left"),
    ],
)
def test_plan_session_refuses_what_cannot_be(lead, changes, message):
    if "lead_trainer" in changes:
        changes = {**changes, "lead_trainer": UserFactory(is_active=changes["lead_trainer"])}
    with pytest.raises(Refused, match=message):
        plan(lead, **changes)
    assert not WorkshopSession.objects.exists()


# --- book -----------------------------------------------------------------------------------------


def test_book_seat_twice_is_once(session):
    person = UserFactory()
    assert book(session, person) == book(session, person)
    assert Booking.objects.count() == 1


def test_book_seat_is_refused_when_full_and_opens_again_after_a_cancellation(session):
    first, _ = book(session), book(session)
    with pytest.raises(Refused, match="All 2 seats are taken") as caught:
        book(session)
    assert caught.value.refusal.fix_url
    cancel_booking(booking=first, actor=first.person)
    assert book(session).state == "booked"
    assert Booking.objects.count() == 3


def test_book_seat_for_reports_and_for_anybody_by_those_who_run_it(session, lead):
    manager, report = UserFactory(), UserFactory()
    MembershipFactory(person=report, manager=manager)
    assert book(session, report, manager).person == report
    assert book(session, actor=lead).state == "booked"


def test_book_seat_by_a_stranger_is_refused(session):
    with pytest.raises(Refused, match="may book a seat"):
        book(session, actor=UserFactory())


def test_book_seat_is_refused_for_people_who_left(session, lead):
    with pytest.raises(Refused, match="has left"):
        book(session, UserFactory(is_active=False), lead)


def test_book_seat_is_refused_to_the_trainer(lead):
    trainer = UserFactory()
    with pytest.raises(Refused, match="needs no seat"):
        book(plan(lead, lead_trainer=trainer), trainer)


def test_book_seat_is_refused_after_the_start_and_when_cancelled(session, lead):
    with clock_at(START), pytest.raises(Refused, match="already started"):
        book(session)
    cancel_session(session=session, actor=lead)
    with pytest.raises(Refused, match="was cancelled"):
        book(session)


# --- cancel ---------------------------------------------------------------------------------------


def test_cancel_booking_is_idempotent_and_refused_to_strangers(session, lead):
    booking = book(session)
    with pytest.raises(Refused):
        cancel_booking(booking=booking, actor=UserFactory())
    assert cancel_booking(booking=booking, actor=lead).state == "cancelled"
    assert cancel_booking(booking=booking, actor=booking.person).state == "cancelled"


def test_cancel_booking_is_refused_after_attendance_was_recorded(session, lead):
    booking = book(session)
    with clock_at(START):
        record_attendance(session=session, attended_ids=[], actor=lead)
    with pytest.raises(Refused, match="Attendance has been recorded"):
        cancel_booking(booking=booking, actor=booking.person)


def test_cancel_session_is_idempotent_and_refused_to_strangers_and_once_held(session, lead):
    with pytest.raises(Refused):
        cancel_session(session=session, actor=UserFactory())
    held = plan(lead)
    with clock_at(START):
        record_attendance(session=held, attended_ids=[], actor=lead)
    with pytest.raises(Refused, match="was held"):
        cancel_session(session=held, actor=lead)
    assert cancel_session(session=session, actor=lead).state == "cancelled"
    assert cancel_session(session=session, actor=lead).state == "cancelled"
    with pytest.raises(Refused):
        cancel_session(session=session, actor=UserFactory())


# --- change ---------------------------------------------------------------------------------------


def change(session, actor, **changes):
    names = ("title", "starts_at", "ends_at", "place", "seats", "lead_trainer", "external_trainer")
    return change_session(session=session, actor=actor, **({name: getattr(session, name) for name in names} | changes))


def test_change_session_marks_who_has_to_be_told_only_when_it_moves(session, lead):
    booking, given_back = book(session), book(session)
    cancel_booking(booking=given_back, actor=given_back.person)
    change(session, lead, seats=5, title="Drafting")
    session.refresh_from_db()
    booking.refresh_from_db()
    assert booking.news_since is None
    changed = change(session, lead, place="Room 5")
    booking.refresh_from_db()
    given_back.refresh_from_db()
    assert booking.news_since == TODAY
    assert given_back.news_since is None
    assert (changed.place, changed.seats, changed.title) == ("Room 5", 5, "Drafting")


def test_change_session_is_on_record_with_before_and_after_and_writes_nothing_twice(session, lead):
    other = UserFactory()
    change(session, lead, place="Room 5", lead_trainer=other)
    session.refresh_from_db()
    change(session, lead)
    [entry] = ModelLogEntry.objects.filter(action="courses.change_session")
    assert entry.data["changes"] == {"place": ["Room 4", "Room 5"], "lead_trainer": [None, other.pk]}


def test_change_session_is_refused_to_strangers_and_once_held_or_cancelled(session, lead):
    with pytest.raises(Refused, match="Only project leads"):
        change(session, UserFactory(), place="Elsewhere")
    held = plan(lead)
    with clock_at(START):
        record_attendance(session=held, attended_ids=[], actor=lead)
    with pytest.raises(Refused, match="was held"):
        change(held, lead, place="Elsewhere")
    cancel_session(session=session, actor=lead)
    with pytest.raises(Refused, match="Plan a new session") as caught:
        change(session, lead, place="Elsewhere")
    assert caught.value.refusal.fix_url
    assert not WorkshopSession.objects.filter(place="Elsewhere").exists()


def test_change_session_refuses_fewer_seats_than_taken_and_a_participant_as_trainer(session, lead):
    booking = book(session)
    book(session)
    with pytest.raises(Refused, match="2 seats are taken"):
        change(session, lead, seats=1)
    with pytest.raises(Refused, match="give it back before leading"):
        change(session, lead, lead_trainer=booking.person)
    with pytest.raises(Refused, match="end after it starts"):
        change(session, lead, ends_at=START)


def test_who_came_without_a_seat_is_booked_after_the_start_by_those_who_run_it(session, lead):
    person = UserFactory()
    with clock_at(START + timedelta(minutes=5)):
        assert book(session, person, lead).state == "booked"
        record_attendance(session=session, attended_ids=[person.pk], actor=lead)
    assert Booking.objects.get().state == "attended"


# --- attendance -----------------------------------------------------------------------------------


def test_record_attendance_can_be_corrected(session, lead):
    came, stayed_away = book(session), book(session)
    with clock_at(START):
        record_attendance(session=session, attended_ids=[came.person_id, stayed_away.person_id], actor=lead)
        record_attendance(session=session, attended_ids=[came.person_id], actor=lead)
    assert dict(Booking.objects.values_list("pk", "state")) == {came.pk: "attended", stayed_away.pk: "absent"}
    session.refresh_from_db()
    assert session.state == "held"


def test_record_attendance_by_the_trainer(lead):
    trainer = UserFactory()
    session = plan(lead, lead_trainer=trainer)
    with clock_at(START):
        assert record_attendance(session=session, attended_ids=[], actor=trainer).state == "held"


def test_record_attendance_is_refused_before_the_start(session, lead):
    with pytest.raises(Refused, match="not started yet"):
        record_attendance(session=session, attended_ids=[], actor=lead)


def test_record_attendance_is_refused_to_strangers_for_cancelled_sessions_and_people_without_a_seat(session, lead):
    with clock_at(START):
        with pytest.raises(Refused, match="record attendance"):
            record_attendance(session=session, attended_ids=[], actor=UserFactory())
        with pytest.raises(Refused, match="no seat"):
            record_attendance(session=session, attended_ids=[lead.pk], actor=lead)
        cancel_session(session=session, actor=lead)
        with pytest.raises(Refused, match="nobody attended"):
            record_attendance(session=session, attended_ids=[], actor=lead)
