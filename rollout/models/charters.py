"""What each role promises, edition by edition, and who has accepted which edition."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from people.api import now
from rollout.models.roles import ExternalHolder, RoleSlot


class CharterText(models.Model):
    """One edition of a role's charter. Never changed: a new wording is a new edition, which is accepted again."""

    slot = models.ForeignKey(RoleSlot, on_delete=models.PROTECT, related_name="charter_texts")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=6000)
    change_note = models.CharField(max_length=300, blank=True)
    written_at = models.DateTimeField(default=now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the text of the playbook.",
    )

    class Meta:
        ordering = ["slot_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["slot", "number"], name="one_charter_text_per_number")]

    def __str__(self) -> str:
        return f"{self.slot}, edition {self.number}"

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The paragraphs with what stands before their colon: (“Purpose”, “you lend …”); without one, no heading."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        split = [line.partition(":") for line in lines]
        return [
            (head, f"{text.strip()[:1].upper()}{text.strip()[1:]}")
            if text and head.isalpha()
            else ("", f"{head}{mark}{text}")
            for head, mark, text in split
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to write an edition again: people have accepted it as it is."""
        if not self._state.adding:
            raise ValidationError("A charter is never changed. Write a new edition instead.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("A charter is never deleted.")


class CharterAcceptance(models.Model):
    """Somebody accepted an edition: a holder or deputy with their own click, an external holder on paper."""

    text = models.ForeignKey(CharterText, on_delete=models.PROTECT, related_name="acceptances")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    external = models.ForeignKey(
        ExternalHolder, on_delete=models.PROTECT, null=True, blank=True, related_name="acceptances"
    )
    accepted_at = models.DateTimeField(default=now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=500, blank=True, help_text="Where the signed paper of an external is.")

    class Meta:
        ordering = ["accepted_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, external__isnull=True)
                | Q(person__isnull=True, external__isnull=False),
                name="a_person_or_an_external_accepts_a_charter",
            ),
            models.CheckConstraint(
                condition=Q(external__isnull=True) | ~Q(document=""), name="an_external_accepts_on_paper"
            ),
            models.UniqueConstraint(fields=["text", "person"], name="a_person_accepts_a_charter_once"),
            models.UniqueConstraint(fields=["text", "external"], name="an_external_accepts_a_charter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.text} accepted by {self.person or self.external}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Append-only: what was accepted stays accepted, with the wording it was."""
        if not self._state.adding:
            raise ValidationError("An acceptance is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError("An acceptance is never deleted.")
