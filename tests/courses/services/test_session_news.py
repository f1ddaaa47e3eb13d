"""Who has a seat hears that a session was moved or cancelled, once, and also when the queue lost it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from courses import tasks
from courses.models import Booking
from courses.services.session_news import tell_of_changed_sessions, tell_of_session
from courses.services.workshops import book_seat, cancel_session, change_session, plan_session
from people.api import TRAINERS, OrganizationSettings, clock_at
from tests.factories.courses import make_course
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
START = datetime(2026, 3, 9, 8, tzinfo=UTC)
LONG = {"starts_at": START, "ends_at": START + timedelta(hours=3)}


@pytest.fixture(autouse=True)
def in_march():
    OrganizationSettings.objects.create(company_name="Nordwind", time_zone="Europe/Berlin")
    with clock_at(TODAY):
        yield


@pytest.fixture
def trainer():
    trainer = UserFactory()
    trainer.groups.add(Group.objects.create(name=TRAINERS))
    return trainer


@pytest.fixture
def session(trainer):
    course = make_course("okr", title="OKR foundations")
    return plan_session(course=course, title="First group", place="Room 4", seats=9, actor=trainer, **LONG)


def seat(session, **fields):
    person = UserFactory(**fields)
    return book_seat(session=session, person=person, actor=person)


def move(session, trainer, place="Room 5"):
    change_session(session=session, title=session.title, place=place, seats=9, actor=trainer, **LONG)


def test_a_cancelled_session_is_told_after_the_commit(session, trainer, django_capture_on_commit_callbacks):
    booking = seat(session, first_name="Jana")
    with django_capture_on_commit_callbacks(execute=True):
        cancel_session(session=session, actor=trainer)
        assert not mail.outbox
    [message] = mail.outbox
    assert message.to == [booking.person.email]
    assert message.subject == "Cancelled: First group"
    assert "Monday, March 9, 2026, 09:00 to 12:00" in " ".join(message.body.split())
    assert "Europe/Berlin" in message.body
    assert "/training/sessions/" in message.body
    booking.refresh_from_db()
    assert booking.news_since is None


def test_a_moved_session_is_told_in_the_readers_time_zone(session, trainer):
    seat(session, time_zone="America/New_York")
    move(session, trainer)
    assert tell_of_session(session_id=session.pk) == 1
    body = " ".join(mail.outbox[0].body.split())
    assert "04:00 to 07:00 (America/New York), Room 5" in body
    assert f"/training/sessions/{session.pk}/" in body


def test_news_that_came_twice_is_one_mail(session, trainer):
    seat(session)
    move(session, trainer)
    assert tell_of_session(session_id=session.pk) == 1
    assert tell_of_session(session_id=session.pk) == 0
    assert len(mail.outbox) == 1


def test_what_the_queue_lost_the_sweep_finds(session, trainer):
    seat(session)
    move(session, trainer)
    tasks.sweep()
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_stops_nobody_else_and_is_tried_again(session, trainer, monkeypatch):
    first, second = seat(session), seat(session)
    move(session, trainer)
    send = EmailBackend.send_messages

    def refuse_first(self, messages):
        if messages[0].to == [first.person.email]:
            raise ConnectionRefusedError("away")
        return send(self, messages)

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse_first)
        assert tell_of_changed_sessions() == 1
    assert [booking.pk for booking in Booking.objects.filter(news_since__isnull=False)] == [first.pk]
    assert tell_of_changed_sessions() == 1
    assert {message.to[0] for message in mail.outbox} == {first.person.email, second.person.email}


def test_nobody_hears_who_left_or_when_it_is_over(session, trainer):
    gone = seat(session)
    gone.person.is_active = False
    gone.person.save()
    seat(session)
    move(session, trainer)
    with clock_at(START + timedelta(days=1)):
        assert tell_of_changed_sessions() == 0
    assert not mail.outbox
    assert not Booking.objects.filter(news_since__isnull=False).exists()
