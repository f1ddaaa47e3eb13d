"""Which decision of a gate still has a say today."""

from people.api import today
from rollout.models import GateDecision, Step


def is_standing_hold(decision: GateDecision) -> bool:
    """Whether the decision is a hold whose day has not come and that nobody lifted. No query when ``lift`` was
    fetched with it."""
    if decision.outcome != GateDecision.Outcome.HOLD or decision.revisit_on is None or decision.revisit_on <= today():
        return False
    return not hasattr(decision, "lift")


def standing_hold(step: Step) -> GateDecision | None:
    """Return the hold that the gate rests on: its latest decision, not lifted, before its day. 1 query."""
    latest = (
        step.decisions.select_related("decided_by", "acting_for", "lift")
        .defer("snapshot")
        .order_by("-decided_at", "-pk")
        .first()
    )
    return latest if latest is not None and is_standing_hold(latest) else None
