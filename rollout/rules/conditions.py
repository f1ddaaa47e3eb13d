"""Who may hand a condition to somebody else or move its day."""

from datetime import date

from people.api import Answer, Refusal, User, today
from rollout.models import Condition, Step
from rollout.queries.holders import Holders, gate_roles, holders_in
from rollout.rules.acting import acts_or_refusal
from rollout.rules.programs import is_running_or_refusal


def may_change_condition(
    actor: User, condition: Condition, step: Step, *, is_standing: bool = True, holders: Holders | None = None
) -> Answer:
    """Whoever decides the gate of ``step`` that passed under the condition; they set the terms, so they change them.

    Refused once it is met, and when the gate was decided anew since (``is_standing`` False).
    """
    if (answer := is_running_or_refusal(step.wave.program)) is not True:
        return answer
    if not is_standing:
        return Refusal("The gate was decided again or is open since, so this condition no longer stands.")
    if condition.met_at is not None:
        return Refusal("This condition is met already.")
    holders = holders or holders_in(step.wave.program_id)
    roles = gate_roles(step).decided_by
    return acts_or_refusal(actor, step.wave.program, roles, holders, "Owner and day of a condition are changed")


def may_owe_until(owner: User, due_on: date, *, holders: Holders) -> Answer:
    """Somebody who holds a role in the program, because they have to see it, until today or later."""
    if not owner.is_active:
        return Refusal(f"{owner.get_full_name()} has left, so the condition needs another owner.")
    if not holders.holds_any(owner.pk):
        return Refusal(
            f"{owner.get_full_name()} holds no role in this program and could not see what to do. Choose somebody who "
            "does, or give them a role first."
        )
    if due_on < today():
        return Refusal("The day by which the condition has to be met is over already.")
    return True
