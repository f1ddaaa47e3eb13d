"""The mail to somebody whose gate submission was taken back before anybody decided it."""

from django.urls import reverse

from people.api import letter_from, send_letter
from rollout.models import GateSubmission


def send_submission_withdrawn(submission: GateSubmission) -> None:
    """Tell whoever submitted that nothing will be decided for now, and why. Fetch with step, wave, program and both
    people. Raises ``OSError`` when the mail server is away."""
    step = submission.step
    if not submission.submitted_by.is_active or not submission.submitted_by.email:
        return
    context: dict[str, object] = {"submission": submission, "step": step, "program": step.wave.program}
    url = reverse("rollout:gate", args=[step.wave.program.slug, step.wave.number, step.key])
    letter = letter_from("emails/rollout/submission_withdrawn.txt", context, ("See what is open", url))
    send_letter(letter, to=submission.submitted_by.email)
