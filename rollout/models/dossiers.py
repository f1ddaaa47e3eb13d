"""The dossier of a program: what was decided, in order, each entry chained to the one before."""

from collections.abc import Iterable
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.db import models

from people.api import now
from rollout.chain import entry_hash, hashed_facts
from rollout.models.programs import Program, Step

APPEND_ONLY = "A dossier is only ever added to. Record what happened since as a new entry."


class DossierEntryQuerySet(models.QuerySet["DossierEntry"]):
    """Refuses every bulk way of changing or deleting entries."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise ValidationError(APPEND_ONLY)

    def delete(self) -> NoReturn:
        raise ValidationError(APPEND_ONLY)

    def bulk_update(self, objs: Iterable["DossierEntry"], fields: Any, batch_size: int | None = None) -> NoReturn:
        raise ValidationError(APPEND_ONLY)


class DossierEntry(models.Model):
    """One thing that counts later. ``payload``: ``{"sentence", "by", "acting_for", "facts"}`` with people as
    ``{"id", "name"}`` or null, named as they were.

    Written by ``services.dossiers`` only, in the transaction of the deed. ``hash`` covers everything here and
    ``previous_hash``.
    """

    class Kind(models.TextChoices):
        DECISION = "decision", "Decision"
        HOLD_LIFTED = "hold_lifted", "Hold lifted"
        CONDITION = "condition", "Condition"
        WAIVER = "waiver", "Waiver"
        SUSPICION = "suspicion", "Gate became suspect"
        REOPENING = "reopening", "Reopening"
        RECONFIRMATION = "reconfirmation", "Reconfirmation"
        DELEGATION = "delegation", "Delegation"
        WORKS_COUNCIL = "works_council", "Works council"

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="dossier")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, blank=True, related_name="dossier")
    payload = models.JSONField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=now)

    objects = DossierEntryQuerySet.as_manager()

    class Meta:
        ordering = ["program_id", "number"]
        verbose_name_plural = "dossier entries"
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="one_dossier_entry_per_number"),
            models.UniqueConstraint(fields=["program", "previous_hash"], name="one_dossier_entry_after_another"),
        ]

    def __str__(self) -> str:
        return f"Entry {self.number}: {self.get_kind_display()}"

    @property
    def place(self) -> str:
        """The address of the step inside the program, as the hash covers it; fetch ``step__wave`` for lists."""
        return f"{self.step.wave.number}/{self.step.key}" if self.step is not None else ""

    def hashed(self) -> dict[str, Any]:
        """Return everything that the hash covers."""
        return hashed_facts(**self._facts())

    def computed_hash(self) -> str:
        """Return the hash that the entry would have to carry, from what it says now."""
        return entry_hash(**self._facts())

    def _facts(self) -> dict[str, Any]:
        return {
            "program_id": self.program_id,
            "number": self.number,
            "kind": self.kind,
            "step": self.place,
            "created_at": self.created_at,
            "payload": self.payload,
            "previous_hash": self.previous_hash,
        }

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ValidationError(APPEND_ONLY)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ValidationError(APPEND_ONLY)
