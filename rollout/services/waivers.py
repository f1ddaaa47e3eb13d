"""Waivers: asked for, approved or rejected by others, fulfilled, expired or taken back. Never counted as met."""

from datetime import date

from django.db import transaction

from people.api import Refused, User, announce, log, now, require, today
from rollout.models import ChecklistItem, Waiver, WaiverApproval
from rollout.queries.holders import holders_in
from rollout.rules.waivers import (
    may_approve_waiver,
    may_decide_waiver,
    may_end_on,
    may_request_waiver,
    may_revoke_waiver,
    open_seats,
    seat_for,
)
from rollout.services.dossiers import record_waiver
from rollout.services.evaluation import ItemEvaluation, evaluate_gate
from rollout.services.locks import lock_item
from rollout.signals import wave_changed


@transaction.atomic
def request_waiver(
    *,
    item: ChecklistItem,
    actor: User,
    reason: str,
    risk: str,
    compensating_action: str,
    expires_on: date,
) -> Waiver:
    """Ask that the gate may pass without the item. ``expires_on`` is the last day, in the future.

    Refused for items that nobody can waive, for items that are met, and while another waiver is live.
    """
    item = lock_item(item.pk)
    live = item.waivers.live().select_related("requested_by").first()
    if live is not None and live.expires_on < today():
        live.item = item
        expire_waiver(waiver=live)
        live = None
    require(may_request_waiver(actor, item, evaluation=_evaluated(item), live=live))
    require(may_end_on(expires_on))
    if risk not in Waiver.Risk.values:
        raise Refused("Say how high the risk is: low, medium or high.")
    for text, missing in (
        (reason, "Say why the question cannot be met in time."),
        (compensating_action, "Say what will be done instead, so that the risk stays small."),
    ):
        if not text.strip():
            raise Refused(missing)
    waiver = Waiver.objects.create(
        item=item,
        reason=reason.strip(),
        risk=risk,
        compensating_action=compensating_action.strip(),
        requested_by=actor,
        requested_at=now(),
        expires_on=expires_on,
    )
    return _told(waiver, "rollout.waiver_requested", actor)


@transaction.atomic
def approve_waiver(*, waiver: Waiver, actor: User, reason: str = "") -> Waiver:
    """Give one approval. With the last one that its risk asks for, the waiver works until its last day.

    A high risk needs two, by two different people: the sponsor and the people lead. Refused for the person who
    asked, for the same person twice, and when the item is met meanwhile.
    """
    waiver = _locked(waiver)
    holders = holders_in(waiver.item.step.wave.program_id)
    require(may_approve_waiver(actor, waiver, evaluation=_evaluated(waiver.item), holders=holders))
    acting = seat_for(actor, waiver, holders)
    if acting is None:
        raise Refused("This waiver is decided by somebody else.")
    WaiverApproval.objects.create(
        waiver=waiver,
        role=acting.slot.key,
        approved_by=actor,
        acting_for=acting.principal,
        approved_at=now(),
        reason=reason.strip(),
    )
    more = {"role": acting.slot.key, "acting_for": acting.principal.pk if acting.principal else None}
    if open_seats(waiver):
        return _told(waiver, "rollout.waiver_approval_given", actor, **more)
    return _decide(waiver, Waiver.State.ACTIVE, actor, reason, "rollout.waiver_approved", **more)


@transaction.atomic
def reject_waiver(*, waiver: Waiver, actor: User, reason: str) -> Waiver:
    """Say no to a waiver, and why. It can be asked for again."""
    waiver = _locked(waiver)
    require(may_decide_waiver(actor, waiver))
    if not reason.strip():
        raise Refused("Say why the waiver is rejected.")
    return _decide(waiver, Waiver.State.REJECTED, actor, reason, "rollout.waiver_rejected")


@transaction.atomic
def revoke_waiver(*, waiver: Waiver, actor: User, reason: str) -> Waiver:
    """Take a waiver back before its last day, with a reason. Who approved it stays on record."""
    waiver = _locked(waiver)
    require(may_revoke_waiver(actor, waiver))
    if not reason.strip():
        raise Refused("Say why the waiver is taken back.")
    return _close(waiver, Waiver.State.REVOKED, "rollout.waiver_revoked", actor, reason)


def expire_waiver(*, waiver: Waiver) -> Waiver:
    """End a waiver whose last day is over: the item shows how it stands. For callers that hold its lock."""
    return _close(waiver, Waiver.State.EXPIRED, "rollout.waiver_expired", None, "Its last day is over.")


def fulfill_waiver(*, waiver: Waiver) -> Waiver:
    """End an active waiver whose item is met: it is not needed any more. For callers that hold its lock."""
    return _close(waiver, Waiver.State.FULFILLED, "rollout.waiver_fulfilled", None, "The question is met.")


def _locked(waiver: Waiver) -> Waiver:
    item = lock_item(Waiver.objects.values_list("item_id", flat=True).get(pk=waiver.pk))
    locked = (
        Waiver.objects.select_for_update(of=("self",), no_key=True)
        .select_related("requested_by", "decided_by")
        .get(pk=waiver.pk)
    )
    locked.item = item
    return locked


def _decide(
    waiver: Waiver, state: Waiver.State, actor: User, reason: str, deed: str, **more: str | int | None
) -> Waiver:
    waiver.state = state
    waiver.decided_by = actor
    waiver.decided_at = now()
    waiver.decision_reason = reason.strip()
    waiver.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    return _told(waiver, deed, actor, **more)


def _close(waiver: Waiver, state: Waiver.State, deed: str, actor: User | None, because: str) -> Waiver:
    waiver.state, waiver.closed_at, waiver.closed_by, waiver.closed_because = state, now(), actor, because.strip()
    waiver.save(update_fields=["state", "closed_at", "closed_by", "closed_because"])
    return _told(waiver, deed, actor)


def _evaluated(item: ChecklistItem) -> ItemEvaluation | None:
    return next((e for e in evaluate_gate(step=item.step).items if e.item.pk == item.pk), None)


def _told(waiver: Waiver, deed: str, actor: User | None, **more: str | int | None) -> Waiver:
    data = {
        "waiver_id": waiver.pk,
        "risk": str(waiver.risk),
        "expires_on": waiver.expires_on.isoformat(),
        "reason": waiver.closed_because or waiver.decision_reason or waiver.reason,
        **more,
    }
    log(waiver.item, deed, user=actor, data=data)
    record_waiver(waiver=waiver, action=deed, by=actor)
    # What the product closes by itself it closes while refreshing the wave, which must not call itself again.
    if actor is not None:
        announce(wave_changed, wave_id=waiver.item.step.wave_id)
    return waiver
