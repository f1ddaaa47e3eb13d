"""The pages on which people leads keep working weeks and holidays."""

from datetime import date

import pytest
from django.urls import reverse

from people.api import Persona, add_holiday, set_working_week, working_days_of
from people.models import Holiday, PersonaAssignment, User
from people.views.calendars import week_in_words
from tests.factories.people import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client) -> User:
    person = UserFactory()
    PersonaAssignment.objects.create(person=person, persona=Persona.PEOPLE_LEAD)
    client.force_login(person)
    return person


def test_unit_gets_a_week_and_holidays_and_loses_one_again(client, lead):
    company = UnitFactory(code="c", name="Nordwind")
    unit = UnitFactory(parent=company, code="c-s", name="Service")
    add_holiday(unit=company, actor=None, day=date(2026, 1, 1), name="New Year", is_yearly=True)
    url = reverse("people:calendar", args=["c-s"])
    assert client.get(reverse("people:calendars"), {"unit": "c-s"}).url == url
    page = client.get(url).content.decode()
    assert "as in the units above" in page
    assert "New Year" in page
    client.post(url, {"weekdays": ["7", "1", "2", "3", "4"]})
    posted = {"day": "2026-05-01", "name": "Labor Day"}
    page = client.post(reverse("people:holiday_add", args=["c-s"]), posted, follow=True).content.decode()
    assert "Labor Day is a day off" in page
    days = working_days_of(unit)
    assert (sorted(days.weekdays), days.holiday(date(2026, 5, 1))) == ([1, 2, 3, 4, 7], "Labor Day")
    holiday = Holiday.objects.get(name="Labor Day")
    client.post(reverse("people:holiday_remove", args=["c-s", holiday.pk]))
    assert not Holiday.objects.filter(pk=holiday.pk).exists()
    assert "Monday, Tuesday" in client.get(reverse("people:calendars")).content.decode()


def test_what_is_missing_is_named(client, lead):
    unit = UnitFactory(code="u")
    response = client.post(reverse("people:calendar", args=["u"]), {})
    assert (response.status_code, "at least one working day" in response.content.decode()) == (422, True)
    response = client.post(reverse("people:holiday_add", args=["u"]), {"name": "Someday"})
    assert response.status_code == 422
    assert not Holiday.objects.exists()
    assert "Choose a unit" in client.get(reverse("people:calendars"), {"unit": "nothing"}).content.decode()
    holiday = add_holiday(unit=unit, actor=None, day=date(2026, 5, 1), name="Labor Day")
    UnitFactory(code="other")
    assert client.post(reverse("people:holiday_remove", args=["other", holiday.pk])).status_code == 404


def test_nobody_else_knows_the_pages(client):
    unit = UnitFactory(code="u")
    holiday = add_holiday(unit=unit, actor=None, day=date(2026, 5, 1), name="Labor Day")
    client.force_login(UserFactory())
    assert client.get(reverse("people:calendars")).status_code == 404
    assert client.get(reverse("people:calendar", args=["u"])).status_code == 404
    assert client.post(reverse("people:calendar", args=["u"])).status_code == 404
    assert client.post(reverse("people:holiday_add", args=["u"])).status_code == 404
    assert client.post(reverse("people:holiday_remove", args=["u", holiday.pk])).status_code == 404


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({1, 2, 3, 4, 5}, "Monday to Friday"),
        ({7, 1, 2}, "Monday, Tuesday, Sunday"),
        ({1, 2}, "Monday, Tuesday"),
    ],
)
def test_week_reads_as_people_say_it(days, words):
    assert week_in_words(frozenset(days)) == words


@pytest.mark.parametrize("units", [1, 20])
def test_list_costs_the_same_for_many_units(client, lead, django_assert_num_queries, units):
    for _ in range(units):
        unit = UnitFactory()
        set_working_week(unit=unit, actor=None, weekdays=[1])
        add_holiday(unit=unit, actor=None, day=date(2026, 5, 1), name="Labor Day")
    client.get(reverse("people:calendars"))
    with django_assert_num_queries(5):
        client.get(reverse("people:calendars"))
