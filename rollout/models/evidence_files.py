"""Files handed in as evidence: every version is kept, and who opened it."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from people.api import now
from rollout.models.items import ChecklistItem

KEPT = "A version of an evidence file is never changed or deleted. Hand in a new one."


class EvidenceFile(models.Model):
    """The file that shows the answer to one question, in all its versions."""

    item = models.OneToOneField(ChecklistItem, on_delete=models.PROTECT, related_name="evidence_file")
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"File for “{self.item}”"


class EvidenceFileVersion(models.Model):
    """One file as it was handed in. ``extension`` follows from its content, never from its name."""

    evidence = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.FileField(upload_to="evidence/%Y/%m/")
    sha256 = models.CharField(
        max_length=64, blank=True, help_text="Empty: the file was missing when it was taken over."
    )
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    extension = models.CharField(max_length=10)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["evidence_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="one_evidence_file_version_per_number")
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ValidationError(KEPT)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError(KEPT)


class EvidenceView(models.Model):
    """That somebody opened a version: when first, when last, and how often."""

    version = models.ForeignKey(EvidenceFileVersion, on_delete=models.PROTECT, related_name="views")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField(default=now)
    last_at = models.DateTimeField(default=now)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["first_at"]
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="one_evidence_view_per_person")]

    def __str__(self) -> str:
        return f"{self.version_id} opened by {self.person_id}"
