"""Whatever people do in whatever order, the gates keep their promises."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from people.api import Refused, today
from rollout.models import ChecklistItem, GateDecision, GateSubmission, Statement, Step, Waiver
from rollout.services.evaluation import evaluate_steps
from rollout.services.gates import ConditionTerms, decide_gate, submit_gate, withdraw_submission
from rollout.services.refresh import refresh_wave
from rollout.services.statements import withdraw_statement
from rollout.services.waivers import approve_waiver, request_waiver, revoke_waiver
from tests.factories.rollout import answer_item, hold_role, make_program

STEPS = ("prerequisites", "goal")
ITEMS = ("open_to_change", "mistakes_are_learning", "apart_from_pay", "purpose_agreed", "goal_written")
WHO = ("sponsor", "project_lead", "people_lead")


class Gates(RuleBasedStateMachine):
    """Acts at random on the first two gates; refusals are fine, broken promises are not."""

    @initialize()
    def start(self) -> None:
        self.started = make_program(members=2, teams=1)
        # One person in both roles: separation of duties must hold all the same.
        hold_role(self.started, "sponsor", person=self.started.project_lead)
        for item in ChecklistItem.objects.filter(step__wave=self.started.wave, step__key__in=STEPS):
            if item.key not in ITEMS:
                answer_item(self.started, item.key)

    @rule(key=st.sampled_from(ITEMS))
    def answer(self, key: str) -> None:
        answer_item(self.started, key)

    @rule(key=st.sampled_from(ITEMS), who=st.sampled_from(WHO))
    def take_back(self, key: str, who: str) -> None:
        self._try(withdraw_statement, item=self.started.item(key), actor=self.started.people[who], text="Changed.")

    @rule(key=st.sampled_from(ITEMS), who=st.sampled_from(WHO))
    def ask_for_waiver(self, key: str, who: str) -> None:
        self._try(
            request_waiver,
            item=self.started.item(key),
            actor=self.started.people[who],
            reason="Later",
            risk="low",
            compensating_action="Ask",
            expires_on=today() + timedelta(days=5),
        )

    @rule(who=st.sampled_from(WHO), approve=st.booleans())
    def decide_waiver(self, who: str, approve: bool) -> None:
        live = Waiver.objects.filter(item__step__wave=self.started.wave, state__in=["requested", "active"])
        waiver = live.order_by("-pk").first()
        if waiver is not None:
            self._try(
                approve_waiver if approve else revoke_waiver,
                waiver=waiver,
                actor=self.started.people[who],
                reason="So be it.",
            )

    @rule(key=st.sampled_from(STEPS), who=st.sampled_from(WHO))
    def submit(self, key: str, who: str) -> None:
        self._try(submit_gate, step=self.started.step(key), actor=self.started.people[who])

    @rule(who=st.sampled_from(WHO))
    def withdraw(self, who: str) -> None:
        if submission := GateSubmission.objects.filter(step__wave=self.started.wave).order_by("-pk").first():
            self._try(withdraw_submission, submission=submission, actor=self.started.people[who])

    @rule(
        key=st.sampled_from(STEPS),
        who=st.sampled_from(WHO),
        outcome=st.sampled_from(["go", "go", "conditional_go", "hold", "return"]),
        back_to=st.sampled_from(STEPS),
    )
    def decide(self, key: str, who: str, outcome: str, back_to: str) -> None:
        submission = GateSubmission.objects.filter(step=self.started.step(key)).order_by("-pk").first()
        if submission is not None:
            self._try(
                decide_gate,
                submission=submission,
                outcome=outcome,
                actor=self.started.people[who],
                reason="Because.",
                conditions=[ConditionTerms(self.started.item(ITEMS[0]), self.started.coach, today())],
                revisit_on=today() + timedelta(days=3),
                return_to=self.started.step(back_to),
            )

    @rule()
    def refresh(self) -> None:
        refresh_wave(wave_id=self.started.wave.pk)

    @staticmethod
    def _try(deed, **named) -> None:
        try:
            deed(**named)
        except Refused as refused:
            if not refused.refusal.reason.endswith("."):
                raise AssertionError(f"Not a sentence: {refused.refusal.reason}") from refused

    @invariant()
    def no_step_is_open_before_its_predecessor_was_decided(self) -> None:
        steps = list(Step.objects.filter(wave=self.started.wave).order_by("number"))
        for before, step in pairwise(steps):
            if step.state == Step.State.OPEN:
                assert before.state in (*Step.PASSED_STATES, Step.State.SUSPECT)
            if step.state in Step.PASSED_STATES:
                assert before.state != Step.State.LOCKED

    @invariant()
    def nobody_decides_what_they_submitted_or_asked_for(self) -> None:
        for decision in GateDecision.objects.select_related("submission"):
            assert decision.decided_by_id != decision.submission.submitted_by_id
        for waiver in Waiver.objects.exclude(decided_by=None):
            assert waiver.decided_by_id != waiver.requested_by_id

    @invariant()
    def a_gate_has_at_most_one_open_submission_and_one_decision_each(self) -> None:
        for step in Step.objects.filter(wave=self.started.wave):
            assert step.submissions.filter(state=GateSubmission.State.OPEN).count() <= 1
        decided = GateSubmission.objects.filter(state=GateSubmission.State.DECIDED).count()
        assert GateDecision.objects.count() == decided

    @invariant()
    def what_is_waived_is_never_met(self) -> None:
        steps = Step.objects.filter(wave=self.started.wave, key__in=STEPS)
        for evaluation in evaluate_steps(wave=self.started.fresh_wave(), steps=steps).values():
            met = sum(e.state.value == "met" for e in evaluation.items)
            assert evaluation.met_count == met
            assert met + len(evaluation.waived) <= evaluation.total_count
            for e in evaluation.waived:
                assert e.item.waivable
                assert e.waiver is not None

    @invariant()
    def statements_are_never_lost(self) -> None:
        count = Statement.objects.count()
        assert count >= getattr(self, "statements", 0)
        self.statements = count


@pytest.mark.django_db
def test_gates_keep_their_promises_in_any_order():
    run_state_machine_as_test(
        Gates,
        settings=settings(
            max_examples=5,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
