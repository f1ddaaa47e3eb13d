"""Fixtures for every test: a clean cache, a settled clock, nothing from the network."""

import os
from typing import Any

import pytest
from django.core.cache import caches
from xdist.scheduler import LoadScopeScheduling

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}
SHARED_LOAD = "tests/cms/demo/test_training.py"


class OneLoadScheduling(LoadScopeScheduling):
    """Hand out tests one by one, but those that share one load of the demo company to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return SHARED_LOAD if nodeid.startswith(SHARED_LOAD) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneLoadScheduling:
    """Not ``--dist loadgroup``: xdist 3.8 writes groups where pytest 9.2 no longer reads them."""
    return OneLoadScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a second database, leave out what asks no database anything: it has been tested with the first."""
    if "TEST_DATABASE_URL" not in os.environ:
        return
    without = [item for item in items if not asks_a_database(item)]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if asks_a_database(item)]


def asks_a_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)


def seed_wagtail() -> None:
    """Make the rows that Wagtail's own migrations would make: tests build tables without running migrations."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Collection, Locale, Page, Site

    if Page.objects.exists():
        return
    Locale.objects.get_or_create(language_code="en")
    Collection.add_root(name="Root")
    root = Page.add_root(
        instance=Page(title="Root", slug="root", content_type=ContentType.objects.get_for_model(Page), depth=1)
    )
    Site.objects.create(hostname="localhost", root_page=root, is_default_site=True)


def make_search_table() -> None:
    """Make SQLite's full-text table as Wagtail's migration does; PostgreSQL's index is part of the model."""
    from importlib import import_module

    from django.db import connection, migrations

    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS wagtailsearch_indexentry_fts")
        for operation in import_module("wagtail.search.migrations.0006_customise_indexentry").Migration.operations:
            if isinstance(operation, migrations.SeparateDatabaseAndState):
                for statement in operation.database_operations:
                    cursor.execute(statement.sql)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        make_search_table()
        seed_wagtail()


@pytest.fixture(autouse=True)
def seeded_after_flush(request) -> None:
    """Transactional tests empty all tables, so the next one plants Wagtail's roots again."""
    if marker := request.node.get_closest_marker("django_db"):
        request.getfixturevalue("transactional_db" if marker.kwargs.get("transaction") else "db")
        seed_wagtail()


@pytest.fixture(autouse=True)
def clean_caches() -> None:
    """Every test starts with empty caches, so that query counts do not depend on the order of tests."""
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(autouse=True)
def media_in_temporary_folder(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def wagtail_indexes(settings) -> None:
    """Let Wagtail keep its search and reference indexes, which cost half of what a page costs to save."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
