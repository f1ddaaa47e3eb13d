"""Every deed × every persona × (own program, other program), through the services and through HTTP.

The table is generated from ``tests.rollout.deeds``; a service with an ``actor`` that stands in no entry fails.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from wagtail.models import ModelLogEntry

import rollout.services
from people.api import Refused, User
from rollout.queries.history_words import SENTENCES
from tests.rollout.deeds import DEEDS
from tests.rollout.deeds.shared import Attempt, Deed
from tests.rollout.worlds import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards, so that the next persona finds the same state."""
    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


def through_service(deed: Deed, attempt: Attempt, person: User) -> str:
    with undone():
        try:
            deed.service(**attempt.arguments, actor=person)
        except Refused as refused:
            return "refused" if str(refused).strip() else "refused without a reason"
        entry = ModelLogEntry.objects.filter(user=person, action__startswith="rollout.").order_by("pk").last()
        assert entry is not None, "a deed leaves a line of audit under the name of whoever did it"
        assert entry.action in SENTENCES
        return "done"


def through_page(attempt: Attempt, client: Client) -> str:
    with undone():
        status = client.post(attempt.url, attempt.form).status_code
    return {302: "done", 303: "done", 403: "refused", 404: "not found", 409: "refused"}.get(status, str(status))


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_deed(world, name):
    deed = DEEDS[name]
    attempts = {"own": deed.prepare(world.own), "other": deed.prepare(world.other)}
    assert bool(deed.no_page) != bool(attempts["own"].url), "either a page or the reason why there is none"
    answers, expected = {}, {}
    for persona, person in world.personas.items():
        client = Client()
        client.force_login(person)
        for place, attempt in attempts.items():
            own = place == "own"
            answers[persona, place, "service"] = through_service(deed, attempt, person)
            expected[persona, place, "service"] = deed.expected(persona, own=own)
            if not deed.no_page:
                answers[persona, place, "page"] = through_page(attempt, client)
                expected[persona, place, "page"] = deed.expected_on_page(persona, own=own)
    assert answers == expected


def services_with_an_actor() -> set[str]:
    found = set()
    for module in pkgutil.walk_packages(rollout.services.__path__, "rollout.services."):
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            own = function.__module__ == module.name and not name.startswith("_")
            if own and "actor" in inspect.signature(function).parameters:
                found.add(f"{module.name.removeprefix('rollout.services.')}.{name}")
    return found


def test_every_service_with_an_actor_stands_in_the_table():
    assert services_with_an_actor() - set(DEEDS) == set(), "add an entry in tests/rollout/deeds"


def test_the_table_names_no_service_that_is_gone():
    assert set(DEEDS) - services_with_an_actor() == set()
