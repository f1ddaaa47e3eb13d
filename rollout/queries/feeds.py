"""What a subscribed calendar shows: one person's dates, or those of one program. Read fresh, in a fixed number of
queries."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from courses import api as courses
from people.api import Unit, User, now, today
from rollout.models import (
    CalendarFeed,
    ChecklistItem,
    Finding,
    Meeting,
    Program,
    RoleAssignment,
    RosterMember,
    Statement,
    Step,
    Wave,
)
from rollout.queries.calendar_entries import CalendarEntry
from rollout.queries.programs import content_of

SHOWN_BACK = timedelta(days=60)
SHOWN_AHEAD = timedelta(days=550)
EVENTS_AT_MOST = 5000
ANSWERED = (
    Statement.Kind.ATTESTED,
    Statement.Kind.DOCUMENTED,
    Statement.Kind.CLAIMED,
    Statement.Kind.CONFIRMED,
    Statement.Kind.NOT_APPLICABLE,
)
FIRST_CHANGE = datetime(2020, 1, 1, tzinfo=UTC)


def token_sha256(token: str) -> str:
    """Return what is kept of a secret address."""
    return hashlib.sha256(token.encode()).hexdigest()


def live_feed(token: str) -> CalendarFeed | None:
    """Return the feed of a secret address that is neither revoked nor of somebody who left. 1 query."""
    found = CalendarFeed.objects.filter(
        token_sha256=token_sha256(token), revoked_at__isnull=True, person__is_active=True
    )
    return found.select_related("person", "program__playbook_version", "program__created_by").first()


def live_feeds_of(person: User) -> dict[int | None, CalendarFeed]:
    """Return the person's addresses that work, by program id; None is their own calendar. 1 query."""
    return {feed.program_id: feed for feed in person.calendar_feeds.filter(revoked_at__isnull=True)}


def entries_of_person(person: User) -> list[CalendarEntry]:
    """Return what concerns one person: meetings of their team and wave, sessions, and, in programs they carry, the
    gates and the questions they answer. 9 queries for any number of programs."""
    held: dict[int, set[str]] = defaultdict(set)
    for program_id, key in (
        RoleAssignment.objects.open().of(person.pk).order_by().values_list("slot__program_id", "slot__key")
    ):
        held[program_id].add(key)
    programs = {
        program.pk: program for program in Program.objects.filter(pk__in=held).exclude(state=Program.State.STOPPED)
    }
    places = RosterMember.objects.filter(wave=OuterRef("wave"), person=person, left_on__isnull=True)
    meetings = _meetings().filter(
        Q(Exists(places.filter(team=OuterRef("team"))))
        | Q(Exists(places), team__isnull=True)
        | Q(team__isnull=True, wave__program__in=programs)
    )
    entries = [_meeting_entry(meeting, link=False) for meeting in meetings[:EVENTS_AT_MOST]]
    entries += [_session_entry(session) for session in courses.calendar_sessions(person, since=now() - SHOWN_BACK)]
    steps = list(_steps(programs.values()))
    entries += [_gate_entry(step) for step in steps]
    entries += [_item_entry(item) for item in _open_items(held, steps)]
    return entries


def entries_of_program(program: Program) -> list[CalendarEntry]:
    """Return the program's meetings and gates. 3 queries."""
    meetings = _meetings().filter(wave__program=program)[:EVENTS_AT_MOST]
    entries = [_meeting_entry(meeting, link=True) for meeting in meetings]
    return entries + [_gate_entry(step) for step in _steps([program])]


def _meetings() -> QuerySet[Meeting]:
    """Meetings around today, called-off ones too: a calendar has to learn that they are."""
    return (
        Meeting.objects.filter(starts_at__gte=now() - SHOWN_BACK, starts_at__lte=now() + SHOWN_AHEAD)
        .select_related("team", "wave__program__playbook_version")
        .order_by("starts_at", "pk")
    )


def _steps(programs: Iterable[Program]) -> list[Step]:
    chosen = list(programs)
    first, last = today() - SHOWN_BACK, today() + SHOWN_AHEAD
    waves = {wave.pk: wave for wave in Wave.objects.filter(program__in=chosen).select_related("program")}
    steps = Step.objects.filter(wave__in=list(waves), target_on__gte=first, target_on__lte=last)
    found = list(steps.exclude(state__in=(*Step.PASSED_STATES, Step.State.STOPPED)).order_by("target_on", "pk"))
    for step in found:
        step.wave = waves[step.wave_id]
    return found


def _open_items(held: dict[int, set[str]], steps: list[Step]) -> list[ChecklistItem]:
    """Items of steps that are not passed, for which one of the held roles is responsible and nobody has answered."""
    by_id = {step.pk: step for step in steps}
    roles = {key for keys in held.values() for key in keys}
    latest = Statement.objects.filter(item=OuterRef("pk")).order_by("-at", "-pk").values("kind")[:1]
    findings = Finding.objects.filter(item=OuterRef("pk"))
    items = (
        ChecklistItem.objects.filter(step__in=list(by_id), due_on__isnull=False, responsible__in=roles)
        .annotate(last_said=Coalesce(Subquery(latest), Value("")))
        .exclude(Q(checks=[]) & Q(last_said__in=ANSWERED))
        .exclude(~Q(checks=[]) & Q(Exists(findings)) & ~Q(Exists(findings.exclude(status=Finding.Status.MET))))
        .order_by("due_on", "pk")
    )
    found: list[ChecklistItem] = []
    for item in items:
        item.step = by_id[item.step_id]
        if item.responsible in held[item.step.wave.program_id]:
            found.append(item)
    return found


def _meeting_entry(meeting: Meeting, *, link: bool) -> CalendarEntry:
    wave = meeting.wave
    part = next((one for one in content_of(wave.program.playbook_version).meetings if one.key == meeting.kind), None)
    title = part.title if part is not None else meeting.kind.replace("_", " ").capitalize()
    team: Unit | None = meeting.team
    texts = [f"{wave.program.title}, {wave.title}"]
    if meeting.cancelled_at is not None:
        texts.insert(0, f"Called off. {meeting.cancel_reason}".strip())
    elif part is not None and part.summary:
        texts.insert(0, part.summary)
    address = reverse("rollout:meeting_list", args=[wave.program.slug, wave.number])
    return CalendarEntry(
        key=f"meeting-{meeting.pk}",
        title=f"{title}, {team.name}" if team is not None else title,
        starts=meeting.starts_at,
        minutes=meeting.minutes,
        changed_at=meeting.changed_at,
        sequence=meeting.sequence,
        is_cancelled=meeting.cancelled_at is not None,
        text="\n".join(texts),
        url=_full(address) if link else "",
    )


def _session_entry(session: courses.CalendarSession) -> CalendarEntry:
    return CalendarEntry(
        key=f"session-{session.id}",
        title=session.title,
        starts=session.starts_at,
        minutes=int((session.ends_at - session.starts_at).total_seconds() // 60),
        changed_at=session.planned_at,
        sequence=int(session.is_cancelled),
        is_cancelled=session.is_cancelled,
        place=session.place,
        url=_full(reverse("courses:session", args=[session.id])),
    )


def _gate_entry(step: Step) -> CalendarEntry:
    assert step.target_on is not None  # noqa: S101 - only steps with a date are read
    wave = step.wave
    return CalendarEntry(
        key=f"gate-{step.pk}",
        title=f"Gate due: step {step.number}, {step.title}",
        starts=step.target_on,
        changed_at=step.target_changed_at,
        sequence=_sequence(step.target_changed_at),
        text=f"{wave.program.title}, {wave.title}",
        url=_full(reverse("rollout:gate", args=[wave.program.slug, wave.number, step.key])),
    )


def _item_entry(item: ChecklistItem) -> CalendarEntry:
    assert item.due_on is not None  # noqa: S101 - only items with a date are read
    step = item.step
    place = [step.wave.program.slug, step.wave.number, step.key, item.key]
    return CalendarEntry(
        key=f"item-{item.pk}",
        title=f"Due: {item.question}",
        starts=item.due_on,
        changed_at=item.due_changed_at,
        sequence=_sequence(item.due_changed_at),
        text=f"{step.wave.program.title}, step {step.number}, {step.title}",
        url=_full(reverse("rollout:item", args=place)),
    )


def _sequence(changed_at: datetime | None) -> int:
    """Return a number that rises with every change: minutes since 2020."""
    return int((changed_at - FIRST_CHANGE).total_seconds() // 60) if changed_at is not None else 0


def _full(address: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{address}"
