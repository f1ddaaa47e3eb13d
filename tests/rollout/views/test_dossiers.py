"""The dossier of a gate: page, PDF and data."""

import json
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse

from people.api import today
from rollout.chain import canonical_json, snapshot_sha256
from rollout.models import DossierEntry, GateDecision
from rollout.services.gates import decide_gate, submit_gate
from rollout.services.holds import lift_hold
from tests.factories.rollout import StartedProgram, answer_step, make_program

pytestmark = pytest.mark.django_db
KEY = "prerequisites"


def decide(started: StartedProgram, outcome: str = "go", **terms) -> GateDecision:
    submission = submit_gate(step=started.step(KEY), actor=started.project_lead, message="Please read the notes.")
    return decide_gate(submission=submission, outcome=outcome, actor=started.sponsor, reason="All there.", **terms)


@pytest.fixture
def started() -> StartedProgram:
    started = make_program(members=0)
    answer_step(started, KEY)
    return started


def address(started: StartedProgram, name: str = "dossier") -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, 0, KEY])


def test_page_shows_decision_snapshot_and_answers(client, started):
    decide(started)
    client.force_login(started.coach)
    page = client.get(address(started)).content.decode()
    assert "Decided the gate of step 0, Check the ground: go." in page
    assert "Please read the notes." in page
    assert started.item("direction_given").question in page
    assert DossierEntry.objects.get().hash in page
    assert "Every entry follows from the one before it" in page
    assert page.count(">Answered</") + page.count("Attested") >= 3


def test_page_of_a_gate_without_decisions_says_what_will_stand_there(client, started):
    client.force_login(started.coach)
    page = client.get(address(started)).content.decode()
    assert "Nothing has been decided about this gate yet" in page
    assert "Go to the gate" in page


def test_page_says_when_the_chain_does_not_hold(client, started, db):
    from django.db import connection

    decide(started)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE rollout_dossierentry SET hash = %s", ["0" * 64])
    client.force_login(started.coach)
    page = client.get(address(started)).content.decode()
    assert "The chain does not hold" in page
    assert "Entry 1: was changed after it was written" in page


def test_names_stay_as_they_were(client, started):
    decide(started)
    name = started.sponsor.get_full_name()
    type(started.sponsor).objects.filter(pk=started.sponsor.pk).update(last_name="Renamed-Since")
    client.force_login(started.coach)
    assert f"<strong>{name}:</strong>" in client.get(address(started)).content.decode()


def test_pdf_is_tagged_and_named_after_the_gate(client, started):
    decide(started)
    client.force_login(started.coach)
    response = client.get(address(started, "dossier_pdf"))
    assert response["Content-Type"] == "application/pdf"
    assert f'filename="{started.program.slug}-0-{KEY}-dossier.pdf"' in response["Content-Disposition"]
    with pikepdf.open(BytesIO(response.content)) as document:
        assert document.Root.MarkInfo.Marked
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == f"Dossier: {started.program.title}, {started.step(KEY).title}"


def test_data_can_be_checked_elsewhere(client, started):
    import hashlib

    decision = decide(started)
    client.force_login(started.coach)
    for url in (address(started, "dossier_json"), reverse("rollout:program_dossier", args=[started.program.slug])):
        response = client.get(url)
        assert "attachment" in response["Content-Disposition"]
        [entry] = json.loads(response.content)["entries"]
        sha256, snapshot = entry.pop("hash"), entry.pop("snapshot")
        assert hashlib.sha256(canonical_json(entry).encode()).hexdigest() == sha256
        assert snapshot_sha256(snapshot) == decision.snapshot_sha256 == entry["payload"]["facts"]["snapshot_sha256"]


@pytest.mark.parametrize("decisions", [1, 4])
def test_page_costs_the_same_for_one_entry_and_for_many(client, started, decisions, django_assert_num_queries):
    for _ in range(decisions):
        decide(started, "return", return_to=started.step(KEY))
    client.force_login(started.coach)
    client.get(address(started))
    with django_assert_num_queries(11):
        assert client.get(address(started)).content.count(b'<article class="panel') == decisions


def test_a_lifted_hold_does_not_repeat_what_was_decided_on(client, started):
    hold = decide(started, "hold", revisit_on=today() + timedelta(days=9))
    lift_hold(decision=hold, actor=started.sponsor, reason="Earlier.")
    client.force_login(started.coach)
    page = client.get(address(started)).content.decode()
    assert "Hold lifted" in page
    assert page.count("What it was decided on") == 1
