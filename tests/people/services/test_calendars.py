"""Keeping the working week and the holidays: people leads only, and every refusal says why."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import ModelLogEntry

from people.api import Refused, add_holiday, remove_holiday, set_working_week
from people.models import Holiday, WorkingCalendar
from tests.factories.people import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 24)


def test_week_is_set_logged_and_setting_it_again_is_quiet():
    unit, lead = UnitFactory(), UserFactory(is_superuser=True)
    for _ in range(2):
        calendar = set_working_week(unit=unit, actor=lead, weekdays=[1, 2, 6])
    assert calendar.weekdays == {1, 2, 6}
    assert ModelLogEntry.objects.filter(action="people.set_working_week").count() == 1


def test_week_needs_a_day_that_exists():
    unit = UnitFactory()
    for days, reason in (([], "at least one working day"), ([8], "count from 1")):
        with pytest.raises(Refused, match=reason):
            set_working_week(unit=unit, actor=None, weekdays=days)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingCalendar.objects.create(
            unit=unit, monday=False, tuesday=False, wednesday=False, thursday=False, friday=False
        )


def test_holiday_is_added_renamed_and_removed_once():
    unit = UnitFactory()
    add_holiday(unit=unit, actor=None, day=DAY, name="Eve")
    holiday = add_holiday(unit=unit, actor=None, day=DAY, name="Christmas Eve", is_yearly=True)
    assert [str(row) for row in Holiday.objects.all()] == ["Christmas Eve (2026-12-24)"]
    with pytest.raises(Refused, match="needs a name"):
        add_holiday(unit=unit, actor=None, day=DAY, name=" ")
    for _ in range(2):
        remove_holiday(holiday=holiday, actor=None)
    assert not Holiday.objects.exists()


def test_only_people_leads_keep_calendars():
    unit, somebody = UnitFactory(), UserFactory()
    holiday = add_holiday(unit=unit, actor=None, day=DAY, name="Eve")
    with pytest.raises(Refused, match="looked after by people leads"):
        set_working_week(unit=unit, actor=somebody, weekdays=[1])
    with pytest.raises(Refused, match="looked after by people leads"):
        add_holiday(unit=unit, actor=somebody, day=DAY, name="Eve")
    with pytest.raises(Refused, match="looked after by people leads"):
        remove_holiday(holiday=holiday, actor=somebody)
