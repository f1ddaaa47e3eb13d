"""What a conditional go asks for is a must of the next step, met by its question and by nothing else."""

from datetime import timedelta

import pytest
from wagtail.models import ModelLogEntry

from people.api import Refused, now, today
from rollout.models import Condition, DossierEntry, GateDecision, Statement, Step, Waiver
from rollout.queries.conditions import overdue_conditions, standing_conditions
from rollout.rules.gates import facts_digest
from rollout.services.conditions import change_condition
from rollout.services.evaluation import evaluate_gate
from rollout.services.gates import ConditionTerms, ReturnTask, decide_gate, submit_gate
from rollout.services.refresh import refresh_wave
from rollout.services.statements import attest_item, document_item
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, answer_item, answer_step, make_program

pytestmark = pytest.mark.django_db
ITEM = "worked_independently"


@pytest.fixture
def started() -> StartedProgram:
    """“First cycle” passed on the condition that its open should is met in 20 days."""
    started = make_program(open_step="first_cycle", members=2)
    answer_step(started, "first_cycle")
    take_back(started, ITEM)
    conditional_go(started)
    return started


def take_back(started: StartedProgram, key: str) -> None:
    Statement.objects.create(item=started.item(key), kind=Statement.Kind.WITHDRAWN, by=started.coach, text="No.")


def conditional_go(started: StartedProgram) -> GateDecision:
    submission = submit_gate(step=started.step("first_cycle"), actor=started.project_lead)
    return decide_gate(
        submission=submission,
        outcome="conditional_go",
        actor=started.sponsor,
        conditions=[ConditionTerms(started.item(ITEM), started.people_lead, today() + timedelta(days=20))],
    )


def following(started: StartedProgram) -> Step:
    number = started.step("first_cycle").number
    step = started.wave.steps.filter(number__gt=number).order_by("number").first()
    return started.step(step.key)


def test_a_condition_is_a_must_of_the_next_step(started):
    step = following(started)
    answer_step(started, step.key)
    evaluation = evaluate_gate(step=step)
    assert [one.question for one in evaluation.open_conditions] == [started.item(ITEM).question]
    assert evaluation.verdict == "blocked"
    assert "is a condition of the gate before, owed by" in evaluation.sentence
    assert evaluation.as_snapshot()["conditions"][0]["owner"] == started.people_lead.pk
    with pytest.raises(Refused, match="A condition of the gate before is still open") as refused:
        submit_gate(step=step, actor=started.project_lead)
    assert refused.value.refusal.owed_by == started.people_lead.get_full_name()
    before = facts_digest(evaluation)
    answer_item(started, ITEM)
    evaluation = evaluate_gate(step=step)
    assert evaluation.open_conditions == ()
    assert facts_digest(evaluation) != before
    submit_gate(step=step, actor=started.project_lead)


def test_a_waiver_does_not_meet_a_condition(started):
    Waiver.objects.create(
        item=started.item(ITEM), reason="r", risk="low", compensating_action="c", state=Waiver.State.ACTIVE,
        requested_by=started.project_lead, requested_at=now(), expires_on=today() + timedelta(days=40),
    )  # fmt: skip
    evaluation = evaluate_gate(step=following(started))
    assert evaluation.conditions[0].e.state.value == "waived"
    assert evaluation.verdict == "blocked"
    refresh_wave(wave_id=started.wave.pk)
    assert Condition.objects.get().met_at is None


def test_its_owner_answers_the_question_though_the_role_is_not_theirs(started):
    item = started.item(ITEM)
    deed = {"attest": attest_item, "document": document_item}[item.verification]
    more = {"link": "https://intranet/report"} if item.verification == "document" else {}
    with pytest.raises(Refused, match="answered by"):
        deed(item=item, actor=started.works_council, text="Yes.", **more)
    deed(item=item, actor=started.people_lead, text="Yes.", **more)
    refresh_wave(wave_id=started.wave.pk)
    assert Condition.objects.get().met_at is not None


def test_met_follows_the_question_back_and_forth(started):
    answer_item(started, ITEM)
    refresh_wave(wave_id=started.wave.pk)
    assert Condition.objects.get().met_at is not None
    take_back(started, ITEM)
    refresh_wave(wave_id=started.wave.pk)
    assert Condition.objects.get().met_at is None


def test_overdue_ones_are_found_until_they_are_met(started):
    waves = [started.wave.pk]
    last = Condition.objects.get().due_on
    assert overdue_conditions(wave_ids=waves, day=last) == []
    assert len(overdue_conditions(wave_ids=waves, day=last + timedelta(days=1))) == 1
    answer_item(started, ITEM)
    refresh_wave(wave_id=started.wave.pk)
    assert overdue_conditions(wave_ids=waves, day=last + timedelta(days=1)) == []


def test_a_condition_no_longer_stands_once_its_gate_is_open_or_decided_again(started):
    (standing,) = standing_conditions(wave_ids=[started.wave.pk])
    assert standing.next_step_id == following(started).pk
    answer_item(started, ITEM)
    step = following(started)
    answer_step(started, step.key)
    submission = submit_gate(step=step, actor=started.project_lead)
    decision = decide_gate(
        submission=submission,
        outcome="return",
        actor=started.sponsor,
        reason="Once more.",
        return_to=started.step("first_cycle"),
        todo=[ReturnTask("Ask the teams."), ReturnTask(item=started.item(ITEM)), ReturnTask("  ")],
    )
    assert [(task["text"], task["key"]) for task in decision.todo] == [("Ask the teams.", ""), ("", ITEM)]
    assert standing_conditions(wave_ids=[started.wave.pk]) == []
    submission = submit_gate(step=started.step("first_cycle"), actor=started.project_lead)
    decide_gate(submission=submission, outcome="go", actor=started.sponsor)
    assert standing_conditions(wave_ids=[started.wave.pk]) == []
    with pytest.raises(Refused, match="no longer stands"):
        change_condition(
            condition=Condition.objects.get(), actor=started.sponsor, owner=started.coach, reason="On leave."
        )


def test_a_return_lists_only_questions_that_open_again(started):
    answer_item(started, ITEM)
    step = following(started)
    answer_step(started, step.key)
    submission = submit_gate(step=step, actor=started.project_lead)
    with pytest.raises(Refused, match="cannot be on the list"):
        decide_gate(
            submission=submission,
            outcome="return",
            actor=started.sponsor,
            reason="Once more.",
            return_to=started.step("first_cycle"),
            todo=[ReturnTask(item=started.item("purpose_agreed"))],
        )


class TestChanging:
    def test_owner_and_day_change_with_a_reason_and_the_history_keeps_both(self, started):
        condition = Condition.objects.get()
        before = condition.due_on
        later = before + timedelta(days=7)
        changed = change_condition(
            condition=condition, actor=started.sponsor, owner=started.coach, due_on=later, reason="On leave."
        )
        assert (changed.owner, changed.due_on) == (started.coach, later)
        data = ModelLogEntry.objects.get(action="rollout.condition_changed").data
        assert (data["owner_before"], data["due_on_before"]) == (started.people_lead.pk, before.isoformat())
        assert DossierEntry.objects.filter(kind=DossierEntry.Kind.CONDITION).count() == 1
        change_condition(condition=condition, actor=started.sponsor, reason="Nothing new.")
        assert ModelLogEntry.objects.filter(action="rollout.condition_changed").count() == 1

    def test_only_by_the_deciders_and_only_while_it_is_open(self, started):
        condition = Condition.objects.get()
        with pytest.raises(Refused, match="Owner and day of a condition are changed by"):
            change_condition(condition=condition, actor=started.people_lead, owner=started.coach, reason="No time.")
        answer_item(started, ITEM)
        refresh_wave(wave_id=started.wave.pk)
        with pytest.raises(Refused, match="met already"):
            change_condition(condition=condition, actor=started.sponsor, owner=started.coach, reason="No time.")

    @pytest.mark.parametrize(
        ("owner", "days", "reason", "refusal"),
        [
            ("outsider", 3, "So.", "holds no role in this program"),
            ("leaver", 3, "So.", "has left"),
            ("coach", -1, "So.", "is over already"),
            ("coach", 3, " ", "Say why"),
        ],
    )
    def test_owner_day_and_reason_have_to_make_sense(self, started, owner, days, reason, refusal):
        people = {
            "outsider": UserFactory,
            "leaver": lambda: UserFactory(is_active=False),
            "coach": lambda: started.coach,
        }
        with pytest.raises(Refused, match=refusal):
            change_condition(
                condition=Condition.objects.get(),
                actor=started.sponsor,
                owner=people[owner](),
                due_on=today() + timedelta(days=days),
                reason=reason,
            )
