"""News goes up after commit (docs/decisions/0002)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal

_is_history: ContextVar[bool] = ContextVar("pilotage_is_history", default=False)


def announce(signal: Signal, **ids: Any) -> None:
    """Send ``signal`` once the surrounding transaction has committed; a failing receiver stops nobody else.

    ``ids`` carries ids only. Not ``on_commit(…, robust=True)``: on Django 5.2 that breaks with a partial.
    """
    if _is_history.get():
        return
    transaction.on_commit(partial(signal.send_robust, sender=None, **ids))


@contextmanager
def history() -> Iterator[None]:
    """Let everything inside the block happen without news: nobody wants mail about what is told of past weeks.

    For the demo company. What has to follow from it is found by the sweeps.
    """
    token = _is_history.set(True)
    try:
        yield
    finally:
        _is_history.reset(token)
