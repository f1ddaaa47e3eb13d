"""When the cycle's meetings take place: planned in bulk, for every team or for the whole wave."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import F

from people.api import Refused, Unit, User, announce, end_of_day, log, now, organization_zone, require, today
from rollout.models import Meeting, Wave
from rollout.models.playbook_content import MeetingContent
from rollout.queries.meeting_plan import MeetingPlan, meeting_plan
from rollout.queries.programs import content_of
from rollout.rules.meetings import may_change_meeting, may_generate_meetings
from rollout.rules.programs import may_set_dates
from rollout.services.locks import lock_wave
from rollout.signals import wave_changed

WEEKS_WITHOUT_AN_END = 13
WEEKS_AT_MOST = 60
MINUTES_AT_MOST = 600
OUT_OF_THE_WAY = timedelta(weeks=52_000)
"""Meetings of a series step onto each other's dates while they move, so all of them step aside first."""


@transaction.atomic
def plan_meetings(
    *,
    wave: Wave,
    kind: str,
    first_start: datetime,
    actor: User,
    teams: Iterable[Unit] | None = None,
    weeks: int | None = None,
    minutes: int | None = None,
) -> int:
    """Plan a kind of meeting for every team of the roster (or the given ``teams``), or once for the wave when the
    playbook has it per wave; return how many dates are new.

    A weekly kind repeats from ``first_start`` (aware) to the end of the first cycle at the same time on the
    organization's clock, or for ``weeks`` dates; another kind takes place once unless ``weeks`` says more. Dates that
    stand already stay, so planning twice changes nothing. Refused: an unknown kind, a roster without teams, and more
    than 60 dates.
    """
    if first_start.tzinfo is None:
        raise ValueError("A meeting needs an aware time.")
    wave = lock_wave(wave.pk)
    require(may_set_dates(actor, wave.program))
    content = content_of(wave.program.playbook_version)
    meeting = next((meeting for meeting in content.meetings if meeting.key == kind), None)
    if meeting is None:
        raise Refused(f"The playbook has no meeting named “{kind}”.")
    team_ids = _teams(wave, meeting, teams)
    starts = list(_starts(wave, meeting, first_start, weeks))
    standing: set[tuple[int | None, datetime]] = set(
        Meeting.objects.filter(wave=wave, kind=kind, starts_at__in=starts, cancelled_at__isnull=True).values_list(
            "team_id", "starts_at"
        )
    )
    cancelled = Meeting.objects.filter(wave=wave, kind=kind, starts_at__in=starts, cancelled_at__isnull=False)
    revived = [row for row in cancelled if row.team_id in team_ids and (row.team_id, row.starts_at) not in standing]
    for row in revived:
        row.cancelled_at, row.cancel_reason, row.minutes = None, "", minutes or meeting.minutes
        row.sequence, row.changed_at = row.sequence + 1, now()
    Meeting.objects.bulk_update(
        revived, ["cancelled_at", "cancel_reason", "minutes", "sequence", "changed_at"], batch_size=500
    )
    standing |= {(row.team_id, row.starts_at) for row in revived}
    new = Meeting.objects.bulk_create(
        (
            Meeting(
                wave=wave,
                kind=kind,
                team_id=team_id,
                starts_at=start,
                minutes=minutes or meeting.minutes,
                planned_by=actor,
                planned_at=now(),
            )
            for team_id in team_ids
            for start in starts
            if (team_id, start) not in standing
        ),
        batch_size=1000,
    )
    planned = len(new) + len(revived)
    if planned:
        log(wave, "rollout.meetings_planned", user=actor, data={"kind": kind, "planned": planned})
        announce(wave_changed, wave_id=wave.pk)
    return planned


def _teams(wave: Wave, meeting: MeetingContent, teams: Iterable[Unit] | None) -> list[int | None]:
    if meeting.per == "wave":
        return [None]
    on_roster = set(wave.roster.counted(today()).order_by().values_list("team_id", flat=True).distinct())
    wanted = on_roster if teams is None else {team.pk for team in teams}
    if strangers := wanted - on_roster:
        names = ", ".join(Unit.objects.filter(pk__in=strangers).values_list("name", flat=True)[:5])
        raise Refused(f"{names or 'This team'} is not a team of the roster.")
    if not wanted:
        raise Refused("The roster names no teams yet, so there is nobody to plan meetings for.")
    return sorted(wanted)


def _starts(wave: Wave, meeting: MeetingContent, first_start: datetime, weeks: int | None) -> Iterator[datetime]:
    """Yield the dates at the same time on the organization's wall clock, whatever the clocks do in between."""
    local = first_start.astimezone(organization_zone())
    if weeks is None:
        weeks = _weeks_of_cycle(wave, first_start) if meeting.cadence == "weekly" else 1
    if not 1 <= weeks <= WEEKS_AT_MOST:
        raise Refused(f"A series of meetings has 1 to {WEEKS_AT_MOST} dates.")
    for week in range(weeks):
        # Arithmetic on an aware time moves the wall clock; the moment follows from the zone's rules.
        yield (local + timedelta(weeks=week)).astimezone(first_start.tzinfo)


def _weeks_of_cycle(wave: Wave, first_start: datetime) -> int:
    if wave.ends_on is None:
        return WEEKS_WITHOUT_AN_END
    return max(1, (end_of_day(wave.ends_on) - first_start).days // 7 + 1)


@transaction.atomic
def generate_meetings(
    *, wave: Wave, actor: User, times: Mapping[str, time] | None = None, seen: str = ""
) -> MeetingPlan:
    """Make all meetings of the first cycle from the playbook, on working days of each team; return what was done.

    ``times`` is the time of day by meeting key, on the organization's clock; without one the meeting keeps the time it
    has, or takes the playbook's. Doing it again moves what has to move and calls off what is no longer wanted, but
    never touches a meeting that somebody planned, moved or called off by hand, nor one that is over. ``seen`` is the
    mark of the preview (``MeetingPlan.digest``): when something else would happen now, nothing does. Refused as every
    change of dates, without dates of the cycle, and without teams.
    """
    wave = lock_wave(wave.pk)
    require(may_generate_meetings(actor, wave))
    plan = meeting_plan(wave, times)
    if not plan.teams:
        raise Refused("The roster names no teams yet, so there is nobody to plan meetings for.")
    if seen and seen != plan.digest:
        raise Refused("Dates have changed since you opened this preview, so nothing was planned. Look at it again.")
    if not plan.changes:
        return plan
    at = now()
    for meeting in plan.dropped:
        meeting.cancelled_at, meeting.cancel_reason = at, "No longer part of the cycle."
        meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
    for meeting, start in plan.moved:
        meeting.starts_at, meeting.cancelled_at, meeting.cancel_reason = start, None, ""
        meeting.sequence, meeting.changed_at = meeting.sequence + 1, at
    write_meetings([*plan.dropped, *(meeting for meeting, _ in plan.moved)])
    Meeting.objects.bulk_create(
        (
            Meeting(
                wave=wave,
                kind=one.kind,
                team_id=one.team_id,
                occurrence=one.occurrence,
                starts_at=one.starts_at,
                minutes=one.minutes,
                planned_by=actor,
                planned_at=at,
                changed_at=at,
            )
            for one in plan.new
        ),
        batch_size=1000,
    )
    data = {"new": len(plan.new), "moved": len(plan.moved), "cancelled": len(plan.dropped)}
    log(wave, "rollout.meetings_generated", user=actor, data=data)
    announce(wave_changed, wave_id=wave.pk)
    return plan


def write_meetings(meetings: Sequence[Meeting]) -> None:
    """Write times, cancellations and change marks of many meetings of a series, whose dates may change places."""
    ids = [meeting.pk for meeting in meetings]
    for first in range(0, len(ids), 500):
        Meeting.objects.filter(pk__in=ids[first : first + 500]).update(starts_at=F("starts_at") + OUT_OF_THE_WAY)
    fields = ["starts_at", "cancelled_at", "cancel_reason", "sequence", "changed_at"]
    Meeting.objects.bulk_update(meetings, fields, batch_size=500)


@transaction.atomic
def move_meeting(*, meeting: Meeting, actor: User, starts_at: datetime, minutes: int | None = None) -> Meeting:
    """Move a meeting to another time (aware), or change how long it lasts. It then stays when others are generated.

    Refused as every change of dates, when it is called off or over, into the past, for more than ten hours, and onto
    another meeting of the same kind and team.
    """
    if starts_at.tzinfo is None:
        raise ValueError("A meeting needs an aware time.")
    wave = lock_wave(meeting.wave_id)
    meeting = Meeting.objects.select_related("team").get(pk=meeting.pk)
    meeting.wave = wave
    require(may_change_meeting(actor, meeting))
    minutes = meeting.minutes if minutes is None else minutes
    if not 1 <= minutes <= MINUTES_AT_MOST:
        raise Refused(f"A meeting lasts 1 to {MINUTES_AT_MOST} minutes.")
    if (meeting.starts_at, meeting.minutes) == (starts_at, minutes):
        return meeting
    if starts_at <= now():
        raise Refused("A meeting can only be moved to a time in the future.")
    same = Meeting.objects.filter(wave=wave, kind=meeting.kind, team=meeting.team, cancelled_at__isnull=True)
    if same.filter(starts_at=starts_at).exclude(pk=meeting.pk).exists():
        raise Refused("The team has a meeting of this kind at that time already.")
    before = meeting.starts_at
    meeting.starts_at, meeting.minutes = starts_at, minutes
    meeting.edited_at, meeting.changed_at, meeting.sequence = now(), now(), meeting.sequence + 1
    meeting.save(update_fields=["starts_at", "minutes", "edited_at", "changed_at", "sequence"])
    data = {
        "kind": meeting.kind,
        "meeting": meeting.pk,
        "from": before.isoformat(),
        "to": starts_at.isoformat(),
        "minutes": minutes,
    }
    log(wave, "rollout.meeting_moved", user=actor, data=data)
    announce(wave_changed, wave_id=wave.pk)
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, actor: User, reason: str) -> Meeting:
    """Call a meeting off, and say why; calendars show it as cancelled. Calling it off twice changes nothing."""
    wave = lock_wave(meeting.wave_id)
    require(may_set_dates(actor, wave.program))
    meeting = Meeting.objects.get(pk=meeting.pk)
    if meeting.cancelled_at is not None:
        return meeting
    if not (reason := reason.strip()):
        raise Refused("Say why the meeting is called off. The team reads it in the calendar.")
    meeting.cancelled_at = meeting.edited_at = meeting.changed_at = now()
    meeting.cancel_reason, meeting.sequence = reason[:300], meeting.sequence + 1
    meeting.save(update_fields=["cancelled_at", "cancel_reason", "edited_at", "changed_at", "sequence"])
    data = {"kind": meeting.kind, "meeting": meeting.pk, "reason": meeting.cancel_reason}
    log(wave, "rollout.meeting_cancelled", user=actor, data=data)
    announce(wave_changed, wave_id=wave.pk)
    return meeting
