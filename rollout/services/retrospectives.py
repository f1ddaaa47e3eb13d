"""Reminding teams of a retrospective two weeks before it: once for each meeting, one mail to each person."""

import logging
from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from people.api import Membership, User, now
from rollout.models import Meeting, Program, RetrospectiveReminder
from rollout.notifications.retrospectives import send_retrospective_reminder
from rollout.queries.holders import PROJECT_LEAD, Holders, holders_in

logger = logging.getLogger(__name__)

RETROSPECTIVE = "retrospective"
COACH = "coach"
AHEAD = timedelta(weeks=2)


def remind_of_retrospectives() -> int:
    """Mail everybody concerned with a retrospective of the next two weeks of which nobody was reminded yet; return how
    many mails were sent.

    Concerned: whoever leads the team (its members report to them), the program's coaches and its project lead. Never
    while a program is paused or stopped, nor for meetings that were called off. A mail server that is away leaves the
    program for the next round; twice is once.
    """
    programs = (
        Program.objects.filter(state=Program.State.RUNNING, waves__meetings__in=_waiting()).distinct().order_by("pk")
    )
    sent = 0
    for program in programs:
        try:
            sent += _remind(program)
        except OSError:
            logger.exception("Nobody could be reminded of the retrospectives of %s", program)
    return sent


def _waiting() -> QuerySet[Meeting]:
    moment = now()
    return Meeting.objects.filter(
        kind=RETROSPECTIVE,
        cancelled_at__isnull=True,
        starts_at__gt=moment,
        starts_at__lte=moment + AHEAD,
        reminder__isnull=True,
    )


def _remind(program: Program) -> int:
    """Whoever writes the rows first sends the mail; the other finds nothing to send."""
    with transaction.atomic():
        Program.objects.select_for_update(no_key=True).get(pk=program.pk)
        meetings = list(
            _waiting()
            .filter(wave__program=program, wave__program__state=Program.State.RUNNING)
            .select_related("team", "wave__program")
            .order_by("starts_at", "pk")
        )
        rows = RetrospectiveReminder.objects.bulk_create(
            RetrospectiveReminder(meeting=meeting, sent_at=now()) for meeting in meetings
        )
    if not meetings:
        return 0
    holders = holders_in(program.pk)
    concerned = _concerned(meetings, holders)
    try:
        for person, theirs in concerned.items():
            send_retrospective_reminder(person, theirs, may_change=holders.holds_any(person.pk))
    except OSError:
        RetrospectiveReminder.objects.filter(pk__in=[row.pk for row in rows]).delete()
        raise
    for row in rows:
        row.recipients = sum(row.meeting in theirs for theirs in concerned.values())
    RetrospectiveReminder.objects.bulk_update(rows, ["recipients"])
    return len(concerned)


def _concerned(meetings: list[Meeting], holders: Holders) -> dict[User, list[Meeting]]:
    """Return who is reminded of which meetings. 1 query."""
    teams = {meeting.team_id for meeting in meetings if meeting.team_id}
    leads: dict[int, set[User]] = defaultdict(set)
    places = Membership.objects.open().filter(unit__in=teams, manager__is_active=True, person__is_active=True)
    for place in places.select_related("manager"):
        if place.manager is not None:
            leads[place.unit_id].add(place.manager)
    of_program = [*holders.people(COACH), *holders.people(PROJECT_LEAD)]
    found: dict[User, list[Meeting]] = {}
    for meeting in meetings:
        people = [*sorted(leads[meeting.team_id or 0], key=lambda person: person.pk), *of_program]
        for person in dict.fromkeys(people):
            found.setdefault(person, []).append(meeting)
    return found
