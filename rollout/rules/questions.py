"""Who may ask about a submitted gate, and who answers."""

from people.api import Answer, Refusal, User
from rollout.models import GateQuestion, GateSubmission
from rollout.queries.holders import Holders, gate_roles, holders_in
from rollout.rules.gates import may_decide_gate
from rollout.rules.statements import holds_or_refusal


def may_ask_question(actor: User, submission: GateSubmission, *, holders: Holders | None = None) -> Answer:
    """Whoever may decide the gate asks, as long as it waits for a decision."""
    return may_decide_gate(actor, submission.step, submission=submission, holders=holders)


def may_answer_question(actor: User, question: GateQuestion, *, holders: Holders | None = None) -> Answer:
    """Whoever submitted the gate, or another holder of the submitting role, answers once, until it is decided."""
    submission = question.submission
    if question.answered_at is not None:
        by = question.answered_by.get_full_name() if question.answered_by else "somebody"
        return Refusal(f"{by} has answered this question already.")
    if submission.state != GateSubmission.State.OPEN:
        return Refusal("This gate no longer waits for a decision, so the question is closed.")
    if actor.pk == submission.submitted_by_id and actor.is_active:
        return True
    step = submission.step
    holders = holders or holders_in(step.wave.program_id)
    return holds_or_refusal(
        actor, step.wave.program, gate_roles(step).submitted_by, holders, "This question is answered"
    )
