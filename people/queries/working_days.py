"""Working days: the week and the holidays of a unit, inherited down the organization."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from people.models import Unit, WorkingCalendar

ONE_DAY = timedelta(days=1)
MONDAY_TO_FRIDAY = frozenset(range(1, 6))
LOOKED_AHEAD = 3700
"""Days after which the search for a working day gives up: a calendar without one in ten years is a mistake."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """On which days somebody works. Without a calendar: Monday to Friday, no holidays."""

    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    holidays: dict[date, str] = field(default_factory=dict)
    yearly: dict[tuple[int, int], str] = field(default_factory=dict)
    """Month and day of holidays that return every year; one on 29 February returns in leap years."""

    def holiday(self, day: date) -> str:
        """Return the holiday's name, empty when the day is none."""
        return self.holidays.get(day) or self.yearly.get((day.month, day.day), "")

    def is_working(self, day: date) -> bool:
        return day.isoweekday() in self.weekdays and not self.holiday(day)

    def on_or_after(self, day: date) -> date:
        """Return ``day`` itself when it is a working day, else the next one."""
        return next(self._from(day, ONE_DAY), day)

    def on_or_before(self, day: date) -> date:
        """Return ``day`` itself when it is a working day, else the one before."""
        return next(self._from(day, -ONE_DAY), day)

    def add(self, day: date, count: int) -> date:
        """Return the working day that lies ``count`` working days after ``day`` (before it, when negative).

        Nothing to add leaves the day as it is, working day or not.
        """
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day = next(self._from(day + step, step), day + step)
        return day

    def count(self, first: date, end: date) -> int:
        """Return how many working days lie from ``first`` to the day before ``end``."""
        return sum(self.is_working(first + timedelta(days=n)) for n in range((end - first).days))

    def _from(self, day: date, step: timedelta) -> Iterator[date]:
        for _ in range(LOOKED_AHEAD):
            if self.is_working(day):
                yield day
            day += step


def working_days_of(unit: Unit | None) -> WorkingDays:
    """Return the working days of a unit. 2 queries, 1 when there are no calendars.

    The week is that of the nearest unit at or above it that has a calendar; the holidays of all of them add up.
    Without a unit, those of the company, where there is one company.
    """
    return _working_days([unit.path if unit is not None else None])[0]


def working_days_of_units(units: Iterable[Unit]) -> dict[int, WorkingDays]:
    """Return the working days by unit id, in 2 queries for any number of units."""
    chosen = list(units)
    found = _working_days([unit.path for unit in chosen])
    return {unit.pk: days for unit, days in zip(chosen, found, strict=True)}


def _working_days(paths: Sequence[str | None]) -> list[WorkingDays]:
    calendars = list(WorkingCalendar.objects.select_related("unit").prefetch_related("holidays").order_by("unit__path"))
    roots = [calendar.unit.path for calendar in calendars if calendar.unit.depth == 1]
    company = roots[0] if len(roots) == 1 else ""
    return [_merged(company if path is None else path, calendars) for path in paths]


def _merged(path: str, calendars: Sequence[WorkingCalendar]) -> WorkingDays:
    # By path, so that the nearest unit comes last.
    above = [calendar for calendar in calendars if path and path.startswith(calendar.unit.path)]
    days = [holiday for calendar in above for holiday in calendar.holidays.all()]
    return WorkingDays(
        weekdays=above[-1].weekdays if above else MONDAY_TO_FRIDAY,
        holidays={holiday.day: holiday.name for holiday in days if not holiday.is_yearly},
        yearly={(holiday.day.month, holiday.day.day): holiday.name for holiday in days if holiday.is_yearly},
    )


def is_working_day(unit: Unit | None, day: date) -> bool:
    """Say whether the unit works on ``day``. 2 queries; for many days ask ``working_days_of`` once."""
    return working_days_of(unit).is_working(day)


def add_working_days(unit: Unit | None, day: date, count: int) -> date:
    """Return the working day of the unit that lies ``count`` working days after ``day``. 2 queries."""
    return working_days_of(unit).add(day, count)


def next_working_day(unit: Unit | None, day: date) -> date:
    """Return ``day`` when the unit works on it, else its next working day. 2 queries."""
    return working_days_of(unit).on_or_after(day)
