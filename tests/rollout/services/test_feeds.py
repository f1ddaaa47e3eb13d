"""Secret calendar addresses: made, renewed, revoked; only their hash is kept."""

import pytest
from django.db import IntegrityError, transaction

from people.api import Refused
from rollout.models import CalendarFeed
from rollout.queries.feeds import live_feed, token_sha256
from rollout.services.feeds import renew_feed, revoke_feed
from tests.factories.people import UserFactory
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


def test_address_is_kept_as_a_hash_and_renewing_ends_the_one_before():
    person = UserFactory()
    first, second = renew_feed(actor=person), renew_feed(actor=person)
    assert live_feed(first) is None
    feed = live_feed(second)
    assert (feed.person, feed.program, feed.token_sha256) == (person, None, token_sha256(second))
    assert second not in str(CalendarFeed.objects.values())
    with pytest.raises(IntegrityError), transaction.atomic():
        CalendarFeed.objects.create(person=person, token_sha256="other")


def test_revoked_address_stays_revoked_and_twice_is_once():
    person = UserFactory()
    token = renew_feed(actor=person)
    feed = live_feed(token)
    revoked = revoke_feed(feed=feed, actor=person)
    assert revoke_feed(feed=feed, actor=person).revoked_at == revoked.revoked_at
    assert live_feed(token) is None


def test_address_of_somebody_who_left_no_longer_works():
    person = UserFactory()
    token = renew_feed(actor=person)
    person.is_active = False
    person.save()
    assert live_feed(token) is None
    with pytest.raises(Refused, match="account is closed"):
        renew_feed(actor=person)


def test_calendar_of_a_program_is_for_those_who_may_see_it():
    started = make_program()
    assert live_feed(renew_feed(actor=started.coach, program=started.program)).program == started.program
    with pytest.raises(Refused, match="those who carry the program"):
        renew_feed(actor=started.members[1], program=started.program)


def test_address_is_ended_by_its_person_or_an_administrator():
    feed = live_feed(renew_feed(actor=UserFactory()))
    with pytest.raises(Refused, match="the person who made it"):
        revoke_feed(feed=feed, actor=UserFactory())
    assert revoke_feed(feed=feed, actor=UserFactory(is_superuser=True)).revoked_at is not None
