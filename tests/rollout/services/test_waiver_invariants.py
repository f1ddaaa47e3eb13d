"""Whatever people do in whatever order and however many days pass, waivers and gates in doubt keep their promises."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from people.api import Refused, clock_at, today
from rollout.models import ChecklistItem, GateDecision, Reconfirmation, Statement, Step, Waiver, Wave
from rollout.queries.holders import Holders, holders_in
from rollout.rules.evaluation import GateEvaluation, ItemState, rank
from rollout.rules.waivers import seats_of
from rollout.services.delegations import delegate_decisions
from rollout.services.evaluation import evaluate_steps
from rollout.services.gates import decide_gate, submit_gate
from rollout.services.reconfirmation import reconfirm_gate
from rollout.services.refresh import refresh_wave
from rollout.services.reopening import preview_reopening, reopen_step
from rollout.services.statements import withdraw_statement
from rollout.services.suspicion import bases_of
from rollout.services.waivers import approve_waiver, reject_waiver, request_waiver, revoke_waiver
from tests.factories.rollout import StartedProgram, answer_item, hold_role, make_program
from tests.rollout.services.walks import walks

BEGINNING = datetime(2026, 3, 2, 9, tzinfo=UTC)

GATES = ("prerequisites", "goal")
NEVER = "works_council_informed"
ITEMS = ("open_to_change", "mistakes_are_learning", "goal_written")
WHO = ("sponsor", "project_lead", "people_lead", "deputy", "delegate", "coach")
LIVE = ("requested", "active")

items = st.sampled_from(ITEMS)
who = st.sampled_from(WHO)


def stage() -> StartedProgram:
    """A program whose checklist is the questions of a walk, and people who hold, stand in and act for roles. Its first
    gate has passed and leans on a waiver that has five days left."""
    started = make_program(members=2, teams=1)
    ChecklistItem.objects.exclude(key__in=(*ITEMS, NEVER)).delete()
    started.people["deputy"] = hold_role(started, "sponsor", is_deputy=True)
    started.people["delegate"] = hold_role(started, "coach")
    with clock_at(BEGINNING):
        delegate_decisions(
            program=started.program,
            from_person=started.people_lead,
            to_person=started.people["delegate"],
            actor=started.people_lead,
            starts_on=today(),
            ends_on=today() + timedelta(days=60),
            reason="Leave",
        )
        answer_item(started, "open_to_change")
        waiver = request_waiver(
            item=started.item("mistakes_are_learning"), actor=started.project_lead, reason="Later.", risk="medium",
            compensating_action="We look after it.", expires_on=today() + timedelta(days=5),
        )  # fmt: skip
        approve_waiver(waiver=waiver, actor=started.sponsor)
        submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
        decide_gate(submission=submission, outcome="go", actor=started.sponsor)
    return started


class Waivers(RuleBasedStateMachine):
    """Acts at random on two gates; refusals are fine, broken promises are not."""

    started: StartedProgram
    wave: Wave
    holders: Holders

    @initialize()
    def begin(self) -> None:
        self.point = transaction.savepoint()
        self.moment = BEGINNING
        self.statements = 0
        self.is_worth_trying = False
        self.waivers: set[str] = {"active"}
        self.gates: dict[str, str] = {"prerequisites": "passed", "goal": "open"}
        self.ended: dict[int, tuple[str, Any]] = {}
        self.suspect: set[int] = set()
        self.looked = 0

    def teardown(self) -> None:
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)

    def attempt(self, deed: Callable[..., Any], **named: Any) -> Any:
        with clock_at(self.moment):
            try:
                return deed(**named)
            except Refused as refused:
                if not str(refused).strip().endswith((".", "?")):
                    raise AssertionError(f"Not a sentence: {refused}") from refused
                return None

    def person(self, key: str) -> Any:
        return self.started.people[key]

    def newest(self, state: tuple[str, ...]) -> Waiver | None:
        return Waiver.objects.filter(state__in=state).order_by("-pk").first()

    # --- what people do ---------------------------------------------------------------------------

    @rule(key=items)
    def answer(self, key: str) -> None:
        with clock_at(self.moment):
            answer_item(self.started, key)

    @rule(key=items, actor=who)
    def take_back_an_answer(self, key: str, actor: str) -> None:
        self.attempt(withdraw_statement, item=self.started.item(key), actor=self.person(actor), text="Changed.")

    @rule(
        key=st.sampled_from(("goal_written", "goal_written", *ITEMS, NEVER)),
        actor=st.sampled_from(("project_lead", "project_lead", "project_lead", *WHO)),
        risk=st.sampled_from(["low", "medium", "high"]),
        days=st.sampled_from([4, 3, 2, 1, 0, -1]),
        approvers=st.sampled_from([WHO, WHO, ("sponsor",), ()]),
    )
    def ask(self, key: str, actor: str, risk: str, days: int, approvers: tuple[str, ...]) -> None:
        with clock_at(self.moment):
            day = today() + timedelta(days=days)
        self.attempt(
            request_waiver, item=self.started.item(key), actor=self.person(actor), reason="Later.", risk=risk,
            compensating_action="We look after it.", expires_on=day,
        )  # fmt: skip
        for one in approvers:
            self.approve(one)

    @precondition(lambda self: "requested" in self.waivers)
    @rule(actor=who)
    def approve(self, actor: str) -> None:
        if waiver := self.newest(("requested",)):
            self.attempt(approve_waiver, waiver=waiver, actor=self.person(actor))

    @precondition(lambda self: "requested" in self.waivers)
    @rule(actor=who)
    def reject(self, actor: str) -> None:
        if waiver := self.newest(("requested",)):
            self.attempt(reject_waiver, waiver=waiver, actor=self.person(actor), reason="No.")

    @precondition(lambda self: self.waivers & set(LIVE))
    @rule(actor=who)
    def revoke(self, actor: str) -> None:
        if waiver := self.newest(LIVE):
            self.attempt(revoke_waiver, waiver=waiver, actor=self.person(actor), reason="Enough.")

    @precondition(lambda self: self.is_worth_trying)
    @rule()
    def pass_the_next_gate(self) -> None:
        key = next((key for key in GATES if self.gates[key] != "passed"), "goal")
        submission = self.attempt(submit_gate, step=self.started.step(key), actor=self.person("project_lead"))
        if submission is not None:
            self.attempt(decide_gate, submission=submission, outcome="go", actor=self.person("sponsor"))

    @precondition(lambda self: "passed" in self.gates.values())
    @rule(key=st.sampled_from(GATES), actor=st.sampled_from(("project_lead", "sponsor", *WHO)))
    def reopen(self, key: str, actor: str) -> None:
        before = self.facts()
        step = self.started.step(key)
        with clock_at(self.moment):
            digest = preview_reopening(step=step).digest
        done = self.attempt(
            reopen_step, step=step, actor=self.person(actor), reason="It is not so.", acknowledged=digest
        )
        assert self.facts() == before, "reopening touches no answer, no waiver, no decision"
        if done is not None:
            assert self.started.step(key).state == Step.State.SUSPECT

    @precondition(lambda self: "suspect" in self.gates.values())
    @rule(key=st.sampled_from(GATES), actor=st.sampled_from(("sponsor", "deputy", *WHO)))
    def confirm_again(self, key: str, actor: str) -> None:
        self.attempt(reconfirm_gate, step=self.started.step(key), actor=self.person(actor))

    @rule(days=st.sampled_from([1, 0, 3, 6]))
    def nights(self, days: int) -> None:
        self.moment += timedelta(days=days)
        with clock_at(self.moment):
            refresh_wave(wave_id=self.started.wave.pk)
            evaluations = self.evaluations()
            passed = [pk for pk, one in evaluations.items() if one.step.state in Step.PASSED_STATES]
            for pk, basis in bases_of(passed).items():
                self.leans_on_nothing_that_is_gone(evaluations[pk], basis.snapshot, today())

    # --- what has to hold -------------------------------------------------------------------------

    @staticmethod
    def facts() -> tuple[Any, ...]:
        return (
            list(Statement.objects.order_by("pk").values_list("pk", "kind")),
            list(Waiver.objects.order_by("pk").values_list("pk", "state")),
            list(GateDecision.objects.order_by("pk").values_list("pk", "snapshot_sha256")),
        )

    def evaluations(self) -> dict[int, GateEvaluation]:
        steps = Step.objects.filter(wave=self.wave, key__in=GATES).order_by("number")
        return evaluate_steps(wave=self.wave, steps=steps, holders=self.holders)

    @staticmethod
    def leans_on_nothing_that_is_gone(evaluation: GateEvaluation, snapshot: dict[str, Any], day: date) -> None:
        """After a night no passed gate rests on a waiver that is over while its question is open."""
        then = {item["key"]: item for item in snapshot["items"] if item["state"] == ItemState.WAIVED}
        for e in evaluation.items:
            if e.item.key in then and e.state is ItemState.OPEN and rank(e.open_strength) > 1:
                waiver = Waiver.objects.get(pk=then[e.item.key]["waiver"]["id"])
                assert waiver.state == Waiver.State.ACTIVE
                assert waiver.expires_on >= day

    @invariant()
    def what_is_waived_is_never_met(self) -> None:
        if not Waiver.objects.filter(state="active").exists():
            return
        with clock_at(self.moment):
            for evaluation in self.evaluations().values():
                met = [e for e in evaluation.items if e.state is ItemState.MET]
                assert evaluation.met_count == len(met)
                assert evaluation.met_count + len(evaluation.waived) <= evaluation.total_count
                for e in evaluation.waived:
                    assert e.item.waivable
                    assert e.waiver is not None
                    assert e.waiver.state == Waiver.State.ACTIVE
                    assert e.waiver.expires_on >= today()

    @invariant()
    def approvals_are_by_others_and_as_the_risk_asks(self) -> None:
        for waiver in Waiver.objects.select_related("item__step").prefetch_related("approvals"):
            waiver.item.step.wave = self.wave
            approvals = list(waiver.approvals.all())
            people = [pk for approval in approvals for pk in approval.people]
            assert waiver.requested_by_id not in people
            assert len(people) == len(set(people)), "two approvals are by two different people"
            assert waiver.decided_by_id != waiver.requested_by_id
            given = {approval.role for approval in approvals}
            complete = all(given & set(seat) for seat in seats_of(waiver))
            if waiver.state in ("active", "fulfilled"):
                assert complete
            if waiver.state == "requested":
                assert not complete

    @invariant()
    def an_item_has_one_live_waiver_and_some_items_none_ever(self) -> None:
        live = list(Waiver.objects.filter(state__in=LIVE).values_list("item_id", flat=True))
        assert len(live) == len(set(live))
        assert not Waiver.objects.filter(item__waivable=False).exists()

    @invariant()
    def what_ended_stays_as_it_ended(self) -> None:
        if not hasattr(self, "ended"):
            return
        now = {pk: (state, at) for pk, state, at in Waiver.objects.values_list("pk", "state", "closed_at")}
        for pk, before in self.ended.items():
            assert now[pk] == before
        self.ended = {pk: row for pk, row in now.items() if row[0] not in LIVE}
        self.waivers = {state for state, _ in now.values()}
        said = Statement.objects.filter(item__key="goal_written").order_by("pk").values_list("kind", flat=True).last()
        waived = Waiver.objects.filter(item__key="goal_written", state="active").exists()
        self.is_worth_trying = said == "documented" or waived

    @invariant()
    def doubt_never_clears_silently_and_nothing_said_is_lost(self) -> None:
        if not hasattr(self, "suspect"):
            return
        looked = GateDecision.objects.count() + Reconfirmation.objects.count()
        steps = list(Step.objects.filter(wave=self.started.wave, key__in=GATES))
        self.gates = {step.key: str(step.state) for step in steps}
        suspect = {step.pk for step in steps if step.state == Step.State.SUSPECT}
        if self.suspect - suspect:
            assert looked > self.looked
        for step in steps:
            if step.pk in suspect:
                assert step.suspect_because
                assert step.suspicions.open().exists()
        self.suspect, self.looked = suspect, looked
        count = Statement.objects.count()
        assert count >= self.statements
        self.statements = count


@pytest.mark.django_db
def test_waivers_keep_their_promises_in_any_order():
    started = stage()
    # Nobody changes roles on a walk, so playbook and holders are read once.
    facts = {"started": started, "wave": started.fresh_wave(), "holders": holders_in(started.program.pk)}
    machine = type("Walk", (Waivers,), facts)
    run(machine, settings=walks())
