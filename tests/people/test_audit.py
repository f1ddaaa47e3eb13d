"""The audit trail is dated by the product's own clock."""

from datetime import UTC, datetime

import pytest
from wagtail.models import ModelLogEntry

from people.api import clock_at, log
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def test_log_is_dated_by_the_clock_of_the_product():
    person = UserFactory()
    moment = datetime(2024, 2, 29, 9, 30, tzinfo=UTC)

    with clock_at(moment):
        log(person, "people.assign_persona", user=person, data={"persona": "coach"})

    entry = ModelLogEntry.objects.get(action="people.assign_persona")
    assert (entry.timestamp, entry.user) == (moment, person)
    assert entry.data == {"persona": "coach", "names": {str(person.pk): person.get_full_name()}}
