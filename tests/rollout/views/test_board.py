"""The program board: in which order it tells what, and what differs since the last visit."""

from datetime import timedelta

import pytest
from django.urls import reverse

from people.api import clock_at, now
from rollout.services.gates import submit_gate
from rollout.services.statements import attest_item
from tests.factories.rollout import StartedProgram, answer_step, make_program

pytestmark = pytest.mark.django_db


def board(client, started: StartedProgram, person=None) -> str:
    client.force_login(person or started.project_lead)
    return client.get(reverse("rollout:board", args=[started.program.slug])).content.decode()


def test_the_board_tells_in_the_order_of_a_monday(client):
    started = make_program()
    answer_step(started, "prerequisites")
    submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    html = board(client, started)
    parts = ["Step 0 of 8", 'id="waiting-title"', 'id="changes-title"', 'id="chase-title"', 'id="matrix-title"']
    places = [html.index(part) for part in [*parts, 'id="roles-title"']]
    assert places == sorted(places)


def test_the_first_visit_explains_what_the_next_will_tell(client):
    assert "This is your first visit." in board(client, make_program())


def test_a_later_visit_tells_what_differs_and_a_reload_tells_it_again(client):
    started = make_program()
    board(client, started)
    item = started.item("open_to_change")
    attest_item(item=item, actor=started.people[item.responsible], text="Yes.")
    with clock_at(now() + timedelta(hours=5)):
        assert "met, was open" in board(client, started)
        assert "met, was open" in board(client, started)
    with clock_at(now() + timedelta(hours=12)):
        assert "Nothing has changed since" in board(client, started)


def test_marking_as_seen_empties_the_list(client):
    started = make_program()
    board(client, started)
    item = started.item("open_to_change")
    attest_item(item=item, actor=started.people[item.responsible], text="Yes.")
    response = client.post(reverse("rollout:board_seen", args=[started.program.slug]), follow=True)
    assert "Nothing has changed since" in response.content.decode()
    assert client.get(reverse("rollout:board_seen", args=[started.program.slug])).status_code == 405
