"""Does every team have its meetings in the first cycle's calendar?"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import CharField, Value

from people.api import Unit, end_of_day
from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext, missing_thing
from rollout.models import Finding, Meeting, RosterMember

# Planning usually stands in the days before a cycle and the retrospective in the days after it.
MARGIN = timedelta(days=14)


@evidence_source("meeting_dates_set")
def meeting_dates_set(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when every team of the roster (or the wave, for meetings held per wave) has each meeting named in
    ``meetings`` at least once within the first cycle, give or take two weeks."""
    wave = context.wave
    if wave.starts_on is None or wave.ends_on is None:
        return [
            check.finding(
                Finding.Status.NOT_MET,
                "The first cycle has no dates yet, so no meeting can lie within it",
                fix_label="Set the dates of the first cycle",
                fix_url=context.screen("wave_dates"),
            )
            for check in checks
        ]
    if not context.teams:
        return [
            check.finding(
                Finding.Status.NOT_MET,
                "The roster is empty, so there are no teams to plan meetings for",
                fix_label="Add people to the roster",
                fix_url=context.screen("roster"),
            )
            for check in checks
        ]
    planned, names = _planned(wave.pk, wave.starts_on, wave.ends_on)
    return [_finding(context, check, _gaps(context, check, planned), names) for check in checks]


def _planned(wave_id: int, starts_on: date, ends_on: date) -> tuple[dict[str, set[int | None]], dict[int, str]]:
    """Return the teams that have a meeting in the cycle, by kind (None stands for the whole wave), and the names of
    the roster's teams. One query for both."""
    first, last = end_of_day(starts_on - MARGIN - timedelta(days=1)), end_of_day(ends_on + MARGIN)
    meetings = Meeting.objects.filter(wave=wave_id, cancelled_at__isnull=True, starts_at__gt=first, starts_at__lte=last)
    teams = Unit.objects.filter(pk__in=RosterMember.objects.filter(wave=wave_id).order_by().values("team_id"))
    no_text = Value("", output_field=CharField())
    rows = (
        meetings.order_by()
        .values_list("kind", "team_id", no_text)
        .union(teams.order_by().values_list(no_text, "pk", "name"))
    )
    planned: dict[str, set[int | None]] = defaultdict(set)
    names: dict[int, str] = {}
    for kind, team_id, name in rows:
        if kind:
            planned[kind].add(team_id)
        elif team_id is not None:
            names[team_id] = name
    return planned, names


def _keys(context: WaveContext, check: Check) -> list[str]:
    return check.parameters.get("meetings") or [meeting.key for meeting in context.content.meetings]


def _gaps(context: WaveContext, check: Check, planned: dict[str, set[int | None]]) -> dict[int | None, list[str]]:
    """Return the missing kinds by team (None: the wave's own meetings)."""
    per_wave = {meeting.key for meeting in context.content.meetings if meeting.per == "wave"}
    gaps: dict[int | None, list[str]] = defaultdict(list)
    for key in _keys(context, check):
        have = planned.get(key, set())
        if key in per_wave:
            if None not in have:
                gaps[None].append(key)
        else:
            for team in context.teams - have:
                gaps[team].append(key)
    return gaps


def _finding(context: WaveContext, check: Check, gaps: dict[int | None, list[str]], names: dict[int, str]) -> Finding:
    titles = {meeting.key: meeting.title.lower() for meeting in context.content.meetings}
    teams = len(context.teams)
    without = sum(team is not None for team in gaps)
    missing = sorted(
        (
            missing_thing(
                "The whole wave" if team is None else names.get(team, "A team"),
                f"has no date for: {', '.join(titles.get(key, key) for key in kinds)}",
            )
            for team, kinds in gaps.items()
        ),
        key=lambda row: row["name"],
    )
    summary = f"{teams - without} of {teams} teams have all their meetings in the first cycle"
    if None in gaps:
        summary += ", and meetings of the whole wave are missing"
    return check.finding(
        Finding.Status.NOT_MET if gaps else Finding.Status.MET,
        summary,
        value=f"{teams - without} teams",
        target=f"{teams} teams",
        missing=missing,
        fix_label="Plan the meetings",
        fix_url=context.screen("meetings"),
    )
