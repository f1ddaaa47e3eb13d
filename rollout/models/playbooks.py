"""The reusable method. Its content is one document, so a version is immutable and a YAML file is a whole copy."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from people.api import now


class Playbook(models.Model):
    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    summary = models.TextField(blank=True)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class PlaybookVersion(models.Model):
    """One edition of a playbook. ``content`` has the shape of ``rollout.models.playbook_content.PlaybookContent``."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    playbook = models.ForeignKey(Playbook, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    change_note = models.TextField(blank=True, max_length=1000)
    made_at = models.DateTimeField(default=now)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["playbook_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["playbook", "number"], name="one_playbook_version_per_number"),
            models.UniqueConstraint(fields=["playbook"], condition=Q(state="draft"), name="one_draft_per_playbook"),
        ]

    def __str__(self) -> str:
        return f"{self.playbook}, version {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to write a version that is published already: programs rely on it."""
        self._refuse_when_published()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_when_published()
        return super().delete(*args, **kwargs)

    def _refuse_when_published(self) -> None:
        published = PlaybookVersion.objects.filter(pk=self.pk, state=self.State.PUBLISHED)
        if not self._state.adding and published.exists():
            raise ValidationError(f"{self} is published and never changes. Import the change as a new version.")
