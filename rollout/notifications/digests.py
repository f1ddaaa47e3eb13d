"""The weekly letter about a program."""

from dataclasses import replace

from django.urls import reverse

from people.api import LetterFile, LetterLine, User, letter_from, send_letter
from rollout.notifications.reminders import as_read_by
from rollout.rules.reports import ProgramReport

CHANGES_TOLD = 10


def send_digest(person: User, report: ProgramReport, pdf: bytes, company: str) -> None:
    """Send the letter with its PDF: decisions and changes as links, everything else in sentences."""
    program = report.program
    lines = [LetterLine(f"{one.text} waits for {one.who}", one.url, "Decision") for one in report.waiting]
    lines += [LetterLine(one.text, one.url, "Changed") for one in report.changes[:CHANGES_TOLD]]
    context: dict[str, object] = {
        "person": person,
        "report": report,
        "program": program,
        "as_of": as_read_by(person, report.as_of),
        "more_changes": max(0, len(report.changes) - CHANGES_TOLD),
        "choice_path": reverse("rollout:digest", args=[program.slug]),
    }
    action = ("Open the sponsor page", reverse("rollout:sponsor", args=[program.slug]))
    letter = letter_from("emails/rollout/digest.txt", context, action, lines)
    file = LetterFile(f"{program.slug}-{report.day.isoformat()}.pdf", pdf, "application/pdf")
    send_letter(replace(letter, files=[file]), to=person.email, company=company)
