"""The mail that gates came into doubt: one to each person, however many gates and causes there are."""

from collections.abc import Sequence

from people.api import LetterLine, User, letter_from, send_letter
from rollout.models import Step
from rollout.rules.words import gate_url


def send_doubt(person: User, steps: Sequence[tuple[Step, Sequence[str]]]) -> None:
    """Tell ``person`` which gates are in doubt and why. ``steps`` come with wave and program, each with its causes."""
    lines = [
        LetterLine(f"Step {step.number}, {step.title}", gate_url(step) + "#doubt", " ".join(causes))
        for step, causes in steps
    ]
    first = steps[0][0]
    context: dict[str, object] = {"person": person, "program": first.wave.program, "step": first, "count": len(lines)}
    letter = letter_from("emails/rollout/gate_suspect.txt", context, ("Look at the gate", lines[0].url), lines)
    send_letter(letter, to=person.email)
