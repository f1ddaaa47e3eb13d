"""The weekly letter about a program: one issue per program and week, one mail per reader, and who does not want it."""

from django.conf import settings
from django.db import models

from people.api import now
from rollout.models.mailings import Mailing
from rollout.models.programs import Program


class DigestIssue(models.Model):
    """The letter of one week. ``state`` is how the program stood; the next issue tells what differs from it."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="digests")
    week_on = models.DateField(help_text="The Monday of the week.")
    state = models.JSONField()
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-week_on"]
        constraints = [models.UniqueConstraint(fields=["program", "week_on"], name="one_digest_per_program_and_week")]

    def __str__(self) -> str:
        return f"{self.program_id}, week of {self.week_on}"


class DigestSent(Mailing):
    """The issue as it goes to one reader."""

    issue = models.ForeignKey(DigestIssue, on_delete=models.CASCADE, related_name="mailings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["issue_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["issue", "person"], name="one_digest_per_reader_and_week")]

    def __str__(self) -> str:
        return f"Digest to {self.person_id}"


class DigestOptOut(models.Model):
    """Somebody does not want the weekly letter of a program."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="digest_opt_outs")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "person"], name="one_digest_opt_out_per_person_and_program")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} without the letter of {self.program_id}"
