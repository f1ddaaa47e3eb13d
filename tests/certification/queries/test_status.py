from datetime import UTC, date, datetime, timedelta

import pytest

from certification.api import certification_by_key, certified_people, credential_status
from certification.models import Credential, CredentialEvent
from certification.services import revoke_credential
from people.api import OrganizationSettings, clock_at, forget_organization
from tests.factories.certification import NOON, make_certification, make_credential
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential():
    with clock_at(NOON):
        return make_credential()


def on(credential, day):
    return credential_status(credential, list(credential.events.all()), day)


def test_status_follows_the_dates(credential):
    assert credential.valid_from == date(2026, 3, 2)
    assert credential.valid_until == date(2028, 3, 1)
    assert on(credential, date(2026, 3, 1)) == "not_yet_valid"
    assert on(credential, date(2026, 3, 2)) == "valid"
    assert on(credential, date(2028, 3, 1)) == "valid"
    assert on(credential, date(2028, 3, 2)) == "expired"


def test_status_without_a_day_is_todays(credential):
    with clock_at(NOON + timedelta(days=3)):
        assert credential_status(credential, credential.events.all()) == "valid"


def test_revocation_counts_from_its_day_and_beats_expiry(credential):
    with clock_at(NOON + timedelta(days=10)):
        revoke_credential(credential=credential, reason="A mistake.", actor=UserFactory(is_superuser=True))
    assert on(credential, date(2026, 3, 11)) == "valid"
    assert on(credential, date(2026, 3, 12)) == "revoked"
    assert on(credential, date(2030, 1, 1)) == "revoked"


def test_revocation_day_is_counted_in_the_organizations_time_zone(credential):
    OrganizationSettings.objects.create(time_zone="Pacific/Auckland")
    forget_organization()
    event = CredentialEvent(kind="revoked", at=datetime(2026, 5, 1, 23, tzinfo=UTC))
    assert credential_status(credential, [event], date(2026, 5, 1)) == Credential.Status.VALID
    assert credential_status(credential, [event], date(2026, 5, 2)) == Credential.Status.REVOKED


def test_certified_people_are_holders_of_a_valid_credential(credential, django_assert_num_queries):
    with clock_at(NOON):
        other = make_credential(credential.certification)
        make_credential(make_certification("other", with_course=False))
    with clock_at(NOON + timedelta(days=5)):
        revoke_credential(credential=other, reason="Left.", actor=UserFactory(is_superuser=True))
    day = date(2026, 4, 1)
    with django_assert_num_queries(1):
        assert certified_people(certification_key="okr-coach", on=day) == {credential.holder_id}
    assert certified_people(certification_key="okr-coach", on=date(2026, 3, 6)) == {
        credential.holder_id,
        other.holder_id,
    }
    assert certified_people(certification_key="okr-coach", on=date(2028, 3, 2)) == frozenset()
    assert certified_people(certification_key="unknown", on=day) == frozenset()


def test_certified_people_can_be_limited_by_ids_or_a_subquery(credential, django_assert_num_queries):
    day = date(2026, 4, 1)
    assert certified_people(certification_key="okr-coach", person_ids=[credential.holder_id], on=day)
    assert not certified_people(certification_key="okr-coach", person_ids=[0], on=day)
    ids = type(credential.holder).objects.values_list("pk", flat=True)
    with django_assert_num_queries(1):
        assert certified_people(certification_key="okr-coach", person_ids=ids, on=day) == {credential.holder_id}


def test_certification_is_found_by_key():
    certification = make_certification()
    assert certification_by_key("okr-coach") == certification
    assert certification_by_key("nothing") is None
