from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cms.demo.dates import DemoDates

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 8)])
@pytest.mark.parametrize(
    ("stage", "start"),
    [
        ("kickoff", date(2026, 4, 27)),
        ("training", date(2026, 3, 16)),
        ("first-cycle", date(2026, 1, 26)),
        ("rollout", date(2025, 8, 4)),
    ],
)
def test_the_cycle_begins_on_the_same_monday_for_a_whole_week(day, stage, start):
    assert DemoDates.of(stage, day, BERLIN).start == start


def test_moments_stand_on_the_wall_clock_whatever_the_season():
    dates = DemoDates(date(2026, 3, 4), date(2026, 3, 16), BERLIN)
    assert dates.at(0, 0, 9) == datetime(2026, 3, 16, 8, tzinfo=UTC)
    assert dates.at(3, 0, 9) == datetime(2026, 4, 6, 7, tzinfo=UTC)
    assert dates.at(-1, 4, 9, 30) == datetime(2026, 3, 13, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("today", "days", "expected"),
    [
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # Friday to Monday
        (date(2026, 3, 9), -1, date(2026, 3, 6)),  # Monday to Friday
        (date(2026, 3, 8), -1, date(2026, 3, 6)),  # Sunday to Friday
        (date(2026, 3, 4), 1, date(2026, 3, 5)),
    ],
)
def test_workdays_move_off_the_weekend_away_from_today(today, days, expected):
    assert DemoDates(today, date(2026, 3, 16), BERLIN).workday(days) == expected
