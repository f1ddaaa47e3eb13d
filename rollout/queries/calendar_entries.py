"""An event as calendars show it, wherever it comes from."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One event. ``key`` such as meeting-12 names it for ever; ``starts`` is an aware moment, or a day for what lasts
    all day. ``sequence`` rises with every change that calendars have to be told."""

    key: str
    title: str
    starts: datetime | date
    minutes: int = 0
    changed_at: datetime | None = None
    sequence: int = 0
    is_cancelled: bool = False
    text: str = ""
    url: str = ""
    place: str = ""
