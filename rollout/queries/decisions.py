"""Which decision of a gate still has a say today."""

from datetime import date

from rollout.models import GateDecision, Step
from rollout.queries.programs import today_of


def revisit_day(decision: GateDecision) -> date | None:
    """Return the day on which a held gate is looked at again: the decision's, or the one to which a pause moved it.
    No query when ``shift`` was fetched with it."""
    if decision.outcome == GateDecision.Outcome.HOLD and hasattr(decision, "shift"):
        return decision.shift.revisit_on
    return decision.revisit_on


def is_standing_hold(decision: GateDecision) -> bool:
    """Whether the decision is a hold whose day has not come, on the program's own clock, and that nobody lifted. No
    query when step, wave, program, ``lift`` and ``shift`` were fetched with it."""
    if decision.outcome != GateDecision.Outcome.HOLD:
        return False
    day = revisit_day(decision)
    if day is None or day <= today_of(decision.step.wave.program):
        return False
    return not hasattr(decision, "lift")


def standing_hold(step: Step) -> GateDecision | None:
    """Return the hold that the gate rests on: its latest decision, not lifted, before its day. 1 query."""
    latest = (
        step.decisions.select_related("decided_by", "acting_for", "lift", "shift")
        .defer("snapshot")
        .order_by("-decided_at", "-pk")
        .first()
    )
    if latest is not None:
        latest.step = step
    return latest if latest is not None and is_standing_hold(latest) else None
