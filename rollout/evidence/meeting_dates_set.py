"""Does every team have its meetings in the first cycle's calendar?"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from people.api import Unit, end_of_day
from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext, missing_thing
from rollout.models import Finding, Meeting

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
    planned = _planned(wave.pk, wave.starts_on, wave.ends_on)
    gaps_by_check = [_gaps(context, check, planned) for check in checks]
    incomplete = sorted({team for gaps in gaps_by_check for team in gaps if team is not None})
    names = dict(Unit.objects.filter(pk__in=incomplete).values_list("pk", "name")) if incomplete else {}
    return [_finding(context, check, gaps, names) for check, gaps in zip(checks, gaps_by_check, strict=True)]


def _planned(wave_id: int, starts_on: date, ends_on: date) -> dict[str, set[int | None]]:
    """Return the teams that have a meeting in the cycle, by kind; None stands for the whole wave."""
    first, last = end_of_day(starts_on - MARGIN - timedelta(days=1)), end_of_day(ends_on + MARGIN)
    rows = Meeting.objects.filter(wave=wave_id, cancelled_at__isnull=True, starts_at__gt=first, starts_at__lte=last)
    planned: dict[str, set[int | None]] = defaultdict(set)
    for kind, team_id in rows.order_by().values_list("kind", "team_id").distinct():
        planned[kind].add(team_id)
    return planned


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
