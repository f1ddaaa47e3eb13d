from django.conf import settings
from django.db import models

from people.clock import now


class PeopleImport(models.Model):
    """One uploaded people file: checked first, applied once. The file itself is kept only until it is applied."""

    class State(models.TextChoices):
        CHECKED = "checked", "Checked"
        APPLIED = "applied", "Applied"

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: applied from the command line.",
    )
    uploaded_at = models.DateTimeField(default=now)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField(help_text="The file as uploaded; emptied when applied, replaced or refused.")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKED)
    summary = models.JSONField(default=dict, help_text="Counts and the first rows of each kind, as shown.")
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"
