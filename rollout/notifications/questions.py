"""Mail about a question to a submitted gate, and about its answer."""

from collections.abc import Sequence

from django.urls import reverse

from people.api import User, letter_from, send_letter
from rollout.models import GateQuestion


def send_question(question: GateQuestion, people: Sequence[User]) -> None:
    """Ask ``people`` for an answer."""
    _send("emails/rollout/gate_question.txt", question, people, "Answer the question", "gate")


def send_answer(question: GateQuestion, people: Sequence[User]) -> None:
    """Tell ``people`` the answer; from there they can decide."""
    _send("emails/rollout/gate_answer.txt", question, people, "Decide the gate", "sponsor")


def _send(template: str, question: GateQuestion, people: Sequence[User], label: str, screen: str) -> None:
    step = question.submission.step
    slug = step.wave.program.slug
    url = reverse("rollout:gate", args=[slug, step.wave.number, step.key]) + "#questions"
    if screen == "sponsor":
        url = reverse("rollout:sponsor", args=[slug])
    for person in people:
        context: dict[str, object] = {
            "person": person,
            "question": question,
            "step": step,
            "program": step.wave.program,
        }
        send_letter(letter_from(template, context, (label, url)), to=person.email)
