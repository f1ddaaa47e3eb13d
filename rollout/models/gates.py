"""Submissions and decisions. Decisions are append-only and carry the snapshot they were made on."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from people.api import User, now
from rollout.models.items import ChecklistItem
from rollout.models.programs import Step


def in_whose_name(person: User, principal: User | None) -> str:
    """“Karl Reif” or, when he acted for somebody, “Karl Reif for Anna Berg”."""
    name = person.get_full_name()
    return f"{name} for {principal.get_full_name()}" if principal else name


class AppendOnly(models.Model):
    """A row that is written once and stays as it is."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ValidationError(f"A {self._meta.verbose_name} is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError(f"A {self._meta.verbose_name} is never deleted.")


class GateSubmission(models.Model):
    """The lead says: please decide. ``snapshot`` is the evaluation as it stood."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting for a decision"
        DECIDED = "decided", "Decided"
        WITHDRAWN = "withdrawn", "Withdrawn"

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="submissions")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=now)
    message = models.TextField(blank=True, max_length=2000)
    snapshot = models.JSONField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who took it back; empty when the product did, because the facts had turned.",
    )
    closed_because = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-submitted_at"]
        constraints = [
            models.UniqueConstraint(fields=["step"], condition=Q(state="open"), name="one_open_submission_per_step")
        ]

    def __str__(self) -> str:
        return f"{self.step} submitted by {self.submitted_by}"


class GateDecision(models.Model):
    """A human act on a frozen snapshot. One per submission, by constraint; never changed."""

    class Outcome(models.TextChoices):
        GO = "go", "Go"
        CONDITIONAL_GO = "conditional_go", "Conditional go"
        HOLD = "hold", "Hold"
        RETURN = "return", "Return"
        STOP = "stop", "Stop"

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="decisions")
    submission = models.OneToOneField(GateSubmission, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="In whose name a delegate decided; empty when they decided in their own right.",
    )
    decided_at = models.DateTimeField(default=now)
    reason = models.TextField(blank=True, max_length=4000)
    revisit_on = models.DateField(null=True, blank=True)
    return_to = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    todo = models.JSONField(
        default=list, help_text='What a return asks for: [{"step", "key", "question", "text"}]; key empty: text alone.'
    )
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="hold") | Q(revisit_on__isnull=False), name="hold_has_a_revisit_date"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="return") | Q(return_to__isnull=False), name="return_names_a_step"
            ),
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | ~Q(acting_for=F("decided_by")),
                name="a_delegate_decides_for_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.get_outcome_display()}"

    @property
    def deciders(self) -> str:
        """“Karl Reif” or “Karl Reif for Anna Berg”, as it reads after “decided by”."""
        return in_whose_name(self.decided_by, self.acting_for)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append-only: a decision that stands is never written again."""
        if not self._state.adding:
            raise ValidationError("A gate decision is never changed. Decide again instead.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("A gate decision is never deleted.")


class DecisionVote(AppendOnly):
    """One voice in a decision that needs several. A changed mind is a new row; the latest of a voice counts.

    ``terms`` is what the outcome comes with, as JSON; ``seen`` the mark of the facts it was given on
    (``rules.gates.facts_digest``): once they have moved it no longer counts.
    """

    submission = models.ForeignKey(GateSubmission, on_delete=models.PROTECT, related_name="votes")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=16, choices=GateDecision.Outcome.choices)
    reason = models.TextField(blank=True, max_length=4000)
    terms = models.JSONField(default=dict)
    seen = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "vote"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(acting_for__isnull=True) | ~Q(acting_for=F("voter")),
                name="a_delegate_votes_for_somebody_else",
            )
        ]

    def __str__(self) -> str:
        return f"{self.voters}: {self.get_outcome_display()}"

    @property
    def voters(self) -> str:
        """“Karl Reif” or “Karl Reif for Anna Berg”."""
        return in_whose_name(self.voter, self.acting_for)

    @property
    def voice_id(self) -> int:
        """Whose voice it is: the person in whose name it was given."""
        return self.acting_for_id or self.voter_id


class HoldLift(AppendOnly):
    """A hold that was ended before its day."""

    decision = models.OneToOneField(GateDecision, on_delete=models.PROTECT, related_name="lift")
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(max_length=1000)
    at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "lifted hold"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.decision} lifted by {self.lifted_by}"

    @property
    def lifters(self) -> str:
        """“Karl Reif” or “Karl Reif for Anna Berg”."""
        return in_whose_name(self.lifted_by, self.acting_for)


class Condition(models.Model):
    """An open *should* that a conditional go turned into a duty with owner and date, due in the next step."""

    decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, related_name="conditions")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="conditions")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conditions")
    due_on = models.DateField()
    met_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on"]
        constraints = [models.UniqueConstraint(fields=["decision", "item"], name="one_condition_per_item_and_decision")]

    def __str__(self) -> str:
        return f"{self.item} by {self.due_on}"
