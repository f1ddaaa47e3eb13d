"""When things happen at Nordwind: weeks counted from the first day of the pilot's first cycle, always a Monday."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cms.models import DemoCompany

Stage = DemoCompany.Stage
WEEKS_FROM_NOW = {Stage.KICKOFF: 8, Stage.TRAINING: 2, Stage.FIRST_CYCLE: -5, Stage.ROLLOUT: -30}
"""In which week, seen from the day of loading, the first cycle begins."""

CYCLE_WEEKS = 13
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)


@dataclass(frozen=True)
class DemoDates:
    """``today`` is the day of loading, ``start`` the first day of the first cycle, both in ``zone``."""

    today: date
    start: date
    zone: ZoneInfo

    @classmethod
    def of(cls, stage: str, today: date, zone: ZoneInfo) -> "DemoDates":
        monday = today - timedelta(days=today.weekday())
        return cls(today, monday + timedelta(weeks=WEEKS_FROM_NOW[Stage(stage)]), zone)

    def day(self, week: int, weekday: int) -> date:
        """Return a day of the week that begins ``week`` weeks after the start (before it when negative)."""
        return self.start + timedelta(weeks=week, days=weekday)

    def at(self, week: int, weekday: int, hour: int, minute: int = 0) -> datetime:
        """Return a moment on the wall clock of the company, as an aware datetime in UTC."""
        return self.on(self.day(week, weekday), hour, minute)

    def on(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Return a moment on ``day``."""
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)

    def ago(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """Return a moment so many days before the day of loading."""
        return self.on(self.today - timedelta(days=days), hour, minute)

    def workday(self, days: int) -> date:
        """Return the day so many days after today (before it when negative), moved off the weekend away from today."""
        day, step = self.today + timedelta(days=days), timedelta(days=1 if days > 0 else -1)
        while day.weekday() > FRIDAY:
            day += step
        return day
