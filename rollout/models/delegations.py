"""Who decides in somebody's name for a while: dated, with both names on record."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.api import now
from rollout.models.programs import Program


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def standing(self, day: date) -> Self:
        """Delegations that hold on ``day`` (organization's calendar): begun, not over, not taken back."""
        return self.unrevoked().filter(starts_on__lte=day, ends_on__gte=day)

    def unrevoked(self) -> Self:
        return self.filter(revoked_at__isnull=True)


class Delegation(models.Model):
    """``from_person`` lets ``to_person`` decide in their name from ``starts_on`` through ``ends_on``.

    It carries no role: it works only while ``from_person`` holds the role themselves. Taken back, never deleted.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="delegations")
    from_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_given"
    )
    to_person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="delegations_held")
    role_key = models.SlugField("role", max_length=40, blank=True, help_text="Empty: every role of the person.")
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")
    reason = models.TextField(max_length=1000)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_because = models.CharField(max_length=1000, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_person=F("to_person")), name="nobody_delegates_to_themselves"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.to_person} for {self.from_person}"
