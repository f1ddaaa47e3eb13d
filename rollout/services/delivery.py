"""Handing mail over, at most once each."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Manager

from people.api import now
from rollout.models import Mailing

Delivery = Mailing.Delivery
ATTEMPTS = 5
HANDED_OVER_WITHIN = timedelta(hours=1)
"""After so long a mail that was being handed over counts as not delivered: better none than two."""
KEPT_BACK = timedelta(minutes=2)
"""How old a waiting mail has to be before a sweep takes it: its own task comes first."""


def hand_over(mailing: Mailing, send: Callable[[], None], *, drop_because: str = "") -> bool:
    """Send one mail and note it; return whether it went out. Whoever turns it from waiting to sending sends it.

    ``drop_because`` says why nobody needs it any more. When the mail server is away (``OSError``, raised again) the
    mail waits for the next attempt, at most ``ATTEMPTS`` times.
    """
    mine = _rows(type(mailing)).filter(pk=mailing.pk)
    waiting = mine.filter(delivery=Delivery.QUEUED)
    if drop_because:
        waiting.update(delivery=Delivery.DROPPED, problem=drop_because)
        return False
    attempts = mailing.attempts + 1
    if not waiting.update(delivery=Delivery.SENDING, attempts=attempts, attempted_at=now()):
        return False
    try:
        send()
    except OSError as error:
        again = attempts < ATTEMPTS
        mine.update(delivery=Delivery.QUEUED if again else Delivery.FAILED, problem=str(error)[:200])
        raise
    mine.update(delivery=Delivery.SENT, delivered_at=now(), problem="")
    return True


def give_up_on_cut_off(model: type[Mailing]) -> int:
    """Give up on mails whose handing over was cut off; return how many."""
    lost = _rows(model).filter(delivery=Delivery.SENDING, attempted_at__lt=now() - HANDED_OVER_WITHIN)
    return lost.update(delivery=Delivery.FAILED, problem="The handing over was cut off; it may have arrived.")


def _rows(model: type[Mailing]) -> Manager[Mailing]:
    return model._default_manager
