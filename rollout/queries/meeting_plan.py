"""Which meetings the playbook wants in the first cycle, and how they differ from those that stand: only worked out."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from people.api import (
    Unit,
    WorkingDays,
    end_of_day,
    now,
    organization_zone,
    today,
    working_days_of,
    working_days_of_units,
)
from rollout.models import Meeting, Wave
from rollout.models.playbook_content import DueContent, MeetingContent
from rollout.queries.due_dates import wave_anchors
from rollout.queries.due_rules import Anchors, due_day
from rollout.queries.programs import content_of

ON_THE_FIRST_DAY = DueContent(anchor="cycle_start")
EVERY_DAY = WorkingDays(weekdays=frozenset(range(1, 8)))
AROUND = timedelta(weeks=4)
"""How far before and after the cycle a series planned by hand still counts as the cycle's."""

Place = tuple[str, int | None, int | None]
"""Which meeting of the series: kind, team (None: the wave), number."""


@dataclass(frozen=True, slots=True)
class WantedMeeting:
    """A meeting as the playbook wants it."""

    kind: str
    team_id: int | None
    occurrence: int
    starts_at: datetime
    minutes: int

    @property
    def place(self) -> Place:
        return (self.kind, self.team_id, self.occurrence)


@dataclass
class MeetingPlan:
    """What generating the meetings does: ``new`` ones, ``moved`` ones with their new start, ``dropped`` ones that are
    called off. ``kept`` were changed by hand and stay, ``by_hand`` are whole series that somebody planned."""

    times: dict[str, time]
    teams: dict[int, Unit]
    new: list[WantedMeeting] = field(default_factory=list)
    moved: list[tuple[Meeting, datetime]] = field(default_factory=list)
    dropped: list[Meeting] = field(default_factory=list)
    kept: list[Meeting] = field(default_factory=list)
    by_hand: set[tuple[str, int | None]] = field(default_factory=set)

    @property
    def changes(self) -> int:
        return len(self.new) + len(self.moved) + len(self.dropped)

    @property
    def digest(self) -> str:
        """A short mark of everything that would happen, to tell whether it is still what somebody looked at."""
        facts = [
            [[*one.place, one.starts_at.isoformat()] for one in self.new],
            [[meeting.pk, start.isoformat()] for meeting, start in self.moved],
            [meeting.pk for meeting in self.dropped],
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def meeting_plan(wave: Wave, times: Mapping[str, time] | None = None) -> MeetingPlan:
    """Return what generating the wave's meetings would do. 5 queries for any number of teams.

    ``times`` by meeting key; without one a meeting keeps the time of day it has, or takes the playbook's. The wave
    needs the dates of its cycle. Meetings that would lie in the past are not wanted any more.
    """
    content = content_of(wave.program.playbook_version)
    team_ids = wave.roster.counted(today()).order_by().values("team_id")
    teams = {unit.pk: unit for unit in Unit.objects.filter(pk__in=team_ids).order_by("path")}
    standing = list(Meeting.objects.filter(wave=wave).select_related("team").order_by("starts_at", "pk"))
    plan = MeetingPlan(_times(content.meetings, standing, times or {}), teams)
    days: dict[int | None, WorkingDays] = {None: working_days_of(wave.program.area)}
    for unit_id, own in working_days_of_units(teams.values()).items():
        days[unit_id] = own
    first, last = _around(wave)
    plan.by_hand = {
        (meeting.kind, meeting.team_id)
        for meeting in standing
        if meeting.occurrence is None and meeting.cancelled_at is None and first < meeting.starts_at <= last
    }
    wanted: dict[Place, WantedMeeting] = {}
    for part in content.meetings:
        for team_id in teams if part.per == "team" else (None,):
            if (part.key, team_id) not in plan.by_hand:
                for one in _series(part, team_id, wave_anchors(wave), days[team_id], plan.times[part.key]):
                    wanted[one.place] = one
    _compare(plan, wanted, standing)
    return plan


def _times(parts: tuple[MeetingContent, ...], standing: list[Meeting], chosen: Mapping[str, time]) -> dict[str, time]:
    zone = organization_zone()
    times = {part.key: time.fromisoformat(part.at) for part in parts}
    for meeting in standing:
        if meeting.kind in times and meeting.occurrence is not None and meeting.edited_at is None:
            times[meeting.kind] = meeting.starts_at.astimezone(zone).time()
    return {key: chosen.get(key, at) for key, at in times.items()}


def _around(wave: Wave) -> tuple[datetime, datetime]:
    starts_on, ends_on = wave.starts_on or today(), wave.ends_on or today()
    return end_of_day(starts_on - AROUND), end_of_day(ends_on + AROUND)


def _series(
    part: MeetingContent, team_id: int | None, anchors: Anchors, days: WorkingDays, at: time
) -> Iterator[WantedMeeting]:
    zone = organization_zone()
    for number, day in enumerate(_days(part, anchors, days)):
        # From the wall clock, so that nine o'clock stays nine o'clock when the clocks change.
        yield WantedMeeting(part.key, team_id, number, datetime.combine(day, at, zone), part.minutes)


def _days(part: MeetingContent, anchors: Anchors, days: WorkingDays) -> Iterator[date]:
    rule = part.when or ON_THE_FIRST_DAY
    if part.cadence != "weekly":
        if (day := due_day(rule, anchors, days)) is not None:
            yield day
        return
    week = timedelta(weeks=1)
    day, last = due_day(rule, anchors, EVERY_DAY), anchors.cycle_end
    while day is not None and last is not None and day <= last:
        shown = days.on_or_after(day)
        # A week without a working day up to the next meeting has none.
        if shown < day + week and shown <= last:
            yield shown
        day += week


def _compare(plan: MeetingPlan, wanted: Mapping[Place, WantedMeeting], standing: list[Meeting]) -> None:
    moment = now()
    open_places = dict(wanted)
    taken = {
        (meeting.kind, meeting.team_id, meeting.starts_at)
        for meeting in standing
        if meeting.cancelled_at is None and (meeting.occurrence is None or meeting.edited_at is not None)
    }
    for meeting in standing:
        if meeting.occurrence is None:
            continue
        one = open_places.pop((meeting.kind, meeting.team_id, meeting.occurrence), None)
        if meeting.edited_at is not None:
            plan.kept.append(meeting)
        elif meeting.starts_at <= moment and meeting.cancelled_at is None:
            continue
        elif one is None or one.starts_at <= moment:
            if meeting.cancelled_at is None:
                plan.dropped.append(meeting)
        elif (one.kind, one.team_id, one.starts_at) in taken:
            plan.kept.append(meeting)
        elif meeting.cancelled_at is not None or meeting.starts_at != one.starts_at:
            plan.moved.append((meeting, one.starts_at))
    plan.new = [
        one
        for one in open_places.values()
        if one.starts_at > moment and (one.kind, one.team_id, one.starts_at) not in taken
    ]
