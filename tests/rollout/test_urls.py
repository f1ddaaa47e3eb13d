"""Every address of the program side × every persona, in one table. 404 where one may not know that something exists.

What the forms behind the addresses do is in the deeds table.
"""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from people.models import User
from rollout.services.gates import decide_gate
from tests.factories.rollout import StartedProgram
from tests.rollout.deeds import gates
from tests.rollout.deeds.shared import PERSONAS, SEES_OTHER, SEES_OWN
from tests.rollout.worlds import World, make_world

pytestmark = pytest.mark.django_db

FIRST = gates.FIRST
PAGES = {
    # name: what comes after the program's address; a callable is asked for it
    "board": [],
    "roles": [],
    "parameters": [],
    "delegations": [],
    "pause": [],
    "remind": [],
    "invitations": [],
    "roster": [0],
    "meetings": [0],
    "gate": [0, FIRST],
    "decision": lambda decision: [0, FIRST, decision.pk],
    "dossier": [0, FIRST],
    "dossier_pdf": [0, FIRST],
    "dossier_json": [0, FIRST],
    "program_dossier": [],
    "item": [0, FIRST, "direction_given"],
}
"""Pages that whoever sees the program may read."""
FOR_EVERYBODY = {"programs": 200, "program_new": 200}
ONLY_FORMS = {
    "board_seen",
    "role_assign",
    "role_end",
    "resume",
    "delegation_revoke",
    "roster_add",
    "roster_freeze",
    "roster_remove",
    "wave_dates",
    "open_enrollment",
    "start_cycle",
    "gate_submit",
    "gate_withdraw",
    "gate_decide",
    "item_state",
    "waiver_request",
    "waiver_decide",
}
"""Addresses that only take forms: they stand in the deeds table."""
TESTED_ELSEWHERE = {"evidence_file", "draft", "draft_discard"}
"""Files: tests/rollout/views/test_items.py; drafts belong to one person: tests/rollout/views/test_drafts.py."""


def addresses(started: StartedProgram) -> dict[str, str]:
    submission = gates.waiting_submission(started).arguments["submission"]
    decision = decide_gate(submission=submission, outcome="go", actor=started.sponsor)
    return {
        name: reverse(f"rollout:{name}", args=[started.program.slug, *(more(decision) if callable(more) else more)])
        for name, more in PAGES.items()
    }


@pytest.fixture
def world() -> World:
    return make_world()


def statuses(person: User | None, urls: dict[str, str]) -> dict[str, int]:
    client = Client()
    if person is not None:
        client.force_login(person)
    return {name: client.get(url).status_code for name, url in urls.items()}


def test_every_page_answers_every_persona(world):
    own, other = addresses(world.own), addresses(world.other)
    for persona in PERSONAS:
        person = world.personas[persona]
        expected = (200 if persona in SEES_OWN else 404), (200 if persona in SEES_OTHER else 404)
        assert statuses(person, own) == dict.fromkeys(own, expected[0]), persona
        assert statuses(person, other) == dict.fromkeys(other, expected[1]), persona
    assert statuses(None, own) == dict.fromkeys(own, 302)


def test_pages_without_a_program_are_for_everybody(world):
    urls = {name: reverse(f"rollout:{name}") for name in FOR_EVERYBODY}
    for persona in PERSONAS:
        assert statuses(world.personas[persona], urls) == FOR_EVERYBODY
    assert statuses(None, urls) == dict.fromkeys(urls, 302)


def test_the_table_is_complete():
    resolver = get_resolver().namespace_dict["rollout"][1]
    names = {name for name in resolver.reverse_dict if isinstance(name, str)}
    assert names == {*PAGES, *FOR_EVERYBODY, *ONLY_FORMS, *TESTED_ELSEWHERE}
