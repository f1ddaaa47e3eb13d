"""The polite mail to somebody who owes something."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import localtime

from people.api import LetterLine, User, in_words, letter_from, organization_zone, send_letter
from rollout.models import ReminderSent


def as_read_by(person: User, moment: datetime) -> str:
    """Return ``moment`` in the person's own time zone (else the organization's), with the zone's name."""
    zone = ZoneInfo(person.time_zone) if person.time_zone else organization_zone()
    local = localtime(moment, zone)
    return f"{in_words(local.date())}, {local:%H:%M} ({zone.key})"


def send_reminder(reminder: ReminderSent) -> None:
    """Send the mail: what is owed, each with its page. Fetch with person, round, its program and sender."""
    round_, person = reminder.round, reminder.person
    lines = [LetterLine(line["text"], line["url"], line.get("note", "")) for line in reminder.lines]
    first = lines[0].url if len(lines) == 1 else settings.LOGIN_REDIRECT_URL
    context: dict[str, object] = {
        "person": person,
        "program": round_.program,
        "opening": round_.opening,
        "sender": round_.sent_by,
        "count": len(lines),
        "as_of": as_read_by(person, round_.created_at),
    }
    label = "Open it" if len(lines) == 1 else "See everything that waits for you"
    letter = letter_from("emails/rollout/reminder.txt", context, (label, first), lines)
    send_letter(letter, to=person.email)
