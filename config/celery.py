"""The task queue: one Celery application, tasks found in every app's ``tasks`` module."""

import logging
import os
import time
from typing import Any

from celery import Celery, Task
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")

logger = logging.getLogger(__name__)


class HealingTask(Task):
    """A task whose loss is bearable: when the broker is away the message is dropped with a warning.

    Every fact that a task acts on is in the database, and a periodic sweep finds it again
    (docs/decisions/0002), so a request must not fail because the queue is down. After a failure the broker is left
    alone for ``PAUSE_SECONDS``, so that a deed with much news does not wait for each piece of it.
    """

    PAUSE_SECONDS = 5.0
    away_until = 0.0

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < HealingTask.away_until:
            logger.info("Broker was unreachable a moment ago, %s is left to the sweep.", self.name)
            return None
        try:
            return super().apply_async(*args, **kwargs)
        except (OperationalError, ConnectionError) as error:
            HealingTask.away_until = time.monotonic() + self.PAUSE_SECONDS
            logger.warning("Broker unreachable, %s is left to the sweep: %s", self.name, error)
            return None


app = Celery("pilotage", task_cls="config.celery:HealingTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
