"""Mail of courses."""

from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from courses.models import Booking, WorkshopSession
from people.api import letter_from, organization_zone, send_letter


def send_session_news(booking: Booking) -> None:
    """Tell who has the seat that the session was cancelled, or where and when it takes place now.

    Times are in the reader's own time zone. Raises ``OSError`` when the mail server is away.
    """
    session, person = booking.session, booking.person
    is_cancelled = session.state == WorkshopSession.State.CANCELLED
    zone = ZoneInfo(person.time_zone) if person.time_zone else organization_zone()
    with timezone.override(zone):
        letter = letter_from(
            f"emails/courses/session_{'cancelled' if is_cancelled else 'moved'}.txt",
            {"session": session, "person": person, "zone": str(zone).replace("_", " ")},
            ("See the other dates", reverse("courses:sessions"))
            if is_cancelled
            else ("See the session", reverse("courses:session", args=[session.pk])),
        )
    send_letter(letter, to=person.email)
