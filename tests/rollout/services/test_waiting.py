"""What waits for one person's decision."""

from datetime import timedelta

import pytest

from people.api import now, today
from rollout.models import Finding, GateSubmission, Program, Statement, Waiver
from rollout.services.gates import ConditionTerms, decide_gate, submit_gate
from rollout.services.questions import ask_gate_question
from rollout.services.statements import claim_item, confirm_item
from rollout.services.waiting import decisions_waiting_for, everything_waiting_for
from rollout.services.waivers import approve_waiver
from tests.factories.people import UserFactory
from tests.factories.rollout import answer_step, hold_role, make_finding, make_program
from tests.rollout.services.test_gates import conditional_step

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


class TestDuties:
    """What waits besides decisions."""

    def words(self, person) -> list[str]:
        return [duty.word for duty in everything_waiting_for(person).duties]

    def test_a_claim_waits_for_the_confirmer_until_it_is_confirmed(self):
        started = make_program()
        item = started.item("apart_from_pay")
        claim_item(item=item, actor=started.people_lead, text="Kept apart.")
        assert self.words(started.sponsor) == ["Claim to confirm"]
        assert self.words(started.people_lead) == []
        confirm_item(item=item, actor=started.sponsor)
        assert self.words(started.sponsor) == []

    def test_a_claim_that_was_taken_back_waits_for_nobody(self):
        started = make_program()
        item = started.item("apart_from_pay")
        claim_item(item=item, actor=started.people_lead, text="Kept apart.")
        Statement.objects.create(item=item, kind=Statement.Kind.WITHDRAWN, by=started.people_lead)
        assert self.words(started.sponsor) == []

    def test_data_that_is_met_waits_for_its_confirmation(self):
        started = make_program(open_step="pilot_group")
        item = started.item("hierarchy_levels")
        confirmer = started.people[item.confirmed_by]
        make_finding(item, status="not_met").save()
        assert self.words(confirmer) == []
        Finding.objects.update(status="met")
        assert self.words(confirmer) == ["Data to confirm"]

    def test_a_condition_waits_for_its_owner_and_says_when_it_is_overdue(self):
        started = conditional_step()
        decision = decide_gate(
            submission=submit_gate(step=started.step("first_cycle"), actor=started.project_lead),
            outcome="conditional_go",
            actor=started.sponsor,
            conditions=[ConditionTerms(started.item("worked_independently"), started.coach, today())],
        )
        assert self.words(started.coach) == ["Condition to meet"]
        decision.conditions.update(due_on=today() - timedelta(days=1))
        assert everything_waiting_for(started.coach).duties[0].is_overdue

    def test_a_question_waits_for_whoever_submitted(self):
        started = make_program()
        answer_step(started, "prerequisites")
        submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
        ask_gate_question(submission=submission, actor=started.sponsor, question="How sure are you?")
        (duty,) = everything_waiting_for(started.project_lead).duties
        assert (duty.title, duty.word) == ("How sure are you?", "Question to answer")
        assert duty.url.endswith("#questions")

    def test_nothing_waits_in_a_program_that_does_not_run(self):
        started = make_program()
        claim_item(item=started.item("apart_from_pay"), actor=started.people_lead, text="Kept apart.")
        Program.objects.update(state=Program.State.STOPPED)
        assert self.words(started.sponsor) == []
        assert everything_waiting_for(UserFactory(is_active=False)).duties == []

    @pytest.mark.parametrize("programs", [1, 4])
    def test_costs_the_same_for_one_program_and_for_several(self, django_assert_num_queries, programs):
        sponsor = UserFactory()
        for number in range(programs):
            started = make_program(title=f"Program {number}", members=0)
            hold_role(started, "sponsor", person=sponsor)
            claim_item(item=started.item("apart_from_pay"), actor=started.people_lead, text="Kept apart.")
        with django_assert_num_queries(5):
            assert len(everything_waiting_for(sponsor).duties) == programs
