"""The mail two weeks before a retrospective: one to each person, however many teams it concerns."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.formats import date_format

from people.api import LetterLine, User, letter_from, organization_zone, send_letter
from rollout.models import Meeting


def send_retrospective_reminder(person: User, meetings: Sequence[Meeting], *, may_change: bool) -> None:
    """Remind ``person`` of retrospectives of one program. ``meetings`` come with team, wave and program; whoever may
    see the dates of the program gets the way to them, others to their own calendar."""
    zone = organization_zone()
    lines = [
        LetterLine(
            meeting.team.name if meeting.team is not None else meeting.wave.title,
            "",
            date_format(meeting.starts_at.astimezone(zone), "l, F j, Y, H:i"),
        )
        for meeting in meetings
    ]
    wave = meetings[0].wave
    action = (
        ("Look at the dates", reverse("rollout:meeting_list", args=[wave.program.slug, wave.number]))
        if may_change
        else ("See your calendar", reverse("rollout:calendar"))
    )
    context: dict[str, object] = {"person": person, "program": wave.program, "count": len(lines), "zone": str(zone)}
    letter = letter_from("emails/rollout/retrospective.txt", context, action, lines)
    send_letter(letter, to=person.email)
