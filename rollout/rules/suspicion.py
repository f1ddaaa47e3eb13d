"""Who may call a passed gate into question, and who may say that one in doubt still holds."""

from collections.abc import Sequence

from django.urls import reverse

from people.api import Answer, Refusal, User
from rollout.models import GateDecision, GateSubmission, Reconfirmation, Step
from rollout.queries.holders import Holders, gate_roles, holders_in
from rollout.rules.acting import acting_for, acts_or_refusal
from rollout.rules.programs import is_running_or_refusal
from rollout.rules.votes import quorum_words

NAMED = 3


def _gate_url(step: Step) -> str:
    return reverse("rollout:gate", args=[step.wave.program.slug, step.wave.number, step.key])


def reopening_roles(step: Step) -> tuple[str, ...]:
    """Whoever submits the gate and whoever decides it."""
    roles = gate_roles(step)
    return tuple(dict.fromkeys((*roles.submitted_by, *roles.decided_by)))


def may_reopen(actor: User, step: Step, *, holders: Holders | None = None) -> Answer:
    """Lead or sponsor (as the playbook has it for this gate), or a delegate in their name, reopen a passed gate."""
    if (answer := is_running_or_refusal(step.wave.program, holders=holders)) is not True:
        return answer
    if step.state == Step.State.SUSPECT:
        return Refusal(
            "This gate is in doubt already, so there is nothing to reopen. It has to be confirmed or decided again.",
            fix_label="Go to that gate",
            fix_url=_gate_url(step),
        )
    if step.state not in Step.PASSED_STATES:
        return Refusal("Only a passed gate can be reopened; this one has not been passed.")
    holders = holders or holders_in(step.wave.program_id)
    return acts_or_refusal(actor, step.wave.program, reopening_roles(step), holders, "A gate is reopened")


def may_reconfirm(
    actor: User,
    step: Step,
    *,
    decision: GateDecision | None,
    differences: Sequence[str] = (),
    lasting: Sequence[str] = (),
    given: Sequence[Reconfirmation] = (),
    previous: Step | None = None,
    open_submission: GateSubmission | None = None,
    holders: Holders | None = None,
) -> Answer:
    """Say that a suspect gate still holds: a deciding role (or a delegate), never whoever submitted it, and only while
    the facts equal those it was decided on (``differences`` empty) and nothing has to be mended first (``lasting``).

    Where the playbook wants several deciders, each says so once; ``given`` are those who have. ``previous`` is the step
    before, whose gate comes first.
    """
    if (answer := is_running_or_refusal(step.wave.program, holders=holders)) is not True:
        return answer
    if step.state != Step.State.SUSPECT:
        return Refusal("This gate is not in doubt, so there is nothing to confirm.")
    holders = holders or holders_in(step.wave.program_id)
    roles = gate_roles(step)
    again = f"Submit the gate, and let {holders.names(*roles.decided_by) or 'the deciding role'} decide it again."
    if decision is None:
        return Refusal(f"There is no decision that could be confirmed. {again}", owed_by=_submitters(step, holders))
    if open_submission is not None:
        return Refusal(
            "This gate has been submitted again and waits for a decision, so it is decided, not confirmed.",
            owed_by=holders.deciders(*roles.decided_by),
        )
    if previous is not None and previous.state not in Step.PASSED_STATES:
        return Refusal(
            f"The gate of “{previous}” comes first: it is {previous.get_state_display().lower()}.",
            fix_label="Go to that gate",
            fix_url=_gate_url(previous),
        )
    if differences:
        return Refusal(
            f"The facts are not those it was decided on: {_some(differences)} {again}",
            owed_by=_submitters(step, holders),
            fix_label="See what is open",
            fix_url=_gate_url(step) + "#checklist",
        )
    if lasting:
        return Refusal(f"Something has to be mended first. {_some(lasting)}", owed_by=_submitters(step, holders))
    submitted_by = decision.submission.submitted_by_id
    if actor.pk == submitted_by or (
        acting_for(actor, holders, roles.decided_by) is not None
        and acting_for(actor, holders, roles.decided_by, barred=submitted_by) is None
    ):
        return Refusal(
            "You, or the person you act for, submitted this gate, so another person has to confirm it.",
            owed_by=holders.deciders(*roles.decided_by),
        )
    acting = acting_for(actor, holders, roles.decided_by, barred=submitted_by)
    voice = (acting.principal or actor).pk if acting else actor.pk
    if any(voice == one.voice_id for one in given):
        return Refusal(
            f"You have confirmed this gate already. It is confirmed by {quorum_words(step, holders)}.",
            owed_by=holders.deciders(*roles.decided_by),
        )
    return acts_or_refusal(
        actor, step.wave.program, roles.decided_by, holders, "This gate is confirmed", barred=submitted_by
    )


def _submitters(step: Step, holders: Holders) -> str:
    keys = gate_roles(step).submitted_by
    return holders.names(*keys) or holders.title(*keys)


def _some(sentences: Sequence[str]) -> str:
    more = f" And {len(sentences) - NAMED} more." if len(sentences) > NAMED else ""
    return " ".join(sentences[:NAMED]) + more
