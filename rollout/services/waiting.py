"""What waits for one person's decision: gates and waivers, oldest first. A read that needs the rules."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from people.api import User, in_words
from rollout.models import Program, Step, Waiver
from rollout.queries.boards import ActingRole, acting_roles, submissions_waiting_for
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


def decisions_waiting_for(person: User) -> list[WaitingDecision]:
    """Return the gates and waivers that ``person`` may decide now. 5 queries at most for any number of programs.

    Never what they submitted or asked for themselves. Gates that they decide in somebody's name say so.
    """
    if not person.is_authenticated or not person.is_active:
        return []
    roles = acting_roles(person)
    gates = [
        WaitingDecision(
            title=f"{one.submission.step.wave.program.title}: {one.submission.step.title}",
            text=_said(
                f"Submitted by {one.submission.submitted_by} on {in_words(day_of(one.submission.submitted_at))}.",
                one.principal,
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
            text=f"{waiver.requested_by} asks for a waiver until {in_words(waiver.expires_on)}.",
            url=reverse("rollout:item", args=[*_place(waiver.item.step), waiver.item.key]),
            word="Waiver to decide",
            since=waiver.requested_at,
        )
        for waiver in _waivers_waiting_for(person, roles)
    ]
    return sorted([*gates, *waivers], key=lambda decision: decision.since)


def _said(text: str, principal: str) -> str:
    return f"{text} You decide for {principal}." if principal else text


def _waivers_waiting_for(person: User, roles: Iterable[ActingRole]) -> list[Waiver]:
    held: dict[int, set[str]] = defaultdict(set)
    for role in roles:
        if role.principal_id is None:
            held[role.program_id].add(role.key)
    waiting = (
        Waiver.objects.filter(
            state=Waiver.State.REQUESTED,
            item__step__wave__program__in=list(held),
            item__step__wave__program__state=Program.State.RUNNING,
        )
        .exclude(requested_by=person)
        .select_related("requested_by", "item__step__wave__program__playbook_version")
        .prefetch_related(with_approvals())
        .order_by("requested_at", "pk")
    )
    return [
        waiver
        for waiver in waiting
        if not any(person.pk in approval.people for approval in waiver.approvals.all())
        and held[waiver.item.step.wave.program_id] & {key for seat in open_seats(waiver) for key in seat}
    ]


def _place(step: Step) -> tuple[str, int, str]:
    return step.wave.program.slug, step.wave.number, step.key


def _gate_url(step: Step) -> str:
    return reverse("rollout:gate", args=_place(step))
