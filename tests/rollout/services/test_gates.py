from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from people.api import Refused, clock_at, now, today
from rollout.models import Condition, GateDecision, GateSubmission, PlaybookVersion, Program, Statement, Step
from rollout.rules.gates import facts_digest
from rollout.services.evaluation import evaluate_gate, snapshot_sha256
from rollout.services.gates import ConditionTerms, decide_gate, submit_gate, withdraw_submission
from rollout.signals import gate_decided
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, answer_step, hold_role, make_program

pytestmark = pytest.mark.django_db
Outcome = GateDecision.Outcome
State = Step.State


@pytest.fixture
def started() -> StartedProgram:
    """A program whose first gate has everything it needs."""
    started = make_program()
    answer_step(started, "prerequisites")
    return started


def submitted(started: StartedProgram, key: str = "prerequisites") -> GateSubmission:
    return submit_gate(step=started.step(key), actor=started.project_lead)


def passed(started: StartedProgram, key: str) -> GateDecision:
    """Answer, submit and decide a step without live items."""
    answer_step(started, key)
    return decide_gate(submission=submitted(started, key), outcome=Outcome.GO, actor=started.sponsor)


def conditional_step() -> StartedProgram:
    """A program at step 6 with every must met and one should open."""
    started = make_program(open_step="first_cycle")
    answer_step(started, "first_cycle")
    item = started.item("worked_independently")
    Statement.objects.create(item=item, kind=Statement.Kind.WITHDRAWN, by=started.coach, text="No.")
    return started


class TestGo:
    def test_passes_the_step_and_opens_the_next(self, started):
        decision = passed(started, "prerequisites")
        step, following = started.step("prerequisites"), started.step("goal")
        assert (step.state, following.state) == (State.PASSED, State.OPEN)
        assert step.passed_at is not None
        assert following.opened_at is not None
        assert started.step("scope").state == State.LOCKED
        assert decision.snapshot_sha256 == snapshot_sha256(decision.snapshot)
        assert decision.submission.state == GateSubmission.State.DECIDED

    def test_announces_and_logs(self, started, django_capture_on_commit_callbacks):
        submission, heard = submitted(started), []

        def listen(decision_id, **_):
            heard.append(decision_id)

        gate_decided.connect(listen, weak=False)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                decision = decide_gate(submission=submission, outcome=Outcome.GO, actor=started.sponsor)
        finally:
            gate_decided.disconnect(listen)
        assert heard == [decision.pk]
        assert ModelLogEntry.objects.get(action="rollout.gate_decided").data["outcome"] == "go"

    def test_is_refused_to_the_submitter_even_as_sponsor(self, started):
        hold_role(started, "sponsor", person=started.project_lead)
        with pytest.raises(Refused, match="You submitted this gate yourself") as refused:
            decide_gate(submission=submitted(started), outcome=Outcome.GO, actor=started.project_lead)
        assert refused.value.refusal.owed_by == started.sponsor.get_full_name()

    def test_is_refused_to_people_without_the_role(self, started):
        with pytest.raises(Refused, match=f"decided by {started.sponsor.get_full_name()}"):
            decide_gate(submission=submitted(started), outcome=Outcome.GO, actor=started.people_lead)

    def test_is_open_to_the_deputy(self, started):
        deputy = hold_role(started, "sponsor", is_deputy=True)
        assert decide_gate(submission=submitted(started), outcome=Outcome.GO, actor=deputy).decided_by == deputy

    def test_is_refused_when_facts_got_worse_since_the_submission(self, started):
        submission = submitted(started)
        item = started.item("open_to_change")
        Statement.objects.create(item=item, kind=Statement.Kind.WITHDRAWN, by=started.project_lead, text="No.")
        with pytest.raises(Refused, match="The facts have changed since this gate was submitted") as refused:
            decide_gate(submission=submission, outcome=Outcome.GO, actor=started.sponsor)
        assert item.question in refused.value.refusal.reason
        assert started.step("prerequisites").state == State.OPEN
        submission.refresh_from_db()
        assert submission.state == GateSubmission.State.OPEN

    def test_is_refused_when_what_was_on_screen_is_stale(self, started):
        submission = submitted(started)
        seen = facts_digest(evaluate_gate(step=started.step("prerequisites")))
        Statement.objects.create(
            item=started.item("open_to_change"),
            kind=Statement.Kind.WITHDRAWN,
            by=started.project_lead,
            text="No.",
        )
        with pytest.raises(Refused, match="evidence has changed since you opened this page"):
            decide_gate(
                submission=submission, outcome=Outcome.HOLD, actor=started.sponsor, seen=seen, revisit_on=today()
            )
        assert not GateDecision.objects.exists()

    def test_posted_twice_names_the_first_and_changes_nothing(self, started):
        decision = passed(started, "prerequisites")
        deputy = hold_role(started, "sponsor", is_deputy=True)
        with pytest.raises(Refused) as refused:
            decide_gate(submission=decision.submission, outcome=Outcome.STOP, actor=deputy, reason="Late")
        assert refused.value.refusal.reason.startswith(
            f"{started.sponsor.get_full_name()} has already decided this gate: Go"
        )
        assert refused.value.refusal.fix_url.endswith(f"/decisions/{decision.pk}/")
        assert GateDecision.objects.count() == 1
        assert Program.objects.get().state == Program.State.RUNNING

    def test_is_refused_for_a_withdrawn_submission(self, started):
        submission = withdraw_submission(submission=submitted(started), actor=started.project_lead)
        with pytest.raises(Refused, match="was taken back"):
            decide_gate(submission=submission, outcome=Outcome.GO, actor=started.sponsor)

    def test_is_refused_while_a_should_is_open(self):
        started = conditional_step()
        with pytest.raises(Refused, match="with conditions only"):
            decide_gate(submission=submitted(started, "first_cycle"), outcome=Outcome.GO, actor=started.sponsor)

    def test_is_refused_when_the_gate_before_became_suspect(self, started):
        passed(started, "prerequisites")
        answer_step(started, "goal")
        submission = submitted(started, "goal")
        started.wave.steps.filter(key="prerequisites").update(state=State.SUSPECT)
        with pytest.raises(Refused, match="comes first"):
            decide_gate(submission=submission, outcome=Outcome.GO, actor=started.sponsor)

    def test_an_unknown_outcome_is_refused(self, started):
        with pytest.raises(Refused, match="five outcomes"):
            decide_gate(submission=submitted(started), outcome="maybe", actor=started.sponsor)

    def test_a_decision_is_never_changed_or_deleted(self, started):
        decision = passed(started, "prerequisites")
        decision.reason = "Something else"
        with pytest.raises(ValidationError, match="never changed"):
            decision.save()
        with pytest.raises(ValidationError, match="never deleted"):
            decision.delete()


class TestConditionalGo:
    def test_makes_a_condition_of_every_open_should(self):
        started = conditional_step()
        item = started.item("worked_independently")
        decision = decide_gate(
            submission=submitted(started, "first_cycle"),
            outcome=Outcome.CONDITIONAL_GO,
            actor=started.sponsor,
            conditions=[ConditionTerms(item, started.coach, today() + timedelta(days=14))],
        )
        condition = Condition.objects.get()
        assert (condition.decision, condition.item, condition.owner) == (decision, item, started.coach)
        assert started.step("first_cycle").state == State.PASSED_WITH_CONDITIONS
        assert started.step("reflection").state == State.OPEN

    @pytest.mark.parametrize(("days", "reason"), [(None, "give it an owner and a date"), (-1, "is over already")])
    def test_is_refused_without_owner_and_future_date(self, days, reason):
        started = conditional_step()
        terms = (
            []
            if days is None
            else [ConditionTerms(started.item("worked_independently"), started.coach, today() + timedelta(days=days))]
        )
        with pytest.raises(Refused, match=reason):
            decide_gate(
                submission=submitted(started, "first_cycle"),
                outcome=Outcome.CONDITIONAL_GO,
                actor=started.sponsor,
                conditions=terms,
            )
        assert not Condition.objects.exists()

    def test_is_refused_for_an_owner_who_left(self):
        started = conditional_step()
        gone = UserFactory(is_active=False)
        with pytest.raises(Refused, match="has left"):
            decide_gate(
                submission=submitted(started, "first_cycle"),
                outcome=Outcome.CONDITIONAL_GO,
                actor=started.sponsor,
                conditions=[ConditionTerms(started.item("worked_independently"), gone, today())],
            )

    def test_is_refused_when_nothing_is_open(self, started):
        with pytest.raises(Refused, match="Nothing is open that could become a condition"):
            decide_gate(submission=submitted(started), outcome=Outcome.CONDITIONAL_GO, actor=started.sponsor)


class TestHold:
    def test_keeps_the_step_open_until_looked_at_again(self, started):
        day = today() + timedelta(days=7)
        decision = decide_gate(
            submission=submitted(started), outcome=Outcome.HOLD, actor=started.sponsor, revisit_on=day
        )
        assert decision.revisit_on == day
        assert started.step("prerequisites").state == State.OPEN
        with pytest.raises(Refused, match=r"on hold until .* can be submitted again from that day on"):
            submitted(started)
        with clock_at(now() + timedelta(days=7)):
            assert submitted(started).state == GateSubmission.State.OPEN

    @pytest.mark.parametrize(("days", "reason"), [(None, "needs the day"), (0, "in the future"), (-3, "in the future")])
    def test_needs_a_day_in_the_future(self, started, days, reason):
        day = None if days is None else today() + timedelta(days=days)
        with pytest.raises(Refused, match=reason):
            decide_gate(submission=submitted(started), outcome=Outcome.HOLD, actor=started.sponsor, revisit_on=day)


class TestReturn:
    @pytest.fixture
    def later(self, started) -> StartedProgram:
        """Steps 0 and 1 are passed by decisions, so step 2 is open."""
        passed(started, "prerequisites")
        passed(started, "goal")
        return started

    def returned(self, started: StartedProgram, to: str, reason: str = "The goal is vague.") -> GateDecision:
        step = started.step("goal")
        Step.objects.filter(pk=step.pk).update(state=State.SUSPECT)
        return decide_gate(
            submission=submitted(started, "goal"),
            outcome=Outcome.RETURN,
            actor=started.sponsor,
            return_to=started.step(to),
            reason=reason,
        )

    def test_reopens_the_target_and_makes_later_gates_suspect(self, later):
        statements = Statement.objects.count()
        self.returned(later, "prerequisites")
        first, second, third = (later.step(key) for key in ("prerequisites", "goal", "scope"))
        assert first.state == State.OPEN
        assert second.state == State.SUSPECT
        assert "“0 Check the ground” was reopened" in second.suspect_because
        assert "The goal is vague." in second.suspect_because
        assert third.state == State.LOCKED
        assert third.opened_at is not None
        assert Statement.objects.count() == statements

    def test_to_the_step_itself_opens_it_again(self, later):
        self.returned(later, "goal")
        assert later.step("goal").state == State.OPEN
        assert later.step("prerequisites").state == State.PASSED

    def test_suspect_gates_are_confirmed_one_after_the_other(self, later):
        self.returned(later, "prerequisites")
        with pytest.raises(Refused, match="comes first"):
            submitted(later, "goal")
        decide_gate(submission=submitted(later), outcome=Outcome.GO, actor=later.sponsor)
        assert later.step("goal").state == State.SUSPECT
        decide_gate(submission=submitted(later, "goal"), outcome=Outcome.GO, actor=later.sponsor)
        assert (later.step("goal").state, later.step("goal").suspect_because) == (State.PASSED, "")
        assert later.step("scope").state == State.OPEN

    def test_takes_back_other_submissions_of_later_steps(self, later):
        other = GateSubmission.objects.create(step=later.step("scope"), submitted_by=later.project_lead, snapshot={})
        self.returned(later, "prerequisites")
        other.refresh_from_db()
        assert other.state == GateSubmission.State.WITHDRAWN

    def test_needs_a_reason(self, later):
        with pytest.raises(Refused, match="needs a reason"):
            self.returned(later, "prerequisites", reason=" ")

    def test_is_refused_to_a_later_step(self, started):
        with pytest.raises(Refused, match="or an earlier step"):
            decide_gate(
                submission=submitted(started),
                outcome=Outcome.RETURN,
                actor=started.sponsor,
                reason="Hm",
                return_to=started.step("goal"),
            )

    def test_needs_a_step(self, started):
        with pytest.raises(Refused, match="names the step"):
            decide_gate(submission=submitted(started), outcome=Outcome.RETURN, actor=started.sponsor, reason="Hm")


class TestStop:
    def test_stops_the_program_and_keeps_what_is_passed(self, started):
        passed(started, "prerequisites")
        answer_step(started, "goal")
        decide_gate(
            submission=submitted(started, "goal"), outcome=Outcome.STOP, actor=started.sponsor, reason="No budget."
        )
        assert Program.objects.get().state == Program.State.STOPPED
        assert started.step("prerequisites").state == State.PASSED
        assert started.step("goal").state == State.STOPPED
        assert started.step("scope").state == State.LOCKED

    def test_needs_a_reason(self, started):
        with pytest.raises(Refused, match="needs a reason"):
            decide_gate(submission=submitted(started), outcome=Outcome.STOP, actor=started.sponsor)

    def test_is_the_sponsors_alone(self, started):
        content = started.program.playbook_version.content
        content["steps"][0]["decided_by"] = ["people_lead"]
        PlaybookVersion.objects.update(content=content)
        with pytest.raises(Refused, match="only be stopped"):
            decide_gate(submission=submitted(started), outcome=Outcome.STOP, actor=started.people_lead, reason="No.")
