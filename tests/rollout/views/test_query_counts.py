"""The board and the gate room cost the same number of queries for ten people and for two thousand."""

from datetime import timedelta

import pytest
from django.urls import reverse

from people.api import clock_at, now, today
from rollout.models import GateDecision, GateSubmission, Step, Waiver
from rollout.services.delegations import delegate_decisions
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
    with django_assert_num_queries(21):
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


def test_the_board_of_a_busy_monday_stays_within_its_bound(client, django_assert_max_num_queries):
    """With a gate submitted, a waiver asked for, a condition, a delegation, a reminder, and a new visit to note."""
    started = opened(200, 20)
    step = started.step("key_people")
    passed = GateSubmission.objects.create(step=step, submitted_by=started.project_lead, snapshot={}, state="decided")
    decision = GateDecision.objects.create(
        step=step, submission=passed, outcome="conditional_go", decided_by=started.sponsor, snapshot={}
    )
    decision.conditions.create(item=started.item("processes_fit"), owner=started.coach, due_on=today())
    Step.objects.filter(pk=step.pk).update(state=Step.State.PASSED_WITH_CONDITIONS)
    GateSubmission.objects.create(step=started.step("coaching"), submitted_by=started.project_lead, snapshot={})
    Waiver.objects.create(
        item=started.item("open_to_change"),
        reason="Later",
        risk="high",
        compensating_action="Ask",
        requested_by=started.project_lead,
        expires_on=today() + timedelta(days=9),
    )
    delegate_decisions(
        program=started.program,
        from_person=started.sponsor,
        to_person=started.people_lead,
        starts_on=today(),
        ends_on=today() + timedelta(days=7),
        reason="On leave.",
        actor=started.sponsor,
    )
    client.force_login(started.project_lead)
    url = reverse("rollout:board", args=[started.program.slug])
    client.get(url)
    with clock_at(now() + timedelta(hours=2)), django_assert_max_num_queries(25):
        html = client.get(url).content.decode()
    assert "Meet the condition" in html
    assert started.people_lead.get_full_name() in html
