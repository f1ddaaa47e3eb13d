"""Whatever happens to a gate that passed with conditions, they stay musts of the next one until they are met."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from people.api import clock_at
from rollout.models import Condition, GateDecision, Step, Waiver
from rollout.queries.conditions import overdue_conditions, standing_conditions
from rollout.rules.evaluation import ItemState
from rollout.services.conditions import change_condition
from rollout.services.evaluation import evaluate_steps
from rollout.services.gates import ConditionTerms, ReturnTask, submit_gate, vote_on_gate
from rollout.services.refresh import refresh_wave
from rollout.services.statements import attest_item
from tests.rollout.services.walks import STEPS, Walk, small_world, walks

SHOULDS = ("wish", "hope")
OWNERS = ("coach", "people_lead", "outsider")


class Conditions(Walk):
    evaluated = -1

    @initialize(open_ones=st.sampled_from((("wish",), ("hope",), SHOULDS)))
    def start(self, open_ones: tuple[str, ...]) -> None:
        """The first gate passes with one or two conditions."""
        for key in open_ones:
            self.take_answer(key)
        self.terms: dict[int, tuple[int, object]] = {}
        self.decide_first("conditional_go", "coach")

    @rule(outcome=st.sampled_from(("conditional_go", "go")), owner=st.sampled_from(OWNERS))
    def decide_first(self, outcome: str, owner: str) -> None:
        self.attempt(submit_gate, step=self.step("first"), actor=self.started.project_lead)
        submission = self.latest_submission("first")
        cast = submission and self.attempt(
            vote_on_gate,
            submission=submission,
            outcome=outcome,
            actor=self.started.sponsor,
            conditions=[
                ConditionTerms(self.item(key), self.who(owner), self.today() + timedelta(days=3)) for key in SHOULDS
            ],
        )
        if cast and cast.decision:
            for one in cast.decision.conditions.all():
                self.terms[one.pk] = (one.owner_id, one.due_on)

    @rule(key=st.sampled_from(SHOULDS), who=st.sampled_from(("project_lead", "people_lead", "coach", "outsider")))
    def attest(self, key: str, who: str) -> None:
        self.attempt(attest_item, item=self.item(key), actor=self.who(who), text="Done.")

    @rule(key=st.sampled_from(SHOULDS))
    def take_back(self, key: str) -> None:
        self.take_answer(key)

    @rule(key=st.sampled_from(SHOULDS))
    def waive(self, key: str) -> None:
        """Past the services: whoever waived it, a waiver does not meet a condition."""
        item = self.item(key)
        if not item.waivers.live().exists():
            with self.later():
                Waiver.objects.create(
                    item=item,
                    state=Waiver.State.ACTIVE,
                    reason="Later",
                    risk="low",
                    compensating_action="Ask",
                    requested_by=self.started.project_lead,
                    decided_by=self.started.sponsor,
                    expires_on=self.today() + timedelta(days=9),
                )
            self.changes += 1

    @rule(
        who=st.sampled_from(("sponsor", "sponsor", "coach")),
        owner=st.sampled_from(("people_lead", "coach", "outsider")),
        days=st.sampled_from((-1, 2, 9)),
        reason=st.sampled_from(("On leave.", "On leave.", " ")),
    )
    def hand_on(self, who: str, owner: str, days: int, reason: str) -> None:
        if one := Condition.objects.order_by("-pk").first():
            changed = self.attempt(
                change_condition,
                condition=one,
                actor=self.who(who),
                owner=self.who(owner),
                due_on=self.today() + timedelta(days=days),
                reason=reason,
            )
            if changed is not None:
                self.terms[changed.pk] = (changed.owner_id, changed.due_on)

    @rule(outcome=st.sampled_from(("go", "return")))
    def decide_second(self, outcome: str) -> None:
        self.attempt(submit_gate, step=self.step("second"), actor=self.started.project_lead)
        submission = self.latest_submission("second")
        for who in ("sponsor", "people_lead"):
            if submission is not None:
                self.attempt(
                    vote_on_gate,
                    submission=submission,
                    outcome=outcome,
                    actor=self.who(who),
                    reason="Once more.",
                    return_to=self.step("first"),
                    todo=[ReturnTask("Ask the teams."), ReturnTask(item=self.item("wish"))],
                )

    @rule(days=st.sampled_from((1, 5)))
    def wait(self, days: int) -> None:
        self.moment += timedelta(days=days)
        self.changes += 1

    @rule()
    def refresh(self) -> None:
        with self.later():
            refresh_wave(wave_id=self.started.wave.pk)
            evaluations = evaluate_steps(wave=self.started.fresh_wave())
        states = {e.item.pk: e.state for one in evaluations.values() for e in one.items}
        with clock_at(self.moment):
            standing = [one.condition for one in standing_conditions(wave_ids=[self.started.wave.pk])]
            overdue = {one.pk for one in overdue_conditions(wave_ids=[self.started.wave.pk], day=self.today())}
        for one in standing:
            assert (one.met_at is not None) == (states[one.item_id] is ItemState.MET)
            assert (one.pk in overdue) == (one.met_at is None and one.due_on < self.today())

    @invariant()
    def each_open_should_became_one_condition_and_stays_on_record(self) -> None:
        for decision in GateDecision.objects.prefetch_related("conditions__item"):
            asked = {one.item.key for one in decision.conditions.all()}
            if decision.outcome == "conditional_go":
                assert asked == {one["key"] for one in decision.snapshot["items"] if one["open_strength"] == "should"}
                assert asked
            else:
                assert not asked
        rows = {pk: (owner, due) for pk, owner, due in Condition.objects.values_list("pk", "owner_id", "due_on")}
        assert rows == getattr(self, "terms", {}), "an owner or a day changed without anybody saying so"

    @invariant()
    def the_next_gate_waits_for_every_open_condition(self) -> None:
        if self.changes == self.evaluated:
            return
        self.evaluated = self.changes
        wave = self.started.fresh_wave()
        with self.later():
            evaluations = {one.step.key: one for one in evaluate_steps(wave=wave).values()}
            standing = {one.condition.pk for one in standing_conditions(wave_ids=[wave.pk])}
        following = evaluations["second"]
        assert {one.condition.pk for one in following.conditions} == standing
        for one in following.conditions:
            assert one.is_open == (one.e.state is not ItemState.MET)
            if one.e.state is ItemState.WAIVED:
                assert one.is_open
        if following.open_conditions:
            assert following.verdict == "blocked"
            assert "go" not in [str(outcome.value) for outcome in following.possible_outcomes()]
            assert following.as_snapshot()["conditions"]
        first = evaluations["first"].step
        if first.state not in (Step.State.PASSED_WITH_CONDITIONS, Step.State.SUSPECT):
            assert not standing

    @invariant()
    def no_later_gate_passed_over_an_open_condition(self) -> None:
        for decision in GateDecision.objects.filter(step__key__in=STEPS[1:], outcome__in=("go", "conditional_go")):
            assert all(one["state"] == "met" for one in decision.snapshot.get("conditions", ()))


@pytest.mark.django_db
def test_conditions_keep_their_promises_in_any_order():
    Conditions.world = small_world()
    run_state_machine_as_test(Conditions, settings=walks())
