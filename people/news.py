"""News goes up after commit (docs/decisions/0002)."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal


def announce(signal: Signal, **ids: Any) -> None:
    """Send ``signal`` once the surrounding transaction has committed; a failing receiver stops nobody else.

    ``ids`` carries ids only. Not ``on_commit(…, robust=True)``: on Django 5.2 that breaks with a partial.
    """
    transaction.on_commit(partial(signal.send_robust, sender=None, **ids))
