"""When somebody last looked at a program board, and how the program stood then."""

from django.conf import settings
from django.db import models

from people.api import now
from rollout.models.programs import Program


class ProgramVisit(models.Model):
    """One person's latest visit to one board. ``baseline`` is how the program stood when the visit before it ended;
    what differs from it is new to the person. ``latest`` becomes the baseline of the next visit."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="visits")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    baseline = models.JSONField()
    baseline_at = models.DateTimeField(default=now)
    latest = models.JSONField()
    seen_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-seen_at"]
        constraints = [models.UniqueConstraint(fields=["program", "person"], name="one_visit_per_person_and_program")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.program_id}, {self.seen_at:%Y-%m-%d %H:%M}"
