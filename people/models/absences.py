"""Long leaves: who is away for weeks, so that figures neither wait for them nor remind them."""

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.clock import now


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> Self:
        """Leaves that cover ``day``."""
        return self.felt_on(day, grace_days=0)

    def felt_on(self, day: date, *, grace_days: int) -> Self:
        """Leaves that cover ``day``, or ended so recently that the person still has their grace period."""
        return self.filter(started_on__lte=day).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day - timedelta(days=grace_days))
        )


class Absence(models.Model):
    """A leave of weeks or months. Nothing is kept of illness or its reasons: what matters here is only the time."""

    class Kind(models.TextChoices):
        PARENTAL = "parental", "Parental leave"
        SABBATICAL = "sabbatical", "Sabbatical"
        SECONDMENT = "secondment", "Secondment"
        OTHER = "other", "Other long leave"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OTHER)
    started_on = models.DateField("first day away")
    ends_on = models.DateField("last day away", null=True, blank=True, help_text="Empty: not known yet.")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=now)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "person_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("started_on")),
                name="absence_ends_on_its_first_day_or_later",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(ends_on__isnull=True), name="one_absence_without_an_end_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} away from {self.started_on}"
