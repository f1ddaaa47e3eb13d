"""Deeds about time: standing still and going on."""

from rollout.services.pauses import pause_program, resume_program
from tests.factories.rollout import StartedProgram
from tests.rollout.deeds.shared import SET_UP, SPONSOR, Attempt, Deed, program_url

STEERS = SET_UP | SPONSOR


def _pause(started: StartedProgram) -> Attempt:
    arguments = {"program": started.program, "reason": "Merger"}
    return Attempt(arguments, program_url("pause", started), {"reason": "Merger"})


def _resume(started: StartedProgram) -> Attempt:
    pause_program(program=started.program, actor=started.project_lead, reason="Merger")
    return Attempt({"program": started.program}, program_url("resume", started))


DEEDS = (Deed(pause_program, _pause, STEERS), Deed(resume_program, _resume, STEERS))
