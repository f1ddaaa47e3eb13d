"""Waivers: asked for, approved or rejected by another person, revoked, expired. Never counted as met."""

from datetime import date

from django.db import transaction

from people.api import Refused, User, announce, log, now, require, today
from rollout.models import ChecklistItem, Waiver
from rollout.rules.waivers import (
    may_approve_waiver,
    may_decide_waiver,
    may_end_on,
    may_request_waiver,
    may_revoke_waiver,
)
from rollout.services.evaluation import evaluate_gate
from rollout.services.locks import lock_item
from rollout.signals import wave_changed

LIVE = (Waiver.State.REQUESTED, Waiver.State.ACTIVE)


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
    live = item.waivers.filter(state__in=LIVE).select_related("requested_by").first()
    if live is not None and live.expires_on < today():
        _expire(live)
        live = None
    evaluation = next((e for e in evaluate_gate(step=item.step).items if e.item.pk == item.pk), None)
    require(may_request_waiver(actor, item, evaluation=evaluation, live=live))
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
    """Let the waiver work until its last day. Never by the person who asked for it."""
    waiver = _locked(waiver)
    require(may_approve_waiver(actor, waiver))
    return _decide(waiver, Waiver.State.ACTIVE, actor, reason, "rollout.waiver_approved")


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
    """End a waiver before its last day, with a reason. Who approved it stays on the row; who ended it, in the log."""
    waiver = _locked(waiver)
    require(may_revoke_waiver(actor, waiver))
    if not reason.strip():
        raise Refused("Say why the waiver is taken back.")
    waiver.state = Waiver.State.REVOKED
    waiver.decision_reason = reason.strip()
    waiver.save(update_fields=["state", "decision_reason"])
    return _told(waiver, "rollout.waiver_revoked", actor)


def _locked(waiver: Waiver) -> Waiver:
    item = lock_item(Waiver.objects.values_list("item_id", flat=True).get(pk=waiver.pk))
    locked = (
        Waiver.objects.select_for_update(of=("self",), no_key=True)
        .select_related("requested_by", "decided_by")
        .get(pk=waiver.pk)
    )
    locked.item = item
    return locked


def _decide(waiver: Waiver, state: Waiver.State, actor: User, reason: str, deed: str) -> Waiver:
    waiver.state = state
    waiver.decided_by = actor
    waiver.decided_at = now()
    waiver.decision_reason = reason.strip()
    waiver.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    return _told(waiver, deed, actor)


def _expire(waiver: Waiver) -> None:
    waiver.state = Waiver.State.EXPIRED
    waiver.save(update_fields=["state"])
    _told(waiver, "rollout.waiver_expired", None)


def _told(waiver: Waiver, deed: str, actor: User | None) -> Waiver:
    data = {
        "waiver_id": waiver.pk,
        "risk": str(waiver.risk),
        "expires_on": waiver.expires_on.isoformat(),
        "reason": waiver.decision_reason or waiver.reason,
    }
    log(waiver.item, deed, user=actor, data=data)
    announce(wave_changed, wave_id=waiver.item.step.wave_id)
    return waiver
