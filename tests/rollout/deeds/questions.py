"""Questions about a gate that waits for a decision; the project lead has submitted it."""

from rollout.models import GateSubmission
from rollout.services import gates, questions
from tests.factories.rollout import StartedProgram, answer_step
from tests.rollout.deeds.shared import DECIDES, SUBMITS, Attempt, Deed, program_url


def _submitted(started: StartedProgram) -> GateSubmission:
    answer_step(started, "prerequisites")
    return gates.submit_gate(step=started.step("prerequisites"), actor=started.project_lead)


def ask(started: StartedProgram) -> Attempt:
    submission = _submitted(started)
    form = {"deed": "ask", "submission": submission.pk, "question": "How sure are you?"}
    return Attempt(
        {"submission": submission, "question": "How sure are you?"}, program_url("sponsor_act", started), form
    )


def answer(started: StartedProgram) -> Attempt:
    asked = questions.ask_gate_question(submission=_submitted(started), actor=started.sponsor, question="How sure?")
    url = program_url("question_answer", started, asked.pk)
    return Attempt({"question": asked, "answer": "Quite sure."}, url, {"answer": "Quite sure."})


DEEDS = (
    Deed(questions.ask_gate_question, ask, DECIDES),
    Deed(questions.answer_gate_question, answer, SUBMITS),
)
