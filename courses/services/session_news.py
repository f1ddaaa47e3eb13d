"""Who has a seat hears that a session was moved or cancelled. Found again by the sweep when the queue lost it."""

import logging

from django.db.models import QuerySet

from courses.models import Booking
from courses.notifications import send_session_news
from people.api import now

logger = logging.getLogger(__name__)


def tell_of_session(*, session_id: int) -> int:
    """Mail everybody who has to hear of a change of this session; return how many mails left."""
    return _tell(Booking.objects.filter(session_id=session_id))


def tell_of_changed_sessions() -> int:
    """Mail everybody whose news was lost; return how many mails left."""
    return _tell(Booking.objects.all())


def _tell(bookings: QuerySet[Booking]) -> int:
    """Send what is due. That it was sent is written down afterwards: a crash in between makes two mails, never none.

    One failure stops nobody else. People who have left get none, and nobody hears of a session that is over.
    """
    due = bookings.filter(news_since__isnull=False).select_related("session__course", "person").order_by("pk")
    sent = 0
    for booking in due:
        if booking.person.is_active and booking.session.ends_at > now():
            try:
                send_session_news(booking)
            except OSError:
                logger.exception("Mail about the seat %s failed; the next sweep tries again.", booking.pk)
                continue
            sent += 1
        # A change that was made meanwhile has a newer moment and stays due.
        Booking.objects.filter(pk=booking.pk, news_since=booking.news_since).update(news_since=None)
    return sent
