"""The page on which a program is paused and resumed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from people.api import clock_at, now
from rollout.models import Program
from rollout.services.pauses import pause_program
from tests.factories.people import UserFactory
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started():
    return make_program(open_step="coaching")


def pause_url(started) -> str:
    return reverse("rollout:pause", args=[started.program.slug])


def test_lead_pauses_looks_at_what_moves_and_resumes(client, started):
    started.wave.steps.filter(key="coaching").update(target_on=now().date() + timedelta(days=30))
    client.force_login(started.project_lead)
    page = client.get(pause_url(started)).content.decode()
    assert "Pause the program" in page
    with clock_at(now() - timedelta(days=14)):
        response = client.post(pause_url(started), {"reason": "Merger"}, follow=True)
    assert "stand still since" in response.content.decode()
    board = client.get(reverse("rollout:board", args=[started.program.slug])).content.decode()
    assert "Why, and how to go on" in board
    page = client.get(pause_url(started))
    assert "Gate of step 5" in page.content.decode()
    seen = page.context["plan"].digest
    response = client.post(reverse("rollout:resume", args=[started.program.slug]), {"seen": seen}, follow=True)
    assert "dates moved by 10 working days" in response.content.decode()
    assert "Earlier pauses" in client.get(pause_url(started)).content.decode()


def test_stale_preview_and_missing_reason_are_answered_on_the_page(client, started):
    client.force_login(started.project_lead)
    assert "One thing needs another look" in client.post(pause_url(started), {"reason": ""}).content.decode()
    assert Program.objects.get().state == Program.State.RUNNING
    response = client.post(pause_url(started), {"reason": "Merger", "expected_until": "2020-01-01"})
    assert (response.status_code, "in the future" in response.content.decode()) == (409, True)
    pause_program(program=started.program, actor=started.project_lead, reason="Merger")
    response = client.post(reverse("rollout:resume", args=[started.program.slug]), {"seen": "old"})
    assert (response.status_code, "Dates have changed" in response.content.decode()) == (409, True)


def test_others_read_why_and_cannot_pause(client, started):
    client.force_login(started.coach)
    assert "paused by its project lead or its sponsor" in client.get(pause_url(started)).content.decode()
    assert client.post(pause_url(started), {"reason": "No"}).status_code == 409
    client.force_login(UserFactory())
    assert client.get(pause_url(started)).status_code == 404
    assert client.post(reverse("rollout:resume", args=[started.program.slug])).status_code == 404
