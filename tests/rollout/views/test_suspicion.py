"""Reopening and confirming again, as people do it on the pages."""

from html import unescape

import pytest
from django.urls import reverse

from rollout.models import Reopening, Step
from rollout.services.reopening import preview_reopening
from rollout.services.statements import withdraw_statement
from tests.factories.rollout import StartedProgram, make_program
from tests.rollout.services.test_reopening import reopen
from tests.rollout.services.test_suspicion import pass_gate

pytestmark = pytest.mark.django_db


@pytest.fixture
def started() -> StartedProgram:
    started = make_program()
    pass_gate(started)
    pass_gate(started, "goal")
    return started


def url(started: StartedProgram, name: str, key: str = "prerequisites") -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, 0, key])


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def test_a_passed_gate_leads_to_the_preview(client, started):
    client.force_login(started.project_lead)
    assert url(started, "gate_reopen") in client.get(url(started, "gate")).content.decode()
    text = words(client.get(url(started, "gate_reopen")))
    assert "Step 0, Check the ground" in text
    assert "Step 1, Set a clear goal" in text
    assert "None is waiting." in text
    assert not Reopening.objects.exists()


def test_reopening_needs_the_tick_and_a_reason(client, started):
    client.force_login(started.project_lead)
    digest = preview_reopening(step=started.step("prerequisites")).digest
    response = client.post(url(started, "gate_reopen"), {"acknowledged": digest, "reason": "It is not so."})
    assert "Read what is affected, then tick this." in words(response)
    assert not Reopening.objects.exists()
    posted = {"acknowledged": digest, "reason": "It is not so.", "has_read": "on"}
    assert client.post(url(started, "gate_reopen"), posted).url == url(started, "gate")
    text = words(client.get(url(started, "gate")))
    assert "Reopened. 2 gates have to be confirmed or decided again; nothing was reset." in text
    assert "Why this gate is in doubt" in text
    assert "It is not so." in text


def test_a_preview_that_is_out_of_date_is_shown_again_with_the_words(client, started):
    client.force_login(started.project_lead)
    posted = {"acknowledged": "old", "reason": "It is not so.", "has_read": "on"}
    response = client.post(url(started, "gate_reopen"), posted)
    assert response.status_code == 409
    assert "has changed since you looked at it" in words(response)
    assert "It is not so." in words(response)
    assert preview_reopening(step=started.step("prerequisites")).digest in response.content.decode()


def test_whoever_may_not_reopen_reads_who_may(client, started):
    client.force_login(started.coach)
    text = words(client.get(url(started, "gate_reopen")))
    assert f"A gate is reopened by {started.project_lead.get_full_name()} or {started.sponsor.get_full_name()}" in text
    assert "I have read what this affects." not in text


def test_one_click_in_the_gate_room_confirms(client, started):
    reopen(started)
    client.force_login(started.sponsor)
    response = client.get(url(started, "gate"))
    assert "Every question stands as it did when the gate passed." in words(response)
    seen = response.context["digest"]
    assert client.post(url(started, "gate_reconfirm"), {"seen": seen}).url == url(started, "gate")
    assert started.step("prerequisites").state == Step.State.PASSED
    titles = [entry.title for entry in client.get(url(started, "gate")).context["history"]]
    assert titles[:3] == ["Confirmed again", "Reopened", "Decided: Go"]


def test_what_differs_is_said_and_the_control_is_closed(client, started):
    reopen(started)
    withdraw_statement(item=started.item("open_to_change"), actor=started.project_lead, text="Not any more.")
    client.force_login(started.sponsor)
    text = words(client.get(url(started, "gate")))
    assert "met then, open now." in text
    assert "The facts are not those it was decided on" in text
    response = client.post(url(started, "gate_reconfirm"), {"note": "Whatever."})
    assert response.status_code == 409
    assert "Not confirmed" in words(response)
    assert started.step("prerequisites").state == Step.State.SUSPECT


def test_the_page_of_a_gate_that_is_not_in_doubt_says_so(client, started):
    client.force_login(started.sponsor)
    assert "This gate is not in doubt." in words(client.get(url(started, "gate_reconfirm")))


def test_the_room_of_a_gate_in_doubt_stays_within_its_bound(client, started, django_assert_max_num_queries):
    reopen(started)
    client.force_login(started.sponsor)
    client.get(url(started, "gate"))
    with django_assert_max_num_queries(25):
        assert client.get(url(started, "gate")).status_code == 200
