"""Submitting and deciding gates."""

from datetime import timedelta

from people.api import today
from rollout.models import Condition, GateDecision, GateSubmission, Step
from rollout.services import conditions, gates, holds
from tests.factories.rollout import StartedProgram, answer_step, open_until
from tests.rollout.deeds.shared import DECIDES, SUBMITS, Attempt, Deed, wave_url

FIRST = "prerequisites"


def clear_gate(started: StartedProgram) -> Attempt:
    answer_step(started, FIRST)
    return Attempt({"step": started.step(FIRST)}, wave_url("gate_submit", started, FIRST), {"message": "Please."})


def waiting_submission(started: StartedProgram) -> Attempt:
    answer_step(started, FIRST)
    submission = gates.submit_gate(step=started.step(FIRST), actor=started.project_lead)
    return Attempt({"submission": submission}, wave_url("gate_withdraw", started, FIRST), {"submission": submission.pk})


def decision(started: StartedProgram) -> Attempt:
    submission = waiting_submission(started).arguments["submission"]
    return Attempt(
        {"submission": submission, "outcome": "go"},
        wave_url("gate_decide", started, FIRST),
        {"submission": submission.pk, "outcome": "go", "reason": "", "seen": ""},
    )


def hold(started: StartedProgram) -> Attempt:
    submission = waiting_submission(started).arguments["submission"]
    held = gates.decide_gate(
        submission=submission, outcome="hold", actor=started.sponsor, revisit_on=today() + timedelta(days=9)
    )
    return Attempt(
        {"decision": held, "reason": "It was quicker."},
        wave_url("hold_lift", started, FIRST, held.pk),
        {"reason": "It was quicker."},
    )


def condition(started: StartedProgram) -> Attempt:
    open_until(started, "pilot_group")
    snapshot = {"items": []}
    step = started.step("pilot_group")
    submission = GateSubmission.objects.create(
        step=step, submitted_by=started.project_lead, snapshot=snapshot, state=GateSubmission.State.DECIDED
    )
    decision = GateDecision.objects.create(
        step=step,
        submission=submission,
        outcome="conditional_go",
        decided_by=started.sponsor,
        snapshot=snapshot,
        snapshot_sha256="",
    )
    Step.objects.filter(pk=step.pk).update(state=Step.State.PASSED_WITH_CONDITIONS)
    day = today() + timedelta(days=5)
    made = Condition.objects.create(
        decision=decision, item=started.item("processes_fit"), owner=started.people_lead, due_on=day
    )
    later = day + timedelta(days=5)
    return Attempt(
        {"condition": made, "owner": started.coach, "due_on": later, "reason": "On leave."},
        wave_url("condition", started, "pilot_group", made.pk),
        {"owner": started.coach.pk, "due_on": later.isoformat(), "reason": "On leave."},
    )


DEEDS = (
    Deed(gates.submit_gate, clear_gate, SUBMITS),
    Deed(gates.withdraw_submission, waiting_submission, SUBMITS),
    Deed(gates.decide_gate, decision, DECIDES),
    Deed(gates.vote_on_gate, decision, DECIDES),
    Deed(holds.lift_hold, hold, DECIDES),
    Deed(conditions.change_condition, condition, DECIDES),
)
