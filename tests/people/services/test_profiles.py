import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from people.api import Refused, update_profile
from people.services.profiles import settle_sign_in_address
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def test_own_profile_is_saved_and_logged_with_old_and_new():
    person = UserFactory()
    update_profile(person=person, language="de", time_zone="Europe/Berlin", actor=person)
    person.refresh_from_db()
    assert (person.language, person.time_zone) == ("de", "Europe/Berlin")
    assert person.profile_saved_at is not None
    entry = ModelLogEntry.objects.get()
    assert entry.data["changes"] == {"language": ["en", "de"], "time_zone": ["", "Europe/Berlin"]}


def test_saving_the_same_again_logs_nothing():
    person = UserFactory()
    update_profile(person=person, language="en", time_zone="", actor=person)
    assert not ModelLogEntry.objects.exists()


def test_nobody_saves_for_somebody_else():
    person = UserFactory()
    with pytest.raises(Refused, match="for themselves"):
        update_profile(person=person, language="de", time_zone="", actor=UserFactory(is_superuser=True))
    person.refresh_from_db()
    assert person.language == "en"


def test_unknown_time_zone_is_refused():
    person = UserFactory()
    with pytest.raises(ValidationError, match="Europe/Berlin"):
        update_profile(person=person, language="de", time_zone="Mars/Base", actor=person)


def test_sign_in_address_follows_the_email():
    person = UserFactory(email="Old@example.com")
    settle_sign_in_address(person=person, actor=None)
    person.refresh_from_db()
    assert person.email == "old@example.com"
    person.email = "new@example.com"
    person.save()
    address = settle_sign_in_address(person=person, actor=None)
    assert list(EmailAddress.objects.filter(user=person)) == [address]
    assert (address.email, address.verified, address.primary) == ("new@example.com", True, True)
    entries = ModelLogEntry.objects.count()
    settle_sign_in_address(person=person, actor=None)
    assert ModelLogEntry.objects.count() == entries
