"""Polite mail to people who owe something: one round per click, at most one mail per person, program and day."""

from typing import Self

from django.conf import settings
from django.db import models

from people.api import now
from rollout.models.items import ChecklistItem
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


class ReminderSentQuerySet(models.QuerySet["ReminderSent"]):
    def waiting(self) -> Self:
        return self.filter(delivery=ReminderSent.Delivery.QUEUED)


class ReminderSent(models.Model):
    """One mail to one person. ``lines`` is what it lists, as it stood when it was sent:
    ``{"text", "url", "note"}``."""

    class Delivery(models.TextChoices):
        QUEUED = "queued", "On its way"
        SENDING = "sending", "Being handed over"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"
        DROPPED = "dropped", "Not needed any more"

    round = models.ForeignKey(ReminderRound, on_delete=models.CASCADE, related_name="reminders")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="reminders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(help_text="The organization's calendar day.")
    lines = models.JSONField(default=list)
    delivery = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    objects = ReminderSentQuerySet.as_manager()

    class Meta:
        ordering = ["round_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["program", "person", "day"], name="one_reminder_per_person_program_and_day")
        ]

    def __str__(self) -> str:
        return f"Reminder to {self.person_id} on {self.day}"
