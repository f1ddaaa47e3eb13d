"""Mail to somebody whom a comment names."""

from django.urls import reverse

from people.api import User, letter_from, send_letter
from rollout.models import Remark


def send_mention(remark: Remark, person: User) -> None:
    """Tell ``person`` what was written, with the way to the question. Raises ``OSError``."""
    step = remark.item.step
    program = step.wave.program
    url = reverse("rollout:item", args=[program.slug, step.wave.number, step.key, remark.item.key]) + "#comments"
    context: dict[str, object] = {"person": person, "remark": remark, "program": program}
    send_letter(letter_from("emails/rollout/mention.txt", context, ("Read the comment", url)), to=person.email)
