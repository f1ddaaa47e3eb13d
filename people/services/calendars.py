"""The working week and the holidays of a unit, kept by people leads."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from people.audit import log
from people.models import Holiday, Unit, User, WorkingCalendar
from people.models.calendars import WEEKDAYS
from people.refusals import Refused, require
from people.rules import may_look_after_people


@transaction.atomic
def set_working_week(*, unit: Unit, actor: User | None, weekdays: Collection[int]) -> WorkingCalendar:
    """Say on which days of the week the unit works (1 is Monday), and so every unit below that has no week of its own.

    Refused to actors who are no people lead, without a single day, and for days that no week has.
    """
    require(may_look_after_people(actor))
    days = set(weekdays)
    if not days:
        raise Refused("A week needs at least one working day.")
    if days - set(range(1, 8)):
        raise Refused("Days of the week count from 1, Monday, to 7, Sunday.")
    calendar = _locked(unit)
    before = calendar.weekdays
    for number, name in enumerate(WEEKDAYS, start=1):
        setattr(calendar, name, number in days)
    calendar.save()
    if calendar.weekdays != before:
        log(unit, "people.set_working_week", user=actor, data={"weekdays": sorted(days)})
    return calendar


@transaction.atomic
def add_holiday(*, unit: Unit, actor: User | None, day: date, name: str, is_yearly: bool = False) -> Holiday:
    """Add a day off for the unit and every unit below it; the same day again renames it.

    Refused to actors who are no people lead, and without a name.
    """
    require(may_look_after_people(actor))
    if not (name := name.strip()):
        raise Refused("A holiday needs a name.")
    calendar = _locked(unit)
    holiday, _ = Holiday.objects.update_or_create(
        calendar=calendar, day=day, defaults={"name": name[:120], "is_yearly": is_yearly}
    )
    data = {"day": day.isoformat(), "name": holiday.name, "yearly": is_yearly}
    log(unit, "people.add_holiday", user=actor, data=data)
    return holiday


@transaction.atomic
def remove_holiday(*, holiday: Holiday, actor: User | None) -> None:
    """Take a holiday out of the calendar. Refused to actors who are no people lead; twice is once."""
    require(may_look_after_people(actor))
    found = Holiday.objects.select_related("calendar__unit").filter(pk=holiday.pk).first()
    if found is None:
        return
    data = {"day": found.day.isoformat(), "name": found.name}
    log(found.calendar.unit, "people.remove_holiday", user=actor, data=data)
    found.delete()


def _locked(unit: Unit) -> WorkingCalendar:
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    return WorkingCalendar.objects.get_or_create(unit=unit)[0]
