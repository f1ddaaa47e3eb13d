"""The audit trail: Wagtail's log, on the product's own clock."""

from typing import Any

from django.db import models
from wagtail.log_actions import log as write

from people.clock import now


def log(instance: models.Model, action: str, **details: Any) -> None:
    """Write one line of audit about ``instance``: who (``user``, None is the product itself) did what (``action``,
    registered by its app), with ``data`` that JSON can hold.

    The line bears the time of ``now()``, so that what happens at another moment (the demo company's past) is dated
    like the rows it is about.
    """
    write(instance, action, timestamp=now(), **details)
