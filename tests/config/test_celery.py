"""A broker that is away never breaks a request: the message is dropped, the sweep finds the work."""

import logging

import pytest
from celery import Celery
from django.conf import settings

from config.celery import HealingTask, app


@pytest.fixture
def app_without_broker(monkeypatch) -> Celery:
    lonely = Celery("lonely", broker="redis+socket:///nowhere/valkey.sock", task_cls="config.celery:HealingTask")
    lonely.conf.task_publish_retry = False
    lonely.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr(HealingTask, "away_until", 0.0)
    return lonely


def test_task_is_dropped_with_a_warning_when_the_broker_is_away(app_without_broker, caplog):
    @app_without_broker.task(name="tests.lost")
    def lost() -> None: ...

    with caplog.at_level(logging.WARNING, logger="config.celery"):
        assert lost.delay() is None
    assert "tests.lost is left to the sweep" in caplog.text


def test_after_a_failure_the_broker_is_left_alone_for_a_moment(app_without_broker, monkeypatch):
    @app_without_broker.task(name="tests.lost_again")
    def lost() -> None: ...

    lost.delay()
    monkeypatch.setattr(app_without_broker, "send_task", lambda *args, **kwargs: pytest.fail("asked the broker again"))
    assert lost.delay() is None


def test_tasks_survive_a_killed_worker():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.task_ignore_result


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks


def test_every_task_has_an_explicit_name():
    app.loader.import_default_modules()
    ours = [name for name in app.tasks if not name.startswith("celery.")]
    assert ours
    assert all(name.split(".")[0] in {"people", "courses", "certification", "rollout", "cms"} for name in ours)
    assert not [name for name in ours if ".tasks." in name]
