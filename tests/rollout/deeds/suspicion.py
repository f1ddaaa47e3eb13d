"""Reopening a passed gate and confirming one again. The first gate was submitted by the lead, passed by the sponsor."""

from rollout.services import gates, reconfirmation, reopening
from tests.factories.rollout import StartedProgram, answer_step
from tests.rollout.deeds.shared import DECIDES, SUBMITS, Attempt, Deed, wave_url

FIRST = "prerequisites"


def passed_gate(started: StartedProgram) -> Attempt:
    answer_step(started, FIRST)
    submission = gates.submit_gate(step=started.step(FIRST), actor=started.project_lead)
    gates.decide_gate(submission=submission, outcome="go", actor=started.sponsor)
    digest = reopening.preview_reopening(step=started.step(FIRST)).digest
    return Attempt(
        {"step": started.step(FIRST), "reason": "It is not so.", "acknowledged": digest},
        wave_url("gate_reopen", started, FIRST),
        {"reason": "It is not so.", "acknowledged": digest, "has_read": "on"},
    )


def suspect_gate(started: StartedProgram) -> Attempt:
    reopening.reopen_step(**passed_gate(started).arguments, actor=started.project_lead)
    return Attempt({"step": started.step(FIRST)}, wave_url("gate_reconfirm", started, FIRST), {"note": "It holds."})


DEEDS = (
    Deed(reopening.reopen_step, passed_gate, SUBMITS | DECIDES),
    Deed(reconfirmation.reconfirm_gate, suspect_gate, DECIDES),
)
