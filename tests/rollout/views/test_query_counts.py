"""The board and the gate room cost the same number of queries for ten people and for two thousand."""

import pytest
from django.urls import reverse

from tests.factories.rollout import StartedProgram, answer_step, make_program

pytestmark = pytest.mark.django_db


def opened(members: int, teams: int) -> StartedProgram:
    started = make_program(members=members, teams=teams, courses=True, open_step="coaching")
    answer_step(started, "coaching")
    return started


@pytest.mark.parametrize(("members", "teams"), [(10, 2), (2000, 250)])
def test_board(client, django_assert_num_queries, members, teams):
    started = opened(members, teams)
    client.force_login(started.project_lead)
    url = reverse("rollout:board", args=[started.program.slug])
    client.get(url)
    with django_assert_num_queries(22):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(("members", "teams"), [(10, 2), (2000, 250)])
def test_gate_room(client, django_assert_num_queries, members, teams):
    started = opened(members, teams)
    client.force_login(started.project_lead)
    url = reverse("rollout:gate", args=[started.program.slug, 0, "coaching"])
    client.get(url)
    with django_assert_num_queries(20):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize("programs", [1, 5])
def test_list_of_programs(client, django_assert_num_queries, programs):
    all_started = [make_program(title=f"Program {number}", members=1, teams=1) for number in range(programs)]
    client.force_login(all_started[0].administrator)
    client.get(reverse("rollout:programs"))
    with django_assert_num_queries(7):
        response = client.get(reverse("rollout:programs"))
    assert response.content.count(b"program-line") == programs


@pytest.mark.parametrize("members", [10, 300])
def test_roster(client, django_assert_num_queries, members):
    started = make_program(members=members, teams=3)
    client.force_login(started.project_lead)
    url = reverse("rollout:roster", args=[started.program.slug, 0])
    client.get(url)
    with django_assert_num_queries(10):
        response = client.get(url)
    assert response.content.count(b'<th scope="row">') == min(members, 100)
