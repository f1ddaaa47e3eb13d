"""Who may set due dates by hand, and until when."""

from people.api import Answer, Refusal, User
from rollout.models import Step
from rollout.queries.holders import Holders
from rollout.rules.programs import may_set_dates


def may_set_due_date(actor: User, step: Step, *, holders: Holders | None = None) -> Answer:
    """Set the due date of a gate or of one of its questions: whoever sets the dates of the program, until the gate is
    passed."""
    if step.state in Step.PASSED_STATES:
        return Refusal(f"The gate of “{step}” is passed, so its dates are history.")
    return may_set_dates(actor, step.wave.program, holders=holders)
