"""Who may ask for, approve, reject and take back a waiver. A waiver is an overlay: it never makes an item met."""

from datetime import date

from people.api import Answer, Refusal, User, in_words, today
from rollout.models import ChecklistItem, Program, Waiver
from rollout.queries.holders import Holders, gate_roles, holders_in, or_list
from rollout.rules.evaluation import ItemEvaluation, ItemState
from rollout.rules.statements import holds_or_refusal


def _holders_of(item: ChecklistItem, holders: Holders | None) -> Holders:
    return holders or holders_in(item.step.wave.program_id)


def _may_touch(item: ChecklistItem) -> Answer:
    if item.step.wave.program.state == Program.State.STOPPED:
        return Refusal(f"{item.step.wave.program.title} was stopped, so nothing in it can be waived any more.")
    return True


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
    if (answer := _may_touch(item)) is not True:
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


def approving_roles(waiver: Waiver) -> tuple[str, ...]:
    """Whoever decides the gate; for a low risk whoever submits it, too."""
    roles = gate_roles(waiver.item.step)
    return (*roles.decided_by, *roles.submitted_by) if waiver.risk == Waiver.Risk.LOW else roles.decided_by


def may_decide_waiver(actor: User, waiver: Waiver, *, holders: Holders | None = None) -> Answer:
    """Approve or reject: the sponsor, for a low risk the project lead too, and never the person who asked."""
    item = waiver.item
    if (answer := _may_touch(item)) is not True:
        return answer
    if waiver.state != Waiver.State.REQUESTED:
        by = f" by {waiver.decided_by.get_full_name()}" if waiver.decided_by else ""
        return Refusal(f"This waiver is already {waiver.get_state_display().lower()}{by}.")
    holders = _holders_of(item, holders)
    roles = approving_roles(waiver)
    if waiver.requested_by_id == actor.pk:
        others = [person.get_full_name() for person in holders.people(*roles) if person.pk != actor.pk]
        return Refusal(
            "You asked for this waiver yourself, so another person has to decide it.",
            owed_by=or_list(others) or f"another holder of the role {holders.title(*roles)}",
        )
    return holds_or_refusal(actor, item.step.wave.program, roles, holders, "This waiver is decided")


def may_approve_waiver(actor: User, waiver: Waiver, *, holders: Holders | None = None) -> Answer:
    """As ``may_decide_waiver``; refused besides when the waiver would be over already, or the item is not waivable."""
    if (answer := may_decide_waiver(actor, waiver, holders=holders)) is not True:
        return answer
    if not waiver.item.waivable:
        return Refusal("Nobody can waive this question.")
    if waiver.expires_on < today():
        return Refusal(
            f"The waiver was asked for until {in_words(waiver.expires_on)}, which is over. Reject it and let "
            f"{waiver.requested_by.get_full_name()} ask again.",
            owed_by=waiver.requested_by.get_full_name(),
        )
    return True


def may_revoke_waiver(actor: User, waiver: Waiver, *, holders: Holders | None = None) -> Answer:
    """The person who asked, who approved, or whoever may decide the gate ends a waiver before its time."""
    if waiver.state not in (Waiver.State.REQUESTED, Waiver.State.ACTIVE):
        return Refusal(f"This waiver is already {waiver.get_state_display().lower()}.")
    if actor.pk in (waiver.requested_by_id, waiver.decided_by_id):
        return True
    roles = approving_roles(waiver)
    item = waiver.item
    return holds_or_refusal(
        actor, item.step.wave.program, roles, _holders_of(item, holders), "This waiver can be taken back"
    )


def may_end_on(expires_on: date) -> Answer:
    """A waiver always ends, and never today or before."""
    if expires_on <= today():
        return Refusal("A waiver needs a last day in the future.")
    return True
