"""Mail that every floor may send. Text and HTML come from one source: a subject, paragraphs and one action."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from people.queries.organization import organization


@dataclass(frozen=True)
class LetterLine:
    """One entry of a letter's list: what it is about, its absolute address, and a quieter note."""

    text: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class LetterFile:
    """A file that goes with a letter."""

    name: str
    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True)
class Letter:
    """What a mail says, before it becomes text or HTML. ``action`` is a label and an absolute address; ``lines``
    stand as a list between the paragraphs and the action."""

    subject: str
    paragraphs: list[str]
    action: tuple[str, str]
    closing: str
    lines: list[LetterLine] = field(default_factory=list)
    files: list[LetterFile] = field(default_factory=list)


def absolute(path: str) -> str:
    """Return the full address of ``path`` on this installation; a full address stays as it is."""
    return path if "://" in path else settings.BASE_URL.rstrip("/") + path


def letter_from(
    template: str, context: dict[str, object], action: tuple[str, str], lines: Sequence[LetterLine] = ()
) -> Letter:
    """Read ``template`` into a letter: the first line is the subject, the last paragraph closes.

    Addresses of ``action`` and ``lines`` may be paths; they are made absolute.
    """
    source = render_to_string(template, context).strip()
    subject, _, body = source.partition("\n")
    paragraphs = [" ".join(part.split()) for part in body.split("\n\n") if part.strip()]
    return Letter(
        subject.strip(),
        paragraphs[:-1],
        (action[0], absolute(action[1])),
        paragraphs[-1],
        [replace(line, url=absolute(line.url)) if line.url else line for line in lines],
    )


def send_letter(letter: Letter, *, to: str, company: str = "") -> None:
    """Send ``letter`` to one address, signed by ``company`` (default: the organization). Raises ``OSError`` when the
    mail server is away."""
    context = {"letter": letter, "company": company or organization().company_name}
    message = EmailMultiAlternatives(letter.subject, render_to_string("emails/letter.txt", context), to=[to])
    message.attach_alternative(render_to_string("emails/letter.html", context), "text/html")
    for file in letter.files:
        message.attach(file.name, file.content, file.media_type)
    message.send()
