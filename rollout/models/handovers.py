"""Duties that got another owner when a role changed hands."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from people.api import now
from rollout.models.gates import Condition


class ConditionHandover(models.Model):
    """A condition passed from one owner to the next. Appended; the condition itself names the owner of now."""

    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="handovers")
    from_owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to_owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_over_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_over_at = models.DateTimeField(default=now)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["handed_over_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_owner=F("to_owner")), name="condition_passes_to_somebody_else")
        ]

    def __str__(self) -> str:
        return f"{self.condition}: {self.from_owner} to {self.to_owner}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append-only."""
        if not self._state.adding:
            raise ValidationError("A handover is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("A handover is never deleted.")
