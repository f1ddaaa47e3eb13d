import pytest

from people.models import User
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/people/me/"


def test_visitors_sign_in_first(client):
    assert client.get(URL)["Location"] == "/accounts/login/?next=/people/me/"


def test_shows_ones_own_place(client):
    boss = UserFactory(first_name="Bo", last_name="Ss")
    membership = MembershipFactory(manager=boss, unit__name="North")
    client.force_login(membership.person)
    page = client.get(URL).content.decode()
    assert "You work in North as Engineer" in page
    assert "Bo Ss" in page


def test_saves_language_and_time_zone(client):
    person = UserFactory()
    client.force_login(person)
    response = client.post(URL, {"language": "de", "time_zone": "Europe/Berlin"})
    assert response["Location"] == URL
    person.refresh_from_db()
    assert (person.language, person.time_zone) == ("de", "Europe/Berlin")
    assert 'value="Europe/Berlin" selected' in client.get(URL).content.decode()


@pytest.mark.parametrize("data", [{"language": "xx"}, {"language": "de", "time_zone": "Mars/Base"}, {}])
def test_unknown_values_are_refused_and_change_nothing(client, data):
    person = UserFactory()
    client.force_login(person)
    before = User.objects.values().get()
    assert client.post(URL, data).status_code == 422
    assert User.objects.exclude(pk=person.pk).count() == 0
    assert {**User.objects.values().get(), "last_login": None} == {**before, "last_login": None}


def test_query_count(client, django_assert_max_num_queries):
    person = MembershipFactory().person
    MembershipFactory.create_batch(5, manager=person)
    client.force_login(person)
    client.get(URL)
    with django_assert_max_num_queries(12):
        client.get(URL)
