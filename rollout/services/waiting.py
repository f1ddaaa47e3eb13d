"""What waits for one person's decision: gates and waivers, oldest first. A read that needs the rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from people.api import User, in_words, today
from rollout.models import Program, Step, Waiver
from rollout.queries.boards import ActingRole, acting_roles, submissions_waiting_for
from rollout.queries.waiting import CLAIM, CONDITION, DATA, QUESTION, WaitingRow, waiting_rows
from rollout.queries.waivers import with_approvals
from rollout.rules.evaluation import day_of
from rollout.rules.waivers import open_seats


@dataclass(frozen=True, slots=True)
class WaitingDecision:
    """One decision: what it is about, who asked and when, and where it is decided. ``word`` names its kind."""

    title: str
    text: str
    url: str
    word: str
    since: datetime


@dataclass(frozen=True, slots=True)
class WaitingDuty:
    """One thing to do in a program; ``word`` says what."""

    title: str
    text: str
    url: str
    word: str
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits for one person in their programs."""

    decisions: list[WaitingDecision]
    duties: list[WaitingDuty]


WORDS = {
    CONDITION: "Condition to meet",
    CLAIM: "Claim to confirm",
    DATA: "Data to confirm",
    QUESTION: "Question to answer",
}


def everything_waiting_for(person: User) -> Waiting:
    """Return the decisions and the other duties that wait for ``person``. 6 queries at most for any number of
    programs."""
    if not person.is_authenticated or not person.is_active:
        return Waiting([], [])
    roles = acting_roles(person)
    duties = [_duty(row) for row in waiting_rows(person, roles)]
    return Waiting(decisions_waiting_for(person, roles), duties)


def _duty(row: WaitingRow) -> WaitingDuty:
    at = [row.slug, row.wave, row.step]
    url = reverse("rollout:gate", args=at) + "#questions"
    if row.item:
        url = reverse("rollout:item", args=[*at, row.item])
    text = f"{row.program}, due {in_words(row.due_on)}" if row.due_on else row.program
    return WaitingDuty(row.text, text, url, WORDS[row.kind], row.due_on is not None and row.due_on < today())


def decisions_waiting_for(person: User, roles: Sequence[ActingRole] | None = None) -> list[WaitingDecision]:
    """Return the gates and waivers that ``person`` may decide now. 5 queries at most for any number of programs.

    Never what they submitted or asked for themselves. What they decide in somebody's name says so.
    """
    if not person.is_authenticated or not person.is_active:
        return []
    roles = acting_roles(person) if roles is None else roles
    gates = [
        WaitingDecision(
            title=f"{one.submission.step.wave.program.title}: {one.submission.step.title}",
            text=_said(
                f"Submitted by {one.submission.submitted_by} on {in_words(day_of(one.submission.submitted_at))}.",
                one.principal,
                one.voted,
            ),
            url=_gate_url(one.submission.step),
            word="Gate to decide",
            since=one.submission.submitted_at,
        )
        for one in submissions_waiting_for(person, roles)
    ]
    waivers = [
        WaitingDecision(
            title=f"{waiver.item.step.wave.program.title}: {waiver.item.question}",
            text=_said(f"{waiver.requested_by} asks for a waiver until {in_words(waiver.expires_on)}.", principal),
            url=reverse("rollout:item", args=[*_place(waiver.item.step), waiver.item.key]),
            word="Waiver to decide",
            since=waiver.requested_at,
        )
        for waiver, principal in _waivers_waiting_for(person, roles)
    ]
    return sorted([*gates, *waivers], key=lambda decision: decision.since)


def _said(text: str, principal: str, voted: str = "") -> str:
    if principal:
        text = f"{text} You decide for {principal}."
    return f"{text} You voted {voted}; others are still to vote." if voted else text


def _waivers_waiting_for(person: User, roles: Sequence[ActingRole]) -> list[tuple[Waiver, str]]:
    """Return each waiver with the name of whom ``person`` would approve it for, empty in their own right."""
    waiting = (
        Waiver.objects.filter(
            state=Waiver.State.REQUESTED,
            item__step__wave__program__in={role.program_id for role in roles},
            item__step__wave__program__state=Program.State.RUNNING,
        )
        .exclude(requested_by=person)
        .select_related("requested_by", "item__step__wave__program__playbook_version")
        .prefetch_related(with_approvals())
        .order_by("requested_at", "pk")
    )
    found = []
    for waiver in waiting:
        taken = {pk for approval in waiver.approvals.all() for pk in approval.people}
        keys = {key for seat in open_seats(waiver) for key in seat}
        role = next(
            (
                one
                for one in roles
                if one.program_id == waiver.item.step.wave.program_id
                and one.key in keys
                and one.principal_id not in {waiver.requested_by_id, *taken}
            ),
            None,
        )
        if role is not None and person.pk not in taken:
            found.append((waiver, role.principal))
    return found


def _place(step: Step) -> tuple[str, int, str]:
    return step.wave.program.slug, step.wave.number, step.key


def _gate_url(step: Step) -> str:
    return reverse("rollout:gate", args=_place(step))
