"""Who looked at a board when, so that the next visit can say what is different."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from people.api import User, now
from rollout.models import Program, ProgramVisit

VISIT_LASTS = timedelta(minutes=30)
"""How long after the last look the same visit goes on: a reload must not swallow what it has just told."""
WRITTEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Seen:
    """What to compare with: how the program stood when the visit before ended, and when that was. ``since`` is None
    on the very first visit."""

    state: Mapping[str, Any]
    since: datetime | None


def note_visit(*, program: Program, person: User, state: Mapping[str, Any]) -> Seen:
    """Note that ``person`` looks at the board while the program stands as ``state``; return what to compare it with.

    1 query, and one more when there is something to write down. Two looks at once end as one.
    """
    moment = now()
    visit = ProgramVisit.objects.filter(program=program, person=person).first()
    if visit is None:
        first = ProgramVisit(
            program=program, person=person, baseline=state, baseline_at=moment, latest=state, seen_at=moment
        )
        ProgramVisit.objects.bulk_create([first], ignore_conflicts=True)
        return Seen(state, None)
    mine = ProgramVisit.objects.filter(pk=visit.pk)
    if moment - visit.seen_at > VISIT_LASTS:
        mine.update(baseline=visit.latest, baseline_at=visit.seen_at, latest=state, seen_at=moment)
        return Seen(visit.latest, visit.seen_at)
    if visit.latest != state or moment - visit.seen_at > WRITTEN_EVERY:
        mine.update(latest=state, seen_at=moment)
    return Seen(visit.baseline, visit.baseline_at)


def mark_seen(*, program: Program, person: User, state: Mapping[str, Any]) -> None:
    """Take everything as seen: what is told from now on differs from ``state``."""
    moment = now()
    ProgramVisit.objects.update_or_create(
        program=program,
        person=person,
        defaults={"baseline": state, "baseline_at": moment, "latest": state, "seen_at": moment},
    )
