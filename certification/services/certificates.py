"""Keep the PDF of a credential at hand, and tell its holder. Both can be done again at any time."""

import logging
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from certification.documents import certificate_pdf
from certification.models import CertificateFile, Credential, CredentialMail
from certification.notifications import send_credential_issued
from people.api import now

logger = logging.getLogger(__name__)

TELL_WITHIN_DAYS = 7
"""News that is older than this is not sent any more: nobody wants to be congratulated a month late."""


def render_certificate(*, credential_id: int, again: bool = False) -> CertificateFile:
    """Return the stored PDF of a credential, rendered now if there is none, its file is lost, or ``again`` is set.

    A second caller meanwhile costs a rendering and changes nothing. Raises ``Credential.DoesNotExist``.
    """
    credential = Credential.objects.select_related("certification").get(pk=credential_id)
    stored = CertificateFile.objects.filter(credential=credential).first()
    if stored is not None and not again and default_storage.exists(stored.file.name or ""):
        return stored
    content = ContentFile(certificate_pdf(credential))
    with transaction.atomic():
        stored, _ = CertificateFile.objects.select_for_update().get_or_create(credential=credential)
        replaced = stored.file.name
        stored.file.save(f"{credential.number}.pdf", content, save=False)
        stored.rendered_at = now()
        stored.save()
    if replaced and replaced != stored.file.name:
        default_storage.delete(replaced)
    return stored


def render_missing() -> int:
    """Render every certificate that has no PDF yet and return how many that were. One failure stops nobody else."""
    rendered = 0
    missing = Credential.objects.filter(certificate_file__isnull=True).order_by("pk").values_list("pk", flat=True)
    for pk in list(missing):
        try:
            render_certificate(credential_id=pk)
            rendered += 1
        except Exception:
            logger.exception("Rendering the certificate of credential %s failed; the next sweep tries again.", pk)
    return rendered


def mail_credential(*, credential_id: int) -> bool:
    """Tell the holder that the certificate is there, unless they were told already; return whether a mail left.

    That it was sent is written down afterwards: a crash in between makes two mails, never none. People who have left
    get none. Raises ``Credential.DoesNotExist``, and whatever the mail server says.
    """
    credential = Credential.objects.select_related("holder").get(pk=credential_id)
    if not credential.holder.is_active or CredentialMail.objects.filter(credential=credential).exists():
        return False
    send_credential_issued(credential)
    CredentialMail.objects.get_or_create(credential=credential, defaults={"sent_at": now()})
    return True


def mail_missing() -> int:
    """Tell everybody whose mail was lost, up to a week after the issue; return how many mails left."""
    sent = 0
    waiting = Credential.objects.filter(
        mail__isnull=True, holder__is_active=True, issued_at__gte=now() - timedelta(days=TELL_WITHIN_DAYS)
    )
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        try:
            sent += mail_credential(credential_id=pk)
        except Exception:
            logger.exception("Mail about credential %s failed; the next sweep tries again.", pk)
    return sent
