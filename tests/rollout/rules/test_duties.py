from datetime import timedelta

import pytest

from people.api import today
from rollout.models import GateDecision
from rollout.rules.duties import DutyKind, duties_of, program_duties
from rollout.services.delegations import delegate_decisions
from rollout.services.gates import ConditionTerms, decide_gate, submit_gate
from rollout.services.standing import read_standing
from rollout.services.statements import claim_item
from rollout.services.waivers import request_waiver
from tests.factories.rollout import StartedProgram, answer_step, hold_role, make_program
from tests.rollout.services.test_gates import conditional_step

pytestmark = pytest.mark.django_db


def owed(started: StartedProgram, person) -> list[tuple[DutyKind, str]]:
    chases, _ = program_duties(read_standing(program=started.program))
    return [(duty.kind, duty.label) for duty in duties_of(chases, person)]


def test_an_open_question_is_owed_by_whoever_answers_it():
    started = make_program()
    assert (DutyKind.ANSWER, "Answer") in owed(started, started.project_lead)


def test_a_claim_is_owed_by_the_confirmer_and_never_by_the_one_who_made_it():
    started = make_program()
    item = started.item("apart_from_pay")
    answerer = started.people[item.responsible]
    claim_item(item=item, actor=answerer, text="Kept apart.")
    chases, _ = program_duties(read_standing(program=started.program))
    owing = {chase.person_id for chase in chases for duty in chase.duties if duty.kind is DutyKind.CONFIRM}
    assert owing == {started.people[item.confirmed_by].pk}


def test_a_gate_that_is_ready_is_owed_by_whoever_submits_it():
    started = make_program()
    answer_step(started, "prerequisites")
    assert owed(started, started.project_lead) == [(DutyKind.SUBMIT, "Submit")]


def test_a_decision_is_owed_by_the_deciders_but_not_by_the_one_who_submitted():
    started = make_program()
    answer_step(started, "prerequisites")
    second = hold_role(started, "sponsor")
    submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    assert owed(started, started.sponsor) == [(DutyKind.DECIDE, "Decide")]
    assert owed(started, second) == [(DutyKind.DECIDE, "Decide")]
    assert owed(started, started.project_lead) == []


def test_a_waiver_is_owed_by_its_approvers():
    started = make_program()
    item = started.item("apart_from_pay")
    request_waiver(
        item=item,
        actor=started.project_lead,
        reason="Later",
        risk="medium",
        compensating_action="Ask",
        expires_on=today() + timedelta(days=9),
    )
    kinds = [kind for kind, _ in owed(started, started.sponsor)]
    assert DutyKind.WAIVER in kinds


def test_a_condition_is_owed_by_its_owner_with_its_date():
    started = conditional_step()
    decide_gate(
        submission=submit_gate(step=started.step("first_cycle"), actor=started.project_lead),
        outcome=GateDecision.Outcome.CONDITIONAL_GO,
        actor=started.sponsor,
        conditions=[ConditionTerms(started.item("worked_independently"), started.coach, today())],
    )
    chases, _ = program_duties(read_standing(program=started.program))
    (duty,) = [one for one in duties_of(chases, started.coach) if one.kind is DutyKind.CONDITION]
    assert duty.due_on == today()
    assert not duty.is_overdue


def test_a_vacant_role_owes_in_its_own_name():
    started = make_program(roles=("project_lead",))
    chases, _ = program_duties(read_standing(program=started.program))
    assert any(chase.person_id is None and chase.name.endswith("(vacant)") for chase in chases)


def test_a_stopped_program_is_owed_nothing():
    started = make_program()
    answer_step(started, "prerequisites")
    submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    decide_gate(submission=submission, outcome=GateDecision.Outcome.STOP, actor=started.sponsor, reason="No budget.")
    started.program.refresh_from_db()
    assert program_duties(read_standing(program=started.program)) == ([], [])


def test_who_blocks_comes_first_and_amounts_do_not_rank():
    started = make_program(open_step="coaching", courses=True)
    chases, _ = program_duties(read_standing(program=started.program))
    blocking = [chase.is_blocking for chase in chases]
    assert blocking == sorted(blocking, reverse=True)
    same = [chase.name for chase in chases if chase.is_blocking and chase.first_due_on == chases[0].first_due_on]
    assert same == sorted(same)


def test_who_has_delegated_is_spared_and_the_delegate_owes_the_decision():
    started = make_program()
    answer_step(started, "prerequisites")
    submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    delegate_decisions(
        program=started.program,
        from_person=started.sponsor,
        to_person=started.coach,
        starts_on=today(),
        ends_on=today() + timedelta(days=7),
        reason="On leave.",
        actor=started.sponsor,
    )
    assert owed(started, started.sponsor) == []
    chases, _ = program_duties(read_standing(program=started.program))
    (chase,) = [one for one in chases if one.person_id == started.coach.pk]
    assert chase.role == f"Executive sponsor for {started.sponsor.get_full_name()}"


def test_a_charter_is_owed_once_the_gate_that_asks_for_it_is_passed():
    started = make_program()
    assert DutyKind.CHARTER not in [kind for kind, _ in owed(started, started.coach)]
    late = make_program(title="Later", open_step="first_cycle")
    newcomer = hold_role(late, "coach")
    assert (DutyKind.CHARTER, "Accept the charter") in owed(late, newcomer)
