"""Calendar files as two independent libraries read them, over changes of clocks and a leap day."""

import warnings
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from rollout.ical import calendar_file, site_host, time_zone
from rollout.queries.calendar_entries import CalendarEntry

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import vobject

BERLIN = ZoneInfo("Europe/Berlin")
LONG = "Abstimmungsgespräch über Schlüsselergebnisse, Bereichsübergreifende Zusammenarbeit; "


def meeting(start: datetime, **fields) -> CalendarEntry:
    return CalendarEntry(**{"key": "meeting-7", "title": "Weekly check-in", "starts": start, "minutes": 30, **fields})


def file_of(*entries: CalendarEntry, zone: ZoneInfo = BERLIN) -> bytes:
    return calendar_file(entries, title="Pilot in Köln", zone=zone)


def events_of(body: bytes) -> list:
    return icalendar.Calendar.from_ical(body).walk("VEVENT")


def test_file_has_what_outlook_google_and_apple_ask_for():
    body = file_of(meeting(datetime(2026, 3, 30, 9, tzinfo=BERLIN)))
    text = body.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\nPRODID:-//Pilotage//Pilotage//EN\r\nVERSION:2.0\r\n")
    for line in (
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Pilot in Köln",
        "X-WR-TIMEZONE:Europe/Berlin",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        f"UID:meeting-7@{site_host()}",
        "DTSTART;TZID=Europe/Berlin:20260330T090000",
        "TZID:Europe/Berlin",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    ):
        assert f"\r\n{line}\r\n" in text
    assert text.endswith("END:VCALENDAR\r\n")


def test_lines_are_folded_and_texts_escaped():
    body = file_of(
        meeting(datetime(2026, 3, 30, 9, tzinfo=BERLIN), title=LONG * 4, text="First\nSecond, third; \\ end")
    )
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert b"\n" not in body.replace(b"\r\n", b"")
    [event] = events_of(body)
    assert (event["summary"], event["description"]) == (LONG * 4, "First\nSecond, third; \\ end")
    read = vobject.readOne(body.decode())
    assert read.vevent.summary.value == LONG * 4


@pytest.mark.parametrize("day", [date(2026, 3, 23), date(2026, 3, 30), date(2026, 10, 26)])
def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_a_change_of_clocks(day):
    moment = datetime.combine(day, time(9), BERLIN)
    body = file_of(meeting(moment.astimezone(UTC)))
    [event] = events_of(body)
    assert event.decoded("dtstart").astimezone(UTC) == moment
    assert event.decoded("dtstart").hour == 9
    read = vobject.readOne(body.decode()).vevent
    assert read.dtstart.value.astimezone(UTC) == moment
    assert read.dtend.value.astimezone(UTC) - moment == timedelta(minutes=30)


def test_meeting_over_the_change_of_clocks_lasts_as_long_as_it_lasts():
    start = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)
    [event] = events_of(file_of(meeting(start, minutes=60)))
    assert event.decoded("dtend").astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=1)
    assert event.decoded("dtend").hour == 3


def test_leap_day_lasts_all_day_and_ends_on_the_first_of_march():
    body = file_of(CalendarEntry("item-3", "Due", date(2028, 2, 29)))
    assert b"DTSTART;VALUE=DATE:20280229\r\nDTEND;VALUE=DATE:20280301\r\n" in body
    assert b"TRANSP:TRANSPARENT" in body
    assert b"VTIMEZONE" not in body
    assert vobject.readOne(body.decode()).vevent.dtstart.value == date(2028, 2, 29)
    [event] = events_of(body)
    assert event.decoded("dtstart") == date(2028, 2, 29)


def test_leap_day_in_the_zone_rules_of_another_hemisphere():
    start = datetime(2028, 2, 29, 9, tzinfo=ZoneInfo("Australia/Sydney"))
    body = file_of(meeting(start), zone=ZoneInfo("Australia/Sydney"))
    assert vobject.readOne(body.decode()).vevent.dtstart.value.astimezone(UTC) == start
    assert events_of(body)[0].decoded("dtstart").astimezone(UTC) == start


def test_change_and_cancellation_keep_the_name_and_raise_the_sequence():
    start = datetime(2026, 3, 30, 9, tzinfo=BERLIN)
    changed = datetime(2026, 3, 1, 8, 0, 0, 5, tzinfo=UTC)
    first, second = (
        events_of(file_of(meeting(start)))[0],
        events_of(file_of(meeting(start, sequence=2, is_cancelled=True, changed_at=changed)))[0],
    )
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (0, 2)
    assert (first["status"], second["status"]) == ("CONFIRMED", "CANCELLED")
    assert second.decoded("last-modified") == changed.replace(microsecond=0)


def test_what_has_not_changed_gives_the_same_file():
    entry = meeting(datetime(2026, 3, 30, 9, tzinfo=BERLIN))
    assert file_of(entry) == file_of(entry)


def test_utc_needs_no_zone_and_an_empty_calendar_is_one():
    body = file_of(meeting(datetime(2026, 3, 30, 9, tzinfo=UTC)), zone=ZoneInfo("UTC"))
    assert b"DTSTART:20260330T090000Z" in body
    assert b"VTIMEZONE" not in body
    assert icalendar.Calendar.from_ical(file_of()).walk("VEVENT") == []


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Africa/Casablanca",
    ],
)
def test_rules_of_a_zone_say_what_the_time_zone_database_says(name):
    zone = ZoneInfo(name)
    read = time_zone(zone, 2026).to_tz()
    for number in range(0, 2 * 365, 5):
        moment = datetime(2026, 6, 1, 12, tzinfo=UTC) + timedelta(days=number)
        local = moment.astimezone(zone).replace(tzinfo=None)
        assert local.replace(tzinfo=read).utcoffset() == moment.astimezone(zone).utcoffset(), (name, local)
