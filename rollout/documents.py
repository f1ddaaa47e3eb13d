"""The dossier of a gate decision: made again from the frozen snapshot whenever somebody opens it."""

from typing import Any

from rollout.models import GateDecision
from rollout.rules.evaluation import snapshot_sha256

STATUS = {"open": "not_met"}


def dossier(decision: GateDecision) -> dict[str, Any]:
    """Return what the dossier shows. ``is_intact`` says whether the snapshot still has the hash it was stored with.

    Names are those of the time: they come from the snapshot, not from the people of today.
    """
    snapshot = decision.snapshot
    items = [{**item, "status": STATUS.get(item["state"], item["state"])} for item in snapshot.get("items", ())]
    return {
        "decision": decision,
        "snapshot": snapshot,
        "items": items,
        "conditions": list(decision.conditions.select_related("item", "owner")),
        "is_intact": snapshot_sha256(snapshot) == decision.snapshot_sha256,
    }
