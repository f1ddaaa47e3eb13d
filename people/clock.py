"""The one clock. Services ask it for the time, so that a demo or a test can live in another week."""

import calendar
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("pilotage_frozen_moment", default=None)


def now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return _frozen.get() or timezone.now()


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later (or earlier), the month's last day when there is no such day.

    31 January plus one month is 28 or 29 February; 29 February plus twelve months is 28 February.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def in_words(day: date) -> str:
    """Return a day as people write it in American English: March 3, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let everything inside the block happen at ``moment`` (aware). For the demo company and for tests."""
    if timezone.is_naive(moment):
        raise ValueError("The clock needs an aware moment, for example datetime(2026, 3, 1, tzinfo=UTC).")
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
