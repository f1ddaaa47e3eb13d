"""Mail of certification. Text and HTML come from one source: a subject, paragraphs and one action."""

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from certification.models import Credential


@dataclass(frozen=True)
class Letter:
    """What a mail says, before it becomes text or HTML. ``action`` is a label and an absolute address."""

    subject: str
    paragraphs: list[str]
    action: tuple[str, str]
    closing: str


def letter_from(template: str, context: dict[str, object], action: tuple[str, str]) -> Letter:
    """Read ``template`` into a letter: the first line is the subject, the last paragraph closes."""
    source = render_to_string(template, context).strip()
    subject, _, body = source.partition("\n")
    paragraphs = [" ".join(part.split()) for part in body.split("\n\n") if part.strip()]
    return Letter(subject.strip(), paragraphs[:-1], action, paragraphs[-1])


def send_credential_issued(credential: Credential) -> None:
    """Tell the holder of ``credential`` that the certificate was issued, where it is and how to show it."""
    site = settings.BASE_URL.rstrip("/")
    letter = letter_from(
        "emails/certification/credential_issued.txt",
        {"credential": credential, "verify_url": site + reverse("certification:verify", args=[credential.number])},
        ("See your certificate", site + reverse("certification:coaching")),
    )
    context = {"letter": letter, "company": credential.issuer}
    message = EmailMultiAlternatives(
        letter.subject, render_to_string("emails/certification/letter.txt", context), to=[credential.holder.email]
    )
    message.attach_alternative(render_to_string("emails/certification/letter.html", context), "text/html")
    message.send()
