"""Waivers and who approved them. A waiver is an overlay: it never makes an item met."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from people.api import now
from rollout.models.items import ChecklistItem


class WaiverQuerySet(models.QuerySet["Waiver"]):
    def live(self) -> Self:
        """Requested or active; whether the last day is over is for the reader to ask."""
        return self.filter(state__in=Waiver.LIVE)


class Waiver(models.Model):
    """An overlay on one item: it lets a gate pass without the item being met, and is never counted as met.

    Requested → active (approved by everybody whom its risk asks for) or rejected; active → fulfilled (the item was
    met), expired (its last day is over) or revoked. An ended waiver stays as it is; asking again makes a new row.
    """

    class Risk(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    class State(models.TextChoices):
        REQUESTED = "requested", "Requested"
        ACTIVE = "active", "Active"
        REJECTED = "rejected", "Rejected"
        REVOKED = "revoked", "Revoked"
        EXPIRED = "expired", "Expired"
        FULFILLED = "fulfilled", "Fulfilled"

    LIVE = (State.REQUESTED, State.ACTIVE)

    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="waivers")
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    reason = models.TextField(max_length=2000)
    risk = models.CharField(max_length=6, choices=Risk.choices)
    compensating_action = models.TextField(max_length=2000)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who gave the last approval, or rejected it.",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True, max_length=1000)
    expires_on = models.DateField(help_text="Last day of the waiver.")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When it was fulfilled, expired or taken back.")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who took it back; empty when the product closed it.",
    )
    closed_because = models.TextField(blank=True, max_length=1000)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state__in=["requested", "active"]), name="one_live_waiver_per_item"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="nobody_approves_their_own_waiver",
            ),
        ]

    def __str__(self) -> str:
        return f"Waiver: {self.item}"

    def clean(self) -> None:
        """Refuse a waiver of an item that the playbook marks as not waivable."""
        if not self.item.waivable:
            raise ValidationError(f"“{self.item}” cannot be waived by anybody.")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.clean()
        super().save(*args, **kwargs)


class WaiverApproval(models.Model):
    """One person's yes to a waiver, given in a role. A high risk needs two. Append-only."""

    waiver = models.ForeignKey(Waiver, on_delete=models.PROTECT, related_name="approvals")
    role = models.SlugField(max_length=40, help_text="Role in which it was given.")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose role it is, when somebody else acts for them.",
    )
    approved_at = models.DateTimeField(default=now)
    reason = models.TextField(blank=True, max_length=1000)

    class Meta:
        ordering = ["approved_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["waiver", "approved_by"], name="one_approval_per_person_and_waiver"),
            models.UniqueConstraint(fields=["waiver", "role"], name="one_approval_per_role_and_waiver"),
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | ~Q(acting_for=F("approved_by")),
                name="nobody_approves_a_waiver_for_themselves",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.waiver} approved by {self.approved_by}"

    @property
    def people(self) -> frozenset[int]:
        """Who stands behind it: the person and whoever they acted for."""
        return frozenset(pk for pk in (self.approved_by_id, self.acting_for_id) if pk is not None)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append-only; never by, or for, the person who asked."""
        if not self._state.adding:
            raise ValidationError("An approval of a waiver is never changed.")
        if self.waiver.requested_by_id in self.people:
            raise ValidationError("Nobody approves a waiver that they asked for themselves.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("An approval of a waiver is never deleted.")
