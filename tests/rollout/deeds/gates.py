"""Submitting and deciding gates."""

from rollout.services import gates
from tests.factories.rollout import StartedProgram, answer_step
from tests.rollout.deeds.shared import SPONSOR, SUBMITS, Attempt, Deed, wave_url

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


DEEDS = (
    Deed(gates.submit_gate, clear_gate, SUBMITS),
    Deed(gates.withdraw_submission, waiting_submission, SUBMITS),
    Deed(gates.decide_gate, decision, SPONSOR),
)
