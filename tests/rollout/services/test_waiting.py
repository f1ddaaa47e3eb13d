"""What waits for one person's decision."""

from datetime import timedelta

import pytest

from people.api import now, today
from rollout.models import GateSubmission, Program, Waiver
from rollout.services.waiting import decisions_waiting_for
from rollout.services.waivers import approve_waiver
from tests.factories.people import UserFactory
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


def submit(started, key="goal") -> GateSubmission:
    return GateSubmission.objects.create(step=started.step(key), submitted_by=started.project_lead, snapshot={})


def ask(started, risk="high", by=None) -> Waiver:
    return Waiver.objects.create(
        item=started.item("goal_written"), reason="r", risk=risk, compensating_action="c",
        requested_by=by or started.project_lead, requested_at=now() - timedelta(hours=1),
        expires_on=today() + timedelta(days=9),
    )  # fmt: skip


def test_sponsor_finds_gates_and_waivers_oldest_first():
    started = make_program()
    submit(started)
    ask(started)
    decisions = decisions_waiting_for(started.sponsor)
    assert [decision.word for decision in decisions] == ["Waiver to decide", "Gate to decide"]
    assert decisions[1].url == "/programs/okr-rollout/waves/0/steps/goal/"
    assert decisions[0].url == "/programs/okr-rollout/waves/0/steps/goal/items/goal_written/"
    assert decisions_waiting_for(started.coach) == []
    assert decisions_waiting_for(UserFactory()) == []


def test_nobody_decides_what_they_asked_for():
    started = make_program()
    submit(started)
    ask(started, risk="low")
    assert decisions_waiting_for(started.project_lead) == []
    Waiver.objects.update(requested_by=started.people_lead)
    assert [decision.word for decision in decisions_waiting_for(started.project_lead)] == ["Waiver to decide"]


def test_a_high_risk_waits_for_sponsor_and_people_lead_until_each_has_approved():
    started = make_program()
    waiver = ask(started)
    assert len(decisions_waiting_for(started.people_lead)) == 1
    approve_waiver(waiver=waiver, actor=started.people_lead)
    assert decisions_waiting_for(started.people_lead) == []
    assert len(decisions_waiting_for(started.sponsor)) == 1


def test_stopped_programs_wait_for_nobody():
    started = make_program()
    submit(started)
    ask(started)
    Program.objects.update(state=Program.State.STOPPED)
    assert decisions_waiting_for(started.sponsor) == []


def test_decisions_cost_5_queries_for_any_number(django_assert_num_queries):
    sponsor = None
    for number in range(3):
        started = make_program(title=f"Program {number}")
        sponsor = sponsor or started.sponsor
        started.slot("sponsor").assignments.update(person=sponsor)
        submit(started)
        ask(started)
        with django_assert_num_queries(5):
            assert len(decisions_waiting_for(sponsor)) == 2 * (number + 1)
