"""What a decider wants to know before deciding a gate, and what the project lead answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from people.api import now
from rollout.models.gates import GateSubmission


class GateQuestion(models.Model):
    """Asked about one submission, answered once. Both travel by mail and stay on the page."""

    submission = models.ForeignKey(GateSubmission, on_delete=models.PROTECT, related_name="questions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    question = models.TextField(max_length=2000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, max_length=4000)
    question_mailed_at = models.DateTimeField(null=True, blank=True)
    answer_mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True, answer="")
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
                name="an_answer_has_a_name_and_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.question
