from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from certification.models import Candidacy, Credential, CredentialEvent
from certification.services import issue_if_due, open_candidacy
from people.api import Refused
from tests.factories.certification import (
    complete_course,
    make_candidacy,
    make_certification,
    make_observation,
    record,
)
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

AT_ONCE = 20


@pytest.fixture(autouse=True)
def on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time, so there is no race to lose; run with TEST_DATABASE_URL.")


def at_once(deed):
    start = Barrier(AT_ONCE)

    def run(_):
        start.wait()
        try:
            return deed()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_issuing_twenty_times_at_once_makes_one_credential():
    candidacy = make_candidacy()
    complete_course(candidacy.person)
    record(make_observation(candidacy))
    Credential.objects.all()
    results = at_once(lambda: issue_if_due(candidacy_id=candidacy.pk))
    assert len({credential.pk for credential in results}) == 1
    assert Credential.objects.count() == 1
    assert CredentialEvent.objects.count() == 1


def test_opening_twenty_times_at_once_makes_one_candidacy():
    person, certification = UserFactory(), make_certification()
    results = at_once(lambda: open_candidacy(person=person, certification=certification, actor=person))
    assert len({candidacy.pk for candidacy in results}) == 1
    assert Candidacy.objects.count() == 1


def test_recording_twenty_times_at_once_records_once():
    observation = make_observation(make_candidacy())
    results = at_once(lambda: record(observation))
    assert sum(isinstance(result, Refused) for result in results) == AT_ONCE - 1
