"""Clicks at the same instant on the guided start. Real threads and row locks, so PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from people.api import Refused
from rollout.models import Program, ProgramDraft
from rollout.services.drafts import save_draft, start_program_from_draft
from tests.rollout.services.test_drafts import filled_in, make_lead

ROUNDS = 10

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def needs_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def at_once(*deeds: Callable[[], object]) -> list[str]:
    together = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> str:
        try:
            together.wait()
            deed()
        except Refused as refused:
            return refused.refusal.reason
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_two_first_answers_make_one_draft():
    for _ in range(ROUNDS):
        lead = make_lead()
        said = at_once(
            lambda lead=lead: save_draft(owner=lead, answers={"title": "Here"}),
            lambda lead=lead: save_draft(owner=lead, answers={"goal": "There"}),
        )
        assert said == ["done", "done"]
        answers = ProgramDraft.objects.get(owner=lead).answers
        assert (answers.title, answers.goal) == ("Here", "There")


def test_two_clicks_on_start_make_one_program():
    lead = make_lead()
    draft = filled_in(lead)
    said = at_once(*[lambda: start_program_from_draft(draft=draft, actor=lead)] * 2)
    assert said == ["done", "done"]
    assert Program.objects.count() == 1


def test_two_leads_start_one_program_in_an_area():
    first, second = make_lead(), make_lead()
    draft = filled_in(first)
    other = filled_in(second, title="Another", area=draft.answers.area, units=[])
    said = at_once(
        lambda: start_program_from_draft(draft=draft, actor=first),
        lambda: start_program_from_draft(draft=other, actor=second),
    )
    assert sorted(word == "done" for word in said) == [False, True]
    assert Program.objects.count() == 1
