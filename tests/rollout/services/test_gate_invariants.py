"""Whatever people do in whatever order, the gates keep their promises."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from rollout.models import (
    DecisionVote,
    Delegation,
    GateDecision,
    GateSubmission,
    HoldLift,
    Program,
    ProgramPause,
    Statement,
    Step,
    Waiver,
)
from rollout.rules.evaluation import day_of, snapshot_sha256
from rollout.services.delegations import delegate_decisions, revoke_delegation
from rollout.services.evaluation import evaluate_steps
from rollout.services.gates import ConditionTerms, submit_gate, vote_on_gate, withdraw_submission
from rollout.services.holds import lift_hold
from rollout.services.pauses import pause_program, resume_program
from rollout.services.refresh import refresh_wave
from rollout.services.waivers import approve_waiver, request_waiver, revoke_waiver
from tests.rollout.services.walks import STEPS, Walk, small_world, walks

ITEMS = ("purpose", "law", "wish", "hope", "plan", "wind", "proof")
SHOULDS = ("wish", "hope", "wind")
WHO = ("sponsor", "project_lead", "people_lead", "coach", "deputy", "outsider")
DECIDERS = ("sponsor", "sponsor", "people_lead", "coach", "deputy", "outsider", "project_lead")
SUBMITTERS = ("project_lead", "project_lead", "project_lead", "sponsor")
CURRENT = "the one at hand"
NEEDED = {"first": 1, "second": 2, "third": 2}


class Gates(Walk):
    evaluated = -1

    @initialize(ahead=st.sampled_from((0, 0, 1, 2)))
    def start(self, ahead: int) -> None:
        """Everything is answered; some walks begin at a later gate, and it is submitted."""
        steps = Step.objects.filter(wave=self.started.wave)
        if ahead:
            steps.filter(key__in=STEPS[:ahead]).update(state=Step.State.PASSED, passed_at=self.moment)
            steps.filter(key=STEPS[ahead]).update(state=Step.State.OPEN)
        self.submit(STEPS[ahead], "project_lead")

    @rule(key=st.sampled_from(STEPS))
    def answer(self, key: str) -> None:
        self.answer_all(key)

    @rule(key=st.sampled_from(ITEMS))
    def take_back(self, key: str) -> None:
        self.take_answer(key)

    @rule(key=st.sampled_from(ITEMS), who=st.sampled_from(SUBMITTERS), approve=st.booleans())
    def take_back_and_waive(self, key: str, who: str, approve: bool) -> None:
        self.take_answer(key)
        waiver = self.attempt(
            request_waiver,
            item=self.item(key),
            actor=self.who(who),
            reason="Later",
            risk="low",
            compensating_action="Ask",
            expires_on=self.today() + timedelta(days=5),
        )
        if waiver is not None and approve:
            self.attempt(approve_waiver, waiver=waiver, actor=self.started.sponsor)

    @rule(who=st.sampled_from(WHO), approve=st.booleans())
    def decide_waiver(self, who: str, approve: bool) -> None:
        waiver = Waiver.objects.live().order_by("-pk").first()
        if waiver is not None:
            deed = approve_waiver if approve else revoke_waiver
            self.attempt(deed, waiver=waiver, actor=self.who(who), reason="So be it.")

    @rule(key=st.sampled_from((CURRENT, CURRENT, *STEPS)), who=st.sampled_from(SUBMITTERS))
    def submit(self, key: str, who: str) -> None:
        self.attempt(submit_gate, step=self.step(self._key(key)), actor=self.who(who))

    @rule(key=st.sampled_from(STEPS), who=st.sampled_from(WHO))
    def withdraw(self, key: str, who: str) -> None:
        if submission := self.latest_submission(key):
            self.attempt(withdraw_submission, submission=submission, actor=self.who(who), reason="Not yet.")

    @rule(
        key=st.sampled_from((CURRENT, CURRENT, CURRENT, *STEPS)),
        who=st.sampled_from(DECIDERS),
        outcome=st.sampled_from(("go", "go", "conditional_go", "hold", "return", "stop")),
        back_to=st.sampled_from(STEPS),
    )
    def vote(self, key: str, who: str, outcome: str, back_to: str) -> None:
        self._vote(self._key(key), who, outcome, back_to)

    @rule(outcome=st.sampled_from(("go", "go", "conditional_go", "hold", "return")))
    def everybody_votes(self, outcome: str) -> None:
        key = self.current()
        for who in ("outsider", "people_lead", "sponsor", "deputy", "coach"):
            self._vote(key, who, outcome, key)

    @rule(who=st.sampled_from(SUBMITTERS))
    def work_through_a_gate(self, who: str) -> None:
        """What people mostly do: answer everything, submit, and all vote go."""
        key = self.current()
        self.answer_all(key)
        self.submit(CURRENT, who)
        self.everybody_votes("go")

    def _key(self, key: str) -> str:
        return self.current() if key == CURRENT else key

    def _vote(self, key: str, who: str, outcome: str, back_to: str) -> None:
        submission = self.latest_submission(key)
        if submission is not None and submission.state == GateSubmission.State.OPEN:
            day = self.today()
            self.attempt(
                vote_on_gate,
                submission=submission,
                outcome=outcome,
                actor=self.who(who),
                reason="Because.",
                conditions=[
                    ConditionTerms(self.item(one), self.started.coach, day + timedelta(days=9)) for one in SHOULDS
                ],
                revisit_on=day + timedelta(days=3),
                return_to=self.step(back_to),
            )

    @rule(who=st.sampled_from(("sponsor", "sponsor", "deputy", "coach", "project_lead")))
    def hold_and_lift(self, who: str) -> None:
        self.vote(CURRENT, "sponsor", "hold", STEPS[0])
        self.submit(CURRENT, "project_lead")
        self.attempt_lift(who)
        self.submit(CURRENT, "project_lead")

    def attempt_lift(self, who: str) -> None:
        if hold := GateDecision.objects.filter(outcome="hold").order_by("-pk").first():
            self.attempt(lift_hold, decision=hold, actor=self.who(who), reason="Now.")

    @rule(
        giver=st.sampled_from(("sponsor", "sponsor", "people_lead", "outsider")),
        taker=st.sampled_from(("outsider", "outsider", "outsider", "coach", "project_lead")),
        by_lead=st.booleans(),
        days=st.integers(0, 3),
    )
    def delegate(self, giver: str, taker: str, by_lead: bool, days: int) -> None:
        self.attempt(
            delegate_decisions,
            program=self.started.program,
            from_person=self.who(giver),
            to_person=self.who(taker),
            actor=self.started.project_lead if by_lead else self.who(giver),
            starts_on=self.today(),
            ends_on=self.today() + timedelta(days=days),
            reason="Away.",
        )
        self.vote(CURRENT, taker, "go", STEPS[0])

    @rule(who=st.sampled_from(("sponsor", "outsider", "project_lead", "coach")))
    def end_delegation(self, who: str) -> None:
        if delegation := Delegation.objects.order_by("-pk").first():
            self.attempt(revoke_delegation, delegation=delegation, actor=self.who(who))

    @rule(who=st.sampled_from(("project_lead", "coach")))
    def pause(self, who: str) -> None:
        self.attempt(pause_program, program=self.started.program, actor=self.who(who), reason="Holidays.")
        self.vote(CURRENT, "sponsor", "go", STEPS[0])

    @precondition(lambda self: "pause_program" in self.done)
    @rule(who=st.sampled_from(("project_lead", "project_lead", "coach")))
    def resume(self, who: str) -> None:
        self.attempt(resume_program, program=self.started.program, actor=self.who(who))

    @rule(days=st.sampled_from((1, 3, 4)))
    def wait(self, days: int) -> None:
        self.changes += 1
        self.moment += timedelta(days=days)

    @rule()
    def refresh(self) -> None:
        with self.later():
            refresh_wave(wave_id=self.started.wave.pk)

    @invariant()
    def no_step_is_open_before_its_predecessor_was_decided(self) -> None:
        steps = list(Step.objects.filter(wave=self.started.wave).order_by("number"))
        for before, step in pairwise(steps):
            if step.state == Step.State.OPEN:
                assert before.state in (*Step.PASSED_STATES, Step.State.SUSPECT)
            if step.state in Step.PASSED_STATES:
                assert before.state != Step.State.LOCKED

    @invariant()
    def duties_are_separate_and_every_delegate_had_a_delegation(self) -> None:
        decisions = list(GateDecision.objects.select_related("submission", "step"))
        acts = [(one.decided_by_id, one.acting_for_id, one.decided_at, one.submission) for one in decisions]
        acts += [
            (one.voter_id, one.acting_for_id, one.at, one.submission)
            for one in DecisionVote.objects.select_related("submission")
        ]
        given = list(Delegation.objects.all())
        for person, principal, at, submission in acts:
            assert submission.submitted_by_id not in (person, principal)
            assert person != principal
            if principal is not None:
                assert any(
                    (one.from_person_id, one.to_person_id) == (principal, person)
                    and one.starts_on <= day_of(at) <= one.ends_on
                    and (one.revoked_at is None or one.revoked_at >= at)
                    for one in given
                ), "acted for somebody without a delegation"
        for waiver in Waiver.objects.exclude(decided_by=None):
            assert waiver.decided_by_id != waiver.requested_by_id

    @invariant()
    def one_submission_waits_and_each_decision_has_its_own(self) -> None:
        submissions = list(GateSubmission.objects.order_by("pk"))
        waiting = [one.step_id for one in submissions if one.state == GateSubmission.State.OPEN]
        assert len(waiting) == len(set(waiting))
        decided = {one.pk for one in submissions if one.state == GateSubmission.State.DECIDED}
        assert sorted(decided) == sorted(GateDecision.objects.values_list("submission_id", flat=True))
        if Program.objects.get(pk=self.started.program.pk).state == Program.State.STOPPED:
            assert not waiting

    @invariant()
    def a_gate_passes_only_on_facts_that_allow_it_and_its_snapshot_stands(self) -> None:
        for decision in GateDecision.objects.all():
            assert snapshot_sha256(decision.snapshot) == decision.snapshot_sha256
            verdict = decision.snapshot["verdict"]
            if decision.outcome == "go":
                assert verdict == "clear"
            if decision.outcome == "conditional_go":
                assert verdict == "conditional"
                shoulds = [one for one in decision.snapshot["items"] if one["open_strength"] == "should"]
                assert decision.conditions.count() == len(shoulds) > 0
            assert (decision.outcome == "stop") <= bool(decision.reason)

    @invariant()
    def a_quorum_agreed_on_every_decision_but_a_stop(self) -> None:
        for decision in GateDecision.objects.exclude(outcome="stop").select_related("step"):
            if NEEDED[decision.step.key] == 1:
                continue
            latest: dict[int, DecisionVote] = {}
            for vote in DecisionVote.objects.filter(submission=decision.submission_id, at__lte=decision.decided_at):
                latest[vote.voice_id] = vote
            last = max(latest.values(), key=lambda vote: vote.pk)
            agreeing = [
                one
                for one in latest.values()
                if (one.outcome, json.dumps(one.terms), one.seen)
                == (decision.outcome, json.dumps(last.terms), last.seen)
            ]
            assert len(agreeing) >= NEEDED[decision.step.key]
            if decision.step.key == "second":
                assert self.started.people_lead.pk in [one.voice_id for one in agreeing], "a role did not agree"

    @invariant()
    def nobody_submits_into_a_hold_or_a_pause(self) -> None:
        submissions = list(GateSubmission.objects.order_by("pk"))
        lifted = dict(HoldLift.objects.values_list("decision_id", "at"))
        holds = list(GateDecision.objects.filter(outcome="hold"))
        for one in submissions:
            for hold in holds:
                if hold.step_id != one.step_id or hold.decided_at >= one.submitted_at:
                    continue
                ended = hold.pk in lifted and lifted[hold.pk] <= one.submitted_at
                assert ended or day_of(one.submitted_at) >= hold.revisit_on
        decisions = list(GateDecision.objects.values_list("decided_at", flat=True))
        for pause in ProgramPause.objects.all():
            for at in [one.submitted_at for one in submissions] + decisions:
                assert at < pause.paused_at or (pause.ended_at is not None and at > pause.ended_at)

    @invariant()
    def what_is_waived_is_never_met(self) -> None:
        if self.changes == self.evaluated:
            return
        self.evaluated = self.changes
        with self.later():
            evaluations = evaluate_steps(wave=self.started.fresh_wave())
        for evaluation in evaluations.values():
            met = sum(e.state.value == "met" for e in evaluation.items)
            assert evaluation.met_count == met
            assert met + len(evaluation.waived) <= evaluation.total_count
            for e in evaluation.waived:
                assert e.item.waivable
                assert e.waiver is not None
            if evaluation.open_conditions or evaluation.open_musts:
                assert evaluation.verdict == "blocked"

    @invariant()
    def what_was_said_and_decided_stays(self) -> None:
        for model, fields in (
            (Statement, ("kind", "by_id", "text")),
            (DecisionVote, ("outcome", "voter_id", "acting_for_id", "seen")),
            (GateDecision, ("outcome", "decided_by_id", "acting_for_id", "reason", "snapshot_sha256")),
            (HoldLift, ("decision_id", "lifted_by_id", "reason")),
        ):
            now_there = {row[0]: str(row[1:]) for row in model.objects.values_list("pk", *fields)}
            before = getattr(self, "kept", {}).get(model.__name__, {})
            assert before.items() <= now_there.items()
            self.__dict__.setdefault("kept", {})[model.__name__] = now_there


@pytest.mark.django_db
def test_gates_keep_their_promises_in_any_order():
    Gates.world = small_world()
    run_state_machine_as_test(Gates, settings=walks())
