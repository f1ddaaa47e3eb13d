"""The audit trail: Wagtail's log, on the product's own clock."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from wagtail.log_actions import log as write

from people.clock import now
from people.models import User


def log(
    instance: models.Model,
    action: str,
    *,
    user: User | None = None,
    data: Mapping[str, Any] | None = None,
    people: Iterable[User] = (),
    **details: Any,
) -> None:
    """Write one line of audit about ``instance``: who (``user``, None is the product itself) did what (``action``,
    registered by its app), with ``data`` that JSON can hold.

    The names of ``user`` and of ``people``, whom the deed is about, are kept under ``names`` as they are now. The line
    bears the time of ``now()``, so that what happens at another moment (the demo company's past) is dated like the
    rows it is about.
    """
    names = {str(person.pk): person.get_full_name() for person in (user, *people) if person is not None}
    kept = {**(data or {}), **({"names": names} if names else {})}
    write(instance, action, user=user, data=kept, timestamp=now(), **details)
