"""Which days count as working days, and how days are counted over holidays, month ends and leap years."""

from datetime import date

import pytest

from people.api import (
    WorkingDays,
    add_holiday,
    add_working_days,
    is_working_day,
    next_working_day,
    set_working_week,
    working_days_of,
    working_days_of_units,
)
from tests.factories.people import UnitFactory

pytestmark = pytest.mark.django_db

FRIDAY, SATURDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 9)


def test_without_a_calendar_people_work_from_monday_to_friday():
    unit = UnitFactory()
    assert is_working_day(unit, FRIDAY)
    assert not is_working_day(unit, SATURDAY)
    assert next_working_day(unit, SATURDAY) == MONDAY
    assert next_working_day(unit, FRIDAY) == FRIDAY
    assert add_working_days(unit, FRIDAY, 1) == MONDAY
    assert add_working_days(unit, MONDAY, -1) == FRIDAY
    assert add_working_days(unit, SATURDAY, 0) == SATURDAY


def test_holidays_of_all_units_above_add_up_and_the_nearest_week_counts():
    company = UnitFactory()
    country = UnitFactory(parent=company)
    team = UnitFactory(parent=country)
    add_holiday(unit=company, actor=None, day=date(2026, 1, 1), name="New Year", is_yearly=True)
    add_holiday(unit=country, actor=None, day=MONDAY, name="Local day")
    set_working_week(unit=country, actor=None, weekdays=[7, 1, 2, 3, 4])
    days = working_days_of(team)
    assert days.holiday(date(2031, 1, 1)) == "New Year"
    assert not days.is_working(MONDAY)
    assert not days.is_working(FRIDAY)
    assert days.is_working(date(2026, 3, 8))
    assert working_days_of(company).is_working(MONDAY)


def test_without_a_unit_the_company_counts_when_there_is_one():
    company = UnitFactory()
    add_holiday(unit=company, actor=None, day=MONDAY, name="Day off")
    assert not is_working_day(None, MONDAY)
    add_holiday(unit=UnitFactory(), actor=None, day=FRIDAY, name="Elsewhere")
    assert is_working_day(None, MONDAY)


def test_days_are_counted_over_a_leap_day_and_a_month_end():
    days = WorkingDays(yearly={(2, 29): "Leap day"})
    assert not days.is_working(date(2028, 2, 29))
    assert days.add(date(2028, 2, 28), 1) == date(2028, 3, 1)
    assert days.add(date(2027, 2, 26), 1) == date(2027, 3, 1)
    assert days.on_or_before(date(2028, 2, 29)) == date(2028, 2, 28)
    assert days.count(date(2028, 2, 28), date(2028, 3, 6)) == 4


def test_a_calendar_of_nothing_but_holidays_comes_to_an_end():
    days = WorkingDays(weekdays=frozenset())
    assert days.on_or_after(MONDAY) == MONDAY
    assert days.add(FRIDAY, 2) == date(2026, 3, 8)


@pytest.mark.parametrize("number", [1, 40])
def test_many_units_cost_two_queries(number, django_assert_num_queries):
    company = UnitFactory()
    add_holiday(unit=company, actor=None, day=MONDAY, name="Day off")
    units = [UnitFactory(parent=company) for _ in range(number)]
    for unit in units:
        set_working_week(unit=unit, actor=None, weekdays=[1, 2])
    with django_assert_num_queries(2):
        found = working_days_of_units(units)
    assert len(found) == number
    assert all(days.weekdays == {1, 2} and days.holiday(MONDAY) for days in found.values())
