"""Polite mail to people who owe something: one round per click, at most one mail per person, program and day."""

from django.conf import settings
from django.db import models

from people.api import now
from rollout.models.items import ChecklistItem
from rollout.models.mailings import Mailing
from rollout.models.programs import Program


class ReminderRound(models.Model):
    """Somebody reminded people: about everything they owe, or about one question."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="reminder_rounds")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opening = models.CharField(max_length=500)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"Reminders of {self.program_id}, {self.created_at:%Y-%m-%d %H:%M}"


class ReminderSent(Mailing):
    """One mail to one person. ``lines`` is what it lists, as it stood when it was sent:
    ``{"text", "url", "note"}``."""

    round = models.ForeignKey(ReminderRound, on_delete=models.CASCADE, related_name="reminders")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="reminders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(help_text="The organization's calendar day.")
    lines = models.JSONField(default=list)

    class Meta:
        ordering = ["round_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["program", "person", "day"], name="one_reminder_per_person_program_and_day")
        ]

    def __str__(self) -> str:
        return f"Reminder to {self.person_id} on {self.day}"
