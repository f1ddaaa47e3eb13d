"""Who may submit, withdraw and decide a gate, and which outcomes the facts allow."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.timezone import localtime

from people.api import Answer, Refusal, User, in_words, today
from rollout.models import GateDecision, GateSubmission, Program, Step
from rollout.queries.decisions import revisit_day
from rollout.queries.holders import SPONSOR, Holders, and_list, gate_roles, holders_in, or_list
from rollout.rules.acting import acts_or_refusal
from rollout.rules.evaluation import GateEvaluation, ItemEvaluation
from rollout.rules.programs import is_running_or_refusal
from rollout.rules.statements import holds_or_refusal

Outcome = GateDecision.Outcome
NAMED = 5


def facts_digest(evaluation: GateEvaluation) -> str:
    """Return a short mark of what a decision depends on: state, strength and waiver of every item.

    Not the snapshot's own hash: that moves with every single trained person, and a decider would be sent back for
    38 turning into 39.
    """
    facts = [
        [e.item.key, e.state.value, e.open_strength.value if e.open_strength else "", e.waiver.pk if e.waiver else 0]
        for e in evaluation.items
    ]
    facts += [["condition", str(one.condition.pk), one.e.state.value, 0] for one in evaluation.conditions]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _is_running(step: Step, holders: Holders | None) -> Answer:
    if step.wave.program.state == Program.State.STOPPED or step.state == Step.State.STOPPED:
        return Refusal(f"{step.wave.program.title} was stopped, so its gates are no longer decided.")
    return is_running_or_refusal(step.wave.program, holders=holders)


def _gate_url(step: Step) -> str:
    return reverse("rollout:gate", args=[step.wave.program.slug, step.wave.number, step.key])


def _holders_of(step: Step, holders: Holders | None) -> Holders:
    return holders or holders_in(step.wave.program_id)


def _comes_after(previous: Step | None) -> Answer:
    if previous is None or previous.state in Step.PASSED_STATES:
        return True
    return Refusal(
        f"The gate of “{previous}” comes first: it is {previous.get_state_display().lower()}.",
        fix_label="Go to that gate",
        fix_url=_gate_url(previous),
    )


def owed(items: Sequence[ItemEvaluation], holders: Holders) -> str:
    """Name open questions and who owes each: “Is … ? (Anna Berg), …”; at most five, then how many more."""
    named = [
        f"“{e.item.question}” ({holders.names(e.item.responsible) or holders.title(e.item.responsible) + ', vacant'})"
        for e in items[:NAMED]
    ]
    if len(items) > NAMED:
        named.append(f"{len(items) - NAMED} more")
    return and_list(named)


def blocked_refusal(evaluation: GateEvaluation, holders: Holders) -> Refusal:
    """Say which musts and conditions are open and who owes them."""
    musts = evaluation.open_musts
    if not musts and evaluation.open_conditions:
        return _conditions_refusal(evaluation)
    if not musts:
        return Refusal("This step has no questions that could be evaluated, and unknown is not met.")
    count = "1 question that must be met is" if len(musts) == 1 else f"{len(musts)} questions that must be met are"
    people = dict.fromkeys(person.get_full_name() for e in musts for person in holders.people(e.item.responsible))
    waivable = any(e.item.waivable for e in musts)
    conditions = f" {_conditions_refusal(evaluation).reason}" if evaluation.open_conditions else ""
    return Refusal(
        f"{count} still open: {owed(musts, holders)}.{conditions}",
        owed_by=and_list(people),
        fix_label="See what is open",
        fix_url=_gate_url(evaluation.step) + "#checklist",
        waived_by=holders.names(*gate_roles(evaluation.step).decided_by) if waivable else "",
    )


def _conditions_refusal(evaluation: GateEvaluation) -> Refusal:
    """Say which conditions of the gate before are open. Nobody waives them: the gate before is decided again."""
    conditions = evaluation.open_conditions
    named = [
        f"“{one.question}” ({one.condition.owner.get_full_name()}, until {in_words(one.condition.due_on)})"
        for one in conditions[:NAMED]
    ]
    if len(conditions) > NAMED:
        named.append(f"{len(conditions) - NAMED} more")
    what = "A condition of the gate before is" if len(conditions) == 1 else "Conditions of the gate before are"
    return Refusal(
        f"{what} still open: {and_list(named)}.",
        owed_by=and_list(dict.fromkeys(one.condition.owner.get_full_name() for one in conditions)),
        fix_label="See the conditions",
        fix_url=_gate_url(evaluation.step) + "#conditions",
    )


def may_lift_hold(actor: User, step: Step, hold: GateDecision | None, *, holders: Holders | None = None) -> Answer:
    """Whoever decided the hold, always, and whoever decides this gate now, ends a hold before its day."""
    if hold is None:
        return Refusal("No hold stands at this gate.")
    if (answer := _is_running(step, holders)) is not True:
        return answer
    if actor.is_active and actor.pk in (hold.decided_by_id, hold.acting_for_id):
        return True
    roles = gate_roles(step).decided_by
    return acts_or_refusal(actor, step.wave.program, roles, _holders_of(step, holders), "This hold can be lifted")


def held_refusal(step: Step, hold: GateDecision, holders: Holders) -> Refusal:
    """Say until when the gate rests and who can end that."""
    on = revisit_day(hold)
    day = in_words(on) if on else "later"
    others = holders.deciders(*gate_roles(step).decided_by)
    names = or_list(dict.fromkeys(name for name in (hold.decided_by.get_full_name(), others) if name))
    return Refusal(
        f"This gate is on hold until {day}: it can be submitted again from that day on, or as soon as the hold is "
        f"lifted by {names}.",
        owed_by=hold.decided_by.get_full_name(),
        fix_label="See the hold",
        fix_url=_gate_url(step) + "#decision",
    )


def may_submit_gate(
    actor: User,
    step: Step,
    *,
    evaluation: GateEvaluation,
    open_submission: GateSubmission | None = None,
    previous: Step | None = None,
    hold: GateDecision | None = None,
    holders: Holders | None = None,
) -> Answer:
    """The role that submits (or its deputy) asks for a decision when no must is open.

    ``previous`` is the step before, whose gate has to be passed; ``open_submission`` the one that waits already;
    ``hold`` the hold that stands (``queries.decisions.standing_hold``).
    """
    if (answer := _is_running(step, holders)) is not True:
        return answer
    if step.state == Step.State.LOCKED:
        before = f"“{previous}”" if previous else "the step before"
        return Refusal(
            f"This step opens when the gate of {before} is passed. You can prepare it until then.",
            fix_label="Go to that gate" if previous else "",
            fix_url=_gate_url(previous) if previous else "",
        )
    if step.state not in (Step.State.OPEN, Step.State.SUSPECT):
        return Refusal("This gate is passed already.")
    if (answer := _comes_after(previous)) is not True:
        return answer
    holders = _holders_of(step, holders)
    if open_submission is not None:
        roles = gate_roles(step)
        return Refusal(
            f"{open_submission.submitted_by.get_full_name()} has submitted this gate already; it waits for a decision.",
            owed_by=holders.names(*roles.decided_by),
        )
    if hold is not None:
        return held_refusal(step, hold, holders)
    answer = holds_or_refusal(
        actor, step.wave.program, gate_roles(step).submitted_by, holders, "This gate is submitted"
    )
    if answer is not True:
        return answer
    if evaluation.verdict == "blocked":
        return blocked_refusal(evaluation, holders)
    return True


def may_withdraw_submission(actor: User, submission: GateSubmission, *, holders: Holders | None = None) -> Answer:
    """The person who submitted, or another holder of the submitting role, takes an undecided submission back."""
    if submission.state != GateSubmission.State.OPEN:
        return Refusal(f"This submission is no longer open: it is {submission.get_state_display().lower()}.")
    if submission.submitted_by_id == actor.pk:
        return True
    step = submission.step
    return holds_or_refusal(
        actor,
        step.wave.program,
        gate_roles(step).submitted_by,
        _holders_of(step, holders),
        "This submission can be taken back",
    )


def already_decided(decision: GateDecision) -> Refusal:
    """Name the decision that was first."""
    when = localtime(decision.decided_at)
    return Refusal(
        f"{decision.deciders} has already decided this gate: {decision.get_outcome_display()}, "
        f"on {in_words(when.date())} at {when:%H:%M}. Nothing was changed.",
        fix_label="Read that decision",
        fix_url=reverse(
            "rollout:decision",
            args=[
                decision.step.wave.program.slug,
                decision.step.wave.number,
                decision.step.key,
                decision.pk,
            ],
        ),
    )


def may_decide_gate(
    actor: User,
    step: Step,
    *,
    submission: GateSubmission | None,
    holders: Holders | None = None,
) -> Answer:
    """The role that decides (its holder, deputy, or a delegate in their name) decides an open submission; never the
    person who submitted, and nobody in that person's name."""
    if (answer := _is_running(step, holders)) is not True:
        return answer
    holders = _holders_of(step, holders)
    roles = gate_roles(step)
    if submission is None and step.state in Step.PASSED_STATES:
        who = holders.deciders(*roles.decided_by) or holders.title(*roles.decided_by)
        return Refusal(
            f"This gate is passed, so there is nothing to decide. It is decided again by {who} once it is "
            "reopened, or once a later gate is returned to this step."
        )
    if submission is None:
        return Refusal(
            "There is nothing to decide yet: the gate has not been submitted.",
            owed_by=holders.names(*roles.submitted_by) or holders.title(*roles.submitted_by),
        )
    if submission.state == GateSubmission.State.WITHDRAWN:
        because = f" {submission.closed_because}" if submission.closed_because else ""
        return Refusal(f"The submission was taken back, so there is nothing to decide.{because}")
    if submission.state == GateSubmission.State.DECIDED:
        return already_decided(submission.decision)
    if submission.submitted_by_id == actor.pk:
        return Refusal(
            "You submitted this gate yourself, so another person has to decide it.",
            owed_by=_others(holders, roles.decided_by, submission),
        )
    answer = acts_or_refusal(
        actor,
        step.wave.program,
        roles.decided_by,
        holders,
        "This gate is decided",
        barred=submission.submitted_by_id,
    )
    if answer is not True and holders.acting(actor.pk, *roles.decided_by) is not None:
        return Refusal(
            f"You act for {submission.submitted_by.get_full_name()}, who submitted this gate, so another person has "
            "to decide it.",
            owed_by=_others(holders, roles.decided_by, submission),
        )
    return answer


def _others(holders: Holders, roles: Sequence[str], submission: GateSubmission) -> str:
    """Name who may decide besides the person who submitted."""
    others = [p.get_full_name() for p in holders.people(*roles) if p.pk != submission.submitted_by_id]
    return or_list(others) or f"another holder of the role {holders.title(*roles)}"


def may_choose_outcome(
    actor: User,
    outcome: str,
    *,
    evaluation: GateEvaluation,
    previous: Step | None = None,
    holders: Holders | None = None,
) -> Answer:
    """Whether the facts as they stand now allow the outcome; stop is the sponsor's alone.

    Neither go is possible while the gate of ``previous``, the step before, is not (or no longer) passed.
    """
    step = evaluation.step
    holders = _holders_of(step, holders)
    if outcome == Outcome.STOP:
        answer = acts_or_refusal(actor, step.wave.program, [SPONSOR], holders, "A program can only be stopped")
        if answer is not True:
            return answer
    if outcome in (Outcome.GO, Outcome.CONDITIONAL_GO) and (answer := _comes_after(previous)) is not True:
        return answer
    if outcome in evaluation.possible_outcomes():
        return True
    if evaluation.verdict == "blocked":
        refusal = blocked_refusal(evaluation, holders)
        return Refusal(
            f"{Outcome(outcome).label} is not possible. {refusal.reason}",
            owed_by=refusal.owed_by,
            fix_label=refusal.fix_label,
            fix_url=refusal.fix_url,
            waived_by=refusal.waived_by,
        )
    if outcome == Outcome.GO:
        shoulds = evaluation.open_shoulds
        return Refusal(
            f"Go is possible with conditions only, since this is open: {owed(shoulds, holders)}. Choose “Conditional "
            "go” and give each an owner and a date."
        )
    return Refusal("Nothing is open that could become a condition. Choose “Go”.")


def may_revisit_on(day: date | None) -> Answer:
    """A hold names the day on which the gate is looked at again, and that day is in the future."""
    if day is None:
        return Refusal("A hold needs the day on which you look at this gate again.")
    if day <= today():
        return Refusal("The day to look at this gate again has to be in the future.")
    return True


def may_return_to(step: Step, target: Step | None) -> Answer:
    """A return goes to the step itself or an earlier one of the same wave."""
    if target is None:
        return Refusal("A return names the step that is worked on again.")
    if target.wave_id != step.wave_id or target.number > step.number:
        return Refusal(f"A return goes to “{step}” or an earlier step, not to “{target}”.")
    return True
