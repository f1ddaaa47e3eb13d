"""Loading the demo takes a while, so tests of one stage share one load and roll back what they change."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from django.core.cache import caches
from django.core.management import call_command
from django.db import transaction

from tests.conftest import seed_wagtail


@contextmanager
def loaded_demo(django_db_blocker, stage: str) -> Iterator[str]:
    """Load the company into the test database until the block ends; yields what the command printed.

    Not pytest-django's ``db``: that closes the connection after each test, and the load with it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        seed_wagtail()
        out = StringIO()
        call_command("load_demo", stage=stage, stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)
    for cache in caches.all(initialized_only=True):
        cache.clear()


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
