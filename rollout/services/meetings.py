"""When the cycle's meetings take place: planned in bulk, for every team or for the whole wave."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction

from people.api import Refused, Unit, User, announce, end_of_day, log, now, organization_zone, require, today
from rollout.models import Meeting, Wave
from rollout.models.playbook_content import MeetingContent
from rollout.queries.programs import content_of
from rollout.rules.programs import may_set_dates
from rollout.services.locks import lock_wave
from rollout.signals import wave_changed

WEEKS_WITHOUT_AN_END = 13
WEEKS_AT_MOST = 60


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
        row.cancelled_at, row.minutes = None, minutes or meeting.minutes
    Meeting.objects.bulk_update(revived, ["cancelled_at", "minutes"], batch_size=500)
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
def cancel_meeting(*, meeting: Meeting, actor: User) -> Meeting:
    """Call a meeting off. Calling it off twice changes nothing."""
    wave = lock_wave(meeting.wave_id)
    require(may_set_dates(actor, wave.program))
    meeting = Meeting.objects.get(pk=meeting.pk)
    if meeting.cancelled_at is None:
        meeting.cancelled_at = now()
        meeting.save(update_fields=["cancelled_at"])
        log(wave, "rollout.meeting_cancelled", user=actor, data={"kind": meeting.kind, "meeting": meeting.pk})
        announce(wave_changed, wave_id=wave.pk)
    return meeting
