"""Dates as an iCalendar file that calendar programs subscribe to (RFC 5545, and what Outlook, Google and Apple add)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDuration

from rollout.queries.calendar_entries import CalendarEntry

PRODUCT = "-//Pilotage//Pilotage//EN"
REFRESH_EVERY = timedelta(hours=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
YEARS_COMPARED = 4
LAST_YEAR = date(2038, 1, 1)
Observance = TimezoneStandard | TimezoneDaylight


def calendar_file(entries: Iterable[CalendarEntry], *, title: str, zone: ZoneInfo) -> bytes:
    """Return the calendar as bytes: CRLF, no line over 75 octets, moments in ``zone`` with its rules included."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    calendar.add("x-wr-timezone", zone.key)
    calendar.add("refresh-interval", vDuration(REFRESH_EVERY), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH_EVERY))
    events = list(entries)
    moments = [entry.starts for entry in events if isinstance(entry.starts, datetime)]
    if moments and zone.key != "UTC":
        calendar.add_component(time_zone(zone, min(moments).astimezone(zone).year - 1))
    for entry in events:
        calendar.add_component(_event(entry, zone))
    return bytes(calendar.to_ical(sorted=False))


def _event(entry: CalendarEntry, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{site_host()}")
    # Not the time of this answer: what has not changed has to look unchanged.
    stamp = (entry.changed_at or datetime(2020, 1, 1, tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", entry.sequence)
    event.add("summary", entry.title)
    if isinstance(entry.starts, datetime):
        start = entry.starts.astimezone(zone if zone.key != "UTC" else UTC)
        # Added in UTC: an hour is an hour even in the night in which the clocks change.
        end = (start.astimezone(UTC) + timedelta(minutes=entry.minutes)).astimezone(start.tzinfo)
        event.add("dtstart", start)
        event.add("dtend", end)
    else:
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.starts + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    for name, value in (("description", entry.text), ("location", entry.place), ("url", entry.url)):
        if value:
            event.add(name, value)
    return event


def site_host() -> str:
    """Return the host name that makes event names unique in the world."""
    return urlsplit(settings.BASE_URL).hostname or "pilotage.invalid"


@dataclass(frozen=True, slots=True)
class _Change:
    """The clocks change on ``day`` at ``at`` on the wall, from one offset to another."""

    at: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str
    is_daylight: bool

    @property
    def rule(self) -> tuple[int, int, str, tuple[int, int], timedelta, timedelta]:
        """Month, which weekday of it (-1: the last), weekday, time and offsets; equal in all years of a steady rule."""
        in_last_week = (self.at + timedelta(days=7)).month != self.at.month
        which = -1 if in_last_week else (self.at.day - 1) // 7 + 1
        wall = (self.at.hour, self.at.minute)
        return (self.at.month, which, WEEKDAYS[self.at.weekday()], wall, self.offset_from, self.offset_to)


def time_zone(zone: ZoneInfo, first_year: int) -> Timezone:
    """Return the VTIMEZONE of ``zone``: yearly rules where they are steady, which every calendar program understands;
    else each change by its date."""
    years = [_changes(zone, year) for year in range(first_year, first_year + YEARS_COMPARED)]
    rules = [[change.rule for change in changes] for changes in years]
    if any(one != rules[0] for one in rules):
        return Timezone.from_tzid(zone.key, first_date=date(first_year, 1, 1), last_date=LAST_YEAR)
    component = Timezone()
    component.add("tzid", zone.key)
    if not years[0]:
        start = datetime(first_year, 1, 1, tzinfo=zone)
        offset = start.utcoffset() or timedelta()
        component.add_component(_observance(TimezoneStandard(), start, offset, offset, start.tzname() or zone.key))
    for change in years[0]:
        part: Observance = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
        observance = _observance(part, change.at, change.offset_from, change.offset_to, change.name)
        month, which, weekday, *_ = change.rule
        observance.add("rrule", {"freq": "yearly", "bymonth": month, "byday": f"{which}{weekday}"})
        component.add_component(observance)
    return component


def _observance(
    part: Observance, start: datetime, offset_from: timedelta, offset_to: timedelta, name: str
) -> Observance:
    part.add("dtstart", start.replace(tzinfo=None))
    part.add("tzoffsetfrom", offset_from)
    part.add("tzoffsetto", offset_to)
    part.add("tzname", name)
    return part


def _changes(zone: ZoneInfo, year: int) -> list[_Change]:
    """Return when the clocks change in ``year``, found by looking at every hour around a day whose offset moves."""
    found = []
    hour, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    day = timedelta(days=1)
    while hour < end:
        if _offset(hour, zone) == _offset(hour + day, zone):
            hour += day
            continue
        before = _offset(hour, zone)
        low, high = hour, hour + day
        while high - low > timedelta(minutes=1):
            middle = low + (high - low) / 2
            low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
        moment = high.replace(second=0, microsecond=0)
        after = _offset(moment, zone)
        local = moment.astimezone(zone)
        wall = (moment + before).replace(tzinfo=None)
        found.append(_Change(wall, before, after, local.tzname() or zone.key, bool(local.dst())))
        hour += day
    return found


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
