"""The issued certificate: an immutable row, its status as events, its PDF as a rendering (decision 0005)."""

from django.conf import settings
from django.db import models

from certification.models.candidacies import Candidacy
from certification.models.schemes import Certification
from people.api import now


class Credential(models.Model):
    """What was issued, as printed. Never updated: what happens later is a ``CredentialEvent``.

    ``evidence`` is a list of ``{"kind", "title", "on", "by"}``; ``evidence_sha256`` is over its canonical JSON.
    """

    number = models.CharField(max_length=20, unique=True)
    candidacy = models.OneToOneField(Candidacy, on_delete=models.PROTECT, related_name="credential")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credentials")
    holder_name = models.CharField(max_length=200)
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="credentials")
    title = models.CharField(max_length=160)
    statement = models.TextField()
    issuer = models.CharField(max_length=160)
    evidence = models.JSONField()
    evidence_sha256 = models.CharField(max_length=64)
    valid_from = models.DateField()
    valid_until = models.DateField(help_text="Last day of validity.")
    issued_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"{self.number}: {self.holder_name}, {self.title}"


class CredentialEvent(models.Model):
    """Something that happened to a credential. Append-only; the status is read from these and the dates."""

    class Kind(models.TextChoices):
        ISSUED = "issued", "Issued"
        REVOKED = "revoked", "Revoked"

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField(default=now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True, max_length=1000)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "kind"], name="issued_and_revoked_at_most_once"),
        ]

    def __str__(self) -> str:
        return f"{self.credential_id} {self.kind}"


class CertificateFile(models.Model):
    """The rendered PDF. May be made again at any time; the credential does not depend on it."""

    credential = models.OneToOneField(Credential, on_delete=models.CASCADE, related_name="certificate_file")
    file = models.FileField(upload_to="certificates/%Y/")
    rendered_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.file.name
