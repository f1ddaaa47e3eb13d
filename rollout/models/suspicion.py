"""Why a passed gate is in doubt, who reopened it, and who confirmed it again. Evidence is never touched."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.api import now
from rollout.models.gates import AppendOnly, GateDecision, in_whose_name
from rollout.models.programs import Step


class SuspicionQuerySet(models.QuerySet["Suspicion"]):
    def open(self) -> Self:
        """Causes that nobody has settled yet."""
        return self.filter(settled_at__isnull=True)

    def untold(self) -> Self:
        """Causes about which the mail has not gone out."""
        return self.open().filter(told_at__isnull=True)


class Suspicion(models.Model):
    """One cause for which a passed gate cannot be relied on. It stays until people confirm or decide the gate again,
    even when the data recovers by itself."""

    class Kind(models.TextChoices):
        REOPENED = "reopened", "Reopened"
        REGRESSED = "regressed", "Evidence regressed"
        WAIVER_ENDED = "waiver_ended", "A waiver ended"
        ROLE_VACANT = "role_vacant", "A role is vacant"
        ROSTER_CHANGED = "roster_changed", "The roster changed"
        CONDITION_OVERDUE = "condition_overdue", "A condition is overdue"

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="suspicions")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    about = models.CharField(max_length=100, help_text="Key or number of what it is about, so that it is said once.")
    because = models.TextField(max_length=1000)
    since = models.DateField()
    found_at = models.DateTimeField(default=now)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the mail about it was handed over.")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When people confirmed or decided again.")

    objects = SuspicionQuerySet.as_manager()

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "kind", "about"],
                condition=Q(settled_at__isnull=True),
                name="a_gate_is_in_doubt_once_for_each_cause",
            )
        ]

    def __str__(self) -> str:
        return self.because


class Reopening(AppendOnly):
    """Somebody called a passed gate into question, having seen what that affects. Append-only."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="reopenings")
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reopened_at = models.DateTimeField(default=now)
    reason = models.TextField(max_length=2000)
    preview = models.JSONField(help_text="What was shown and acknowledged before.")
    preview_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-reopened_at", "-id"]

    def __str__(self) -> str:
        return f"{self.step} reopened by {self.reopened_by}"


class Reconfirmation(AppendOnly):
    """One person's word that a gate in doubt still holds, on facts that equal those it was decided on. Append-only.

    ``is_final``: with this one the deciding roles are complete, and the gate is passed again.
    """

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="reconfirmations")
    decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, related_name="reconfirmations")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(default=now)
    note = models.TextField(blank=True, max_length=2000)
    causes = models.JSONField(default=list, help_text="What had called the gate into question, in words.")
    is_final = models.BooleanField(default=True)
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-confirmed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | ~Q(acting_for=F("confirmed_by")),
                name="nobody_reconfirms_a_gate_for_themselves",
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} confirmed again by {self.confirmed_by}"

    @property
    def voice_id(self) -> int:
        """Whose role spoke: whoever was acted for, else whoever acted."""
        return self.acting_for_id or self.confirmed_by_id

    @property
    def by_words(self) -> str:
        return in_whose_name(self.confirmed_by, self.acting_for)
