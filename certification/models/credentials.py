"""The issued certificate: an immutable row, its status as events, its PDF as a rendering (decision 0005)."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from certification.models.candidacies import Candidacy
from certification.models.immutable import AppendOnlyModel, AppendOnlyQuerySet
from certification.models.schemes import Certification
from people.api import end_of_day, now


class CredentialQuerySet(AppendOnlyQuerySet["Credential"]):
    def of(self, person_id: int) -> Self:
        return self.filter(holder_id=person_id)

    def valid_on(self, day: date) -> Self:
        """Credentials that are valid on ``day``, counted in the organization's time zone."""
        revoked = CredentialEvent.objects.filter(
            credential=models.OuterRef("pk"), kind=CredentialEvent.Kind.REVOKED, at__lte=end_of_day(day)
        )
        return self.filter(~models.Exists(revoked), valid_from__lte=day, valid_until__gte=day)

    def with_events(self) -> Self:
        return self.prefetch_related("events")


class Credential(AppendOnlyModel):
    """What was issued, as printed. Never updated: what happens later is a ``CredentialEvent``.

    ``evidence`` is a list of ``{"requirement", "kind", "title", "on", "by", "minutes", "source"}`` (``on`` an ISO day,
    ``by`` the observer's name or empty, ``source`` such as ``enrollment:12``); ``evidence_sha256`` is over its
    canonical JSON.
    """

    class Status(models.TextChoices):
        VALID = "valid", "Valid"
        EXPIRED = "expired", "Expired"
        REVOKED = "revoked", "Revoked"
        NOT_YET_VALID = "not_yet_valid", "Not valid yet"

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

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="credential_is_valid_for_at_least_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.holder_name}, {self.title}"


class CredentialEvent(AppendOnlyModel):
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

    objects = AppendOnlyQuerySet["CredentialEvent"].as_manager()

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
        return self.file.name or ""


class CredentialMail(models.Model):
    """The fact that the holder was told by mail. Written after sending: twice is bearable, never is not."""

    credential = models.OneToOneField(Credential, on_delete=models.CASCADE, related_name="mail")
    sent_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.credential_id} told"
