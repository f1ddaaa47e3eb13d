"""Mail of certification."""

from django.urls import reverse

from certification.models import Credential
from people.api import absolute, letter_from, send_letter


def send_credential_issued(credential: Credential) -> None:
    """Tell the holder of ``credential`` that the certificate was issued, where it is and how to show it."""
    letter = letter_from(
        "emails/certification/credential_issued.txt",
        {"credential": credential, "verify_url": absolute(reverse("certification:verify", args=[credential.number]))},
        ("See your certificate", reverse("certification:coaching")),
    )
    send_letter(letter, to=credential.holder.email, company=credential.issuer)
