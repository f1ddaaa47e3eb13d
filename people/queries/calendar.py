"""Days as the organization counts them: deadlines are calendar days in its time zone (product.md, rule 14)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from people.clock import now
from people.queries.organization import organization_zone_name


def organization_zone() -> ZoneInfo:
    """Return the organization's time zone."""
    return ZoneInfo(organization_zone_name())


def today(zone: ZoneInfo | None = None) -> date:
    """Return the calendar day in ``zone``, by default in the organization's time zone."""
    return now().astimezone(zone or organization_zone()).date()


def end_of_day(day: date, zone: ZoneInfo | None = None) -> datetime:
    """Return the last moment of ``day`` in ``zone`` (default: the organization's), as an aware datetime in UTC.

    Made from the wall clock, so it is right on the days when the clocks change.
    """
    midnight = datetime.combine(day + timedelta(days=1), time.min, zone or organization_zone())
    return midnight.astimezone(UTC) - timedelta(microseconds=1)
