"""Who may ask for, approve, reject and take back a waiver. A waiver is an overlay: it never makes an item met."""

from collections.abc import Sequence
from datetime import date

from people.api import Answer, Refusal, User, in_words, today
from rollout.models import ChecklistItem, Program, Step, Waiver
from rollout.queries.holders import (
    PEOPLE_LEAD,
    PROJECT_LEAD,
    SPONSOR,
    ActingAs,
    Holders,
    and_list,
    gate_roles,
    holders_in,
    or_list,
)
from rollout.rules.acting import acting_for, acts_or_refusal
from rollout.rules.evaluation import ItemEvaluation, ItemState
from rollout.rules.programs import is_running_or_refusal
from rollout.rules.statements import holds_or_refusal


def _holders_of(item: ChecklistItem, holders: Holders | None) -> Holders:
    return holders or holders_in(item.step.wave.program_id)


def _may_touch(item: ChecklistItem, holders: Holders | None) -> Answer:
    if item.step.wave.program.state == Program.State.STOPPED:
        return Refusal(f"{item.step.wave.program.title} was stopped, so nothing in it can be waived any more.")
    return is_running_or_refusal(item.step.wave.program, holders=holders)


def may_request_waiver(
    actor: User,
    item: ChecklistItem,
    *,
    evaluation: ItemEvaluation | None = None,
    live: Waiver | None = None,
    holders: Holders | None = None,
) -> Answer:
    """The holder of the responsible role, or whoever submits the gate, asks for a waiver of an open item.

    ``live`` is the item's waiver that is requested or active already, ``evaluation`` how the item stands.
    """
    if (answer := _may_touch(item, holders)) is not True:
        return answer
    if not item.waivable:
        return Refusal(
            "Nobody can waive this question. It has to be answered.",
            owed_by=_holders_of(item, holders).names(item.responsible),
        )
    if live is not None:
        if live.state == Waiver.State.ACTIVE:
            return Refusal(f"A waiver is active until {in_words(live.expires_on)}.")
        return Refusal(
            f"{live.requested_by.get_full_name()} has already asked for a waiver, and it waits for an answer."
        )
    if evaluation is not None and evaluation.state in (ItemState.MET, ItemState.NOT_APPLICABLE):
        return Refusal(f"There is nothing to waive: this question is {evaluation.state.label.lower()}.")
    keys = [item.responsible, *gate_roles(item.step).submitted_by]
    return holds_or_refusal(
        actor, item.step.wave.program, list(dict.fromkeys(keys)), _holders_of(item, holders), "A waiver is asked for"
    )


Seat = tuple[str, ...]
"""Role keys; whoever holds one of them may give this approval."""


def seats_for(risk: str, step: Step) -> tuple[Seat, ...]:
    """Return the approvals that a waiver of this risk needs, each by another person.

    Low: the project lead, or the sponsor (who approves where the lead asks). Medium: the sponsor. High: the sponsor
    and the people lead. Where a playbook has no such role, whoever decides or submits the gate takes its place.
    """
    known = {role["key"] for role in step.wave.program.playbook_version.content["roles"]}
    gate = gate_roles(step)
    lead = (PROJECT_LEAD,) if PROJECT_LEAD in known else gate.submitted_by
    sponsor = (SPONSOR,) if SPONSOR in known else gate.decided_by
    people_lead = (PEOPLE_LEAD,) if PEOPLE_LEAD in known else lead
    return {
        Waiver.Risk.LOW: (tuple(dict.fromkeys((*lead, *sponsor))),),
        Waiver.Risk.MEDIUM: (sponsor,),
        Waiver.Risk.HIGH: (sponsor, people_lead),
    }[Waiver.Risk(risk)]


def seats_of(waiver: Waiver) -> tuple[Seat, ...]:
    """Return the approvals that the waiver needs, given or not."""
    return seats_for(waiver.risk, waiver.item.step)


def open_seats(waiver: Waiver) -> tuple[Seat, ...]:
    """Return the approvals that are still missing. Asks ``waiver.approvals``: prefetch them for lists."""
    given = {approval.role for approval in waiver.approvals.all()}
    return tuple(seat for seat in seats_of(waiver) if not given & set(seat))


def who_approves(seats: Sequence[Seat], holders: Holders) -> str:
    """“Anna Berg (Executive sponsor) and Ben Cole (People lead)”; both, wherever two approvals are needed."""
    return and_list(
        f"{names} ({holders.title(*seat)})" if (names := holders.names(*seat)) else f"{holders.title(*seat)} (vacant)"
        for seat in seats
    )


def risk_in_words(step: Step, holders: Holders) -> str:
    """Say who approves a waiver of which risk."""
    return " ".join(
        f"{risk.label}: approved by {who_approves(seats_for(risk, step), holders)}." for risk in Waiver.Risk
    )


def seat_for(actor: User, waiver: Waiver, holders: Holders) -> ActingAs | None:
    """Return in which role, and for whom, ``actor`` may give one of the missing approvals; None when they may not.

    Nobody approves in the name of whoever asked, nor in the name of somebody who has approved already.
    """
    taken = {pk for approval in waiver.approvals.all() for pk in approval.people}
    for seat in open_seats(waiver):
        acting = acting_for(actor, holders, seat, barred=waiver.requested_by_id)
        if acting is not None and not (acting.principal and acting.principal.pk in taken):
            return acting
    return None


def _others(seats: Sequence[Seat], holders: Holders, actor: User) -> str:
    """The people who may act instead of ``actor``: one of them for each approval."""
    found = []
    for seat in seats:
        people = [p for key in seat if key in holders.roles for p in holders.roles[key].people if p.pk != actor.pk]
        names = or_list(dict.fromkeys(person.get_full_name() for person in people))
        found.append(names or f"another holder of the role {holders.title(*seat)}")
    return and_list(dict.fromkeys(found))


def may_decide_waiver(actor: User, waiver: Waiver, *, holders: Holders | None = None) -> Answer:
    """Approve or reject: whoever the risk asks for and who has not approved yet; never the person who asked."""
    item = waiver.item
    if (answer := _may_touch(item, holders)) is not True:
        return answer
    if waiver.state != Waiver.State.REQUESTED:
        by = f" by {waiver.decided_by.get_full_name()}" if waiver.decided_by else ""
        return Refusal(f"This waiver is already {waiver.get_state_display().lower()}{by}.")
    holders = _holders_of(item, holders)
    missing = open_seats(waiver)
    if waiver.requested_by_id == actor.pk:
        return Refusal(
            "You asked for this waiver yourself, so another person has to decide it.",
            owed_by=_others(missing, holders, actor),
        )
    if any(actor.pk in approval.people for approval in waiver.approvals.all()):
        return Refusal(
            "You have approved this waiver already. A high risk is approved by two different people.",
            owed_by=_others(missing, holders, actor),
        )
    if seat_for(actor, waiver, holders) is not None:
        return True
    vacant = next((seat for seat in missing if not holders.names(*seat)), None)
    if vacant is not None:
        return acts_or_refusal(actor, item.step.wave.program, vacant, holders, "This waiver is decided")
    if any(acting_for(actor, holders, seat) for seat in missing):
        return Refusal(
            "You act for somebody who asked for this waiver or has approved it already, so another person decides it.",
            owed_by=_others(missing, holders, actor),
        )
    return Refusal(
        f"This waiver is decided by {who_approves(missing, holders)}.",
        owed_by=and_list(holders.names(*seat) for seat in missing),
    )


def may_approve_waiver(
    actor: User, waiver: Waiver, *, evaluation: ItemEvaluation | None = None, holders: Holders | None = None
) -> Answer:
    """As ``may_decide_waiver``; refused besides when the waiver would be over already, when the item is met
    meanwhile (``evaluation``), or when nobody can waive it."""
    if (answer := may_decide_waiver(actor, waiver, holders=holders)) is not True:
        return answer
    asked_by = waiver.requested_by.get_full_name()
    if not waiver.item.waivable:
        return Refusal("Nobody can waive this question.")
    if waiver.expires_on < today():
        return Refusal(
            f"The waiver was asked for until {in_words(waiver.expires_on)}, which is over. Reject it and let "
            f"{asked_by} ask again.",
            owed_by=asked_by,
        )
    if evaluation is not None and evaluation.state in (ItemState.MET, ItemState.NOT_APPLICABLE):
        return Refusal(
            f"There is nothing to waive any more: this question is {evaluation.state.label.lower()}. Reject the "
            f"waiver, or let {asked_by} take it back.",
            owed_by=asked_by,
        )
    return True


def may_revoke_waiver(actor: User, waiver: Waiver, *, holders: Holders | None = None) -> Answer:
    """The person who asked, whoever approved, or whoever may approve such a waiver ends it before its time."""
    if waiver.state not in Waiver.LIVE:
        return Refusal(f"This waiver is already {waiver.get_state_display().lower()}.")
    if actor.pk in (waiver.requested_by_id, waiver.decided_by_id):
        return True
    if any(actor.pk in approval.people for approval in waiver.approvals.all()):
        return True
    roles = list(dict.fromkeys(key for seat in seats_of(waiver) for key in seat))
    item = waiver.item
    return acts_or_refusal(
        actor, item.step.wave.program, roles, _holders_of(item, holders), "This waiver can be taken back"
    )


def may_end_on(expires_on: date) -> Answer:
    """A waiver always ends, and never today or before."""
    if expires_on <= today():
        return Refusal("A waiver needs a last day in the future.")
    return True
