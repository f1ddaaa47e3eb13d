import json
from datetime import timedelta

import pytest

from people.api import today
from rollout.models import GateDecision, RoleAssignment, RosterMember
from rollout.rules.changes import changes_between, state_of
from rollout.services.gates import ConditionTerms, decide_gate, submit_gate, withdraw_submission
from rollout.services.standing import read_standing
from rollout.services.statements import attest_item
from rollout.services.waivers import approve_waiver, request_waiver, revoke_waiver
from tests.factories.rollout import StartedProgram, answer_step, hold_role, make_program
from tests.rollout.services.test_gates import conditional_step

pytestmark = pytest.mark.django_db


def stands(started: StartedProgram):
    started.program.refresh_from_db()
    return read_standing(program=started.program)


def state(started: StartedProgram):
    """As it comes back from the database."""
    return json.loads(json.dumps(state_of(stands(started))))


def told(before, started: StartedProgram) -> list[str]:
    return [change.text for change in changes_between(before, stands(started))]


def test_nothing_is_told_when_nothing_changed():
    started = make_program()
    assert told(state(started), started) == []


def test_the_state_names_nobody():
    started = make_program()
    text = json.dumps(state(started))
    assert not any(person.last_name in text for person in started.people.values())


def test_an_answered_question_is_told_with_how_it_was():
    started = make_program()
    before = state(started)
    item = started.item("open_to_change")
    attest_item(item=item, actor=started.people[item.responsible], text="Yes.")
    (change,) = changes_between(before, stands(started))
    assert change.text == f"“{item.question}”: met, was open"
    assert (change.tone, item.key in change.url) == ("met", True)


def test_a_submission_and_its_withdrawal_are_told():
    started = make_program()
    answer_step(started, "prerequisites")
    before = state(started)
    submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    name = started.project_lead.get_full_name()
    assert told(before, started) == [f"Step 0, Check the ground: {name} submitted the gate for a decision"]
    then = state(started)
    withdraw_submission(submission=submission, actor=started.project_lead)
    assert told(then, started) == ["Step 0, Check the ground: the submission was taken back"]
    assert told(before, started) == []


def test_a_passed_gate_is_told_once_and_the_next_step_opens():
    started = make_program()
    answer_step(started, "prerequisites")
    before = state(started)
    submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    decide_gate(submission=submission, outcome=GateDecision.Outcome.GO, actor=started.sponsor)
    lines = told(before, started)
    assert lines[0] == "Step 0, Check the ground: passed, was open"
    assert lines[1].endswith(": open, was not open yet")
    assert len(lines) == 2


def test_a_hold_is_told_though_the_step_stays_open():
    started = make_program()
    answer_step(started, "prerequisites")
    before = state(started)
    decide_gate(
        submission=submit_gate(step=started.step("prerequisites"), actor=started.project_lead),
        outcome=GateDecision.Outcome.HOLD,
        actor=started.sponsor,
        revisit_on=today() + timedelta(days=7),
    )
    (line,) = told(before, started)
    assert "decided hold, looked at again on" in line


def test_a_moved_date_and_a_stopped_program_are_told():
    started = make_program()
    started.wave.steps.filter(number=1).update(target_on=today())
    before = state(started)
    started.wave.steps.filter(number=0).update(target_on=today() + timedelta(days=40))
    started.wave.steps.filter(number=1).update(target_on=None)
    started.program.state = "stopped"
    started.program.save()
    lines = told(before, started)
    assert lines[0] == "The program is stopped, it was running"
    assert any("the gate is due" in line for line in lines)
    assert any("without a date now" in line for line in lines)


def test_waivers_are_told_from_request_to_end():
    started = make_program()
    before = state(started)
    item = started.item("open_to_change")
    waiver = request_waiver(
        item=item,
        actor=started.project_lead,
        reason="Later",
        risk="medium",
        compensating_action="Ask",
        expires_on=today() + timedelta(days=9),
    )
    assert told(before, started) == [f"Waiver asked for: “{item.question}”"]
    requested = state(started)
    approve_waiver(waiver=waiver, actor=started.sponsor)
    lines = told(requested, started)
    assert f"Waiver now active: “{item.question}”" in lines
    assert f"“{item.question}”: waived, was open" in lines
    active = state(started)
    revoke_waiver(waiver=waiver, actor=started.sponsor, reason="No.")
    assert f"A waiver no longer holds: “{item.question}”" in told(active, started)
    assert f"A waiver that was asked for is settled or taken back: “{item.question}”" in told(requested, started)


def test_conditions_are_told_when_they_come_and_when_they_are_closed():
    started = conditional_step()
    before = state(started)
    decision = decide_gate(
        submission=submit_gate(step=started.step("first_cycle"), actor=started.project_lead),
        outcome=GateDecision.Outcome.CONDITIONAL_GO,
        actor=started.sponsor,
        conditions=[ConditionTerms(started.item("worked_independently"), started.coach, today())],
    )
    assert any(line.startswith("New condition for") for line in told(before, started))
    then = state(started)
    decision.conditions.update(met_at=decision.decided_at)
    assert any(line.startswith("Condition closed:") for line in told(then, started))


def test_roles_tell_who_came_and_how_many_went():
    started = make_program()
    before = state(started)
    RoleAssignment.objects.filter(slot__key="coach").update(ended_on=today())
    assert "OKR coach: 1 person went out, and it is vacant now" in told(before, started)
    came = hold_role(started, "coach")
    assert f"OKR coach: {came.get_full_name()} came in and 1 person went out" in told(before, started)


def test_the_size_of_the_roster_is_told():
    started = make_program(members=6)
    before = state(started)
    RosterMember.objects.filter(wave=started.wave, person=started.members[0]).update(left_on=today())
    assert told(before, started)[-1].endswith(": 5 people count, 6 did")
