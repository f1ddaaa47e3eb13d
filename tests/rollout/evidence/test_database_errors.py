"""A source that fails in the database: unknown on screens, and nothing is decided on it."""

import pytest
from django.db import connection

from people.api import Refused
from rollout import evidence
from rollout.models import GateSubmission
from rollout.services.evaluation import evaluate_gate
from rollout.services.gates import submit_gate
from tests.factories.rollout import answer_step, make_program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broken(monkeypatch):
    def read(context, checks):
        with connection.cursor() as cursor:
            cursor.execute("SELECT missing FROM no_such_table")
        return []

    monkeypatch.setitem(evidence.SOURCES, "charters_accepted", read)


def test_its_own_findings_are_unknown_and_the_others_are_read(broken):
    started = make_program()
    answer_step(started, "key_people")
    states = {e.item.key: e.state.value for e in evaluate_gate(step=started.step("key_people")).items}
    assert states == {
        "roles_assigned": "met",
        "responsibilities_documented": "unknown",
        "works_council_informed": "met",
    }


def test_nothing_is_submitted_on_it(broken):
    started = make_program(open_step="key_people")
    answer_step(started, "key_people")
    with pytest.raises(Refused):
        submit_gate(step=started.step("key_people"), actor=started.project_lead)
    assert not GateSubmission.objects.exists()
