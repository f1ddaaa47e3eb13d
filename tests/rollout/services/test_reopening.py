"""Reopening a gate: everything affected is shown first, and nothing that was said is lost."""

import pytest

from people.api import Refused, today
from rollout.models import DossierEntry, GateSubmission, Program, Reopening, Statement, Step, Suspicion
from rollout.services.commitments import start_cycle
from rollout.services.gates import decide_gate, submit_gate
from rollout.services.reopening import preview_reopening, reopen_step
from rollout.services.statements import withdraw_statement
from tests.factories.rollout import StartedProgram, answer_step, hold_role, make_program
from tests.rollout.services.test_suspicion import pass_gate

pytestmark = pytest.mark.django_db


@pytest.fixture
def started() -> StartedProgram:
    """The first two gates are passed, the third step is open."""
    started = make_program()
    pass_gate(started)
    pass_gate(started, "goal")
    return started


def reopen(started: StartedProgram, key: str = "prerequisites", **changes) -> Reopening:
    step = started.step(key)
    terms = {
        "step": step,
        "actor": started.project_lead,
        "reason": "The survey says otherwise.",
        "acknowledged": preview_reopening(step=step).digest,
    }
    return reopen_step(**(terms | changes))


class TestPreview:
    def test_names_this_gate_the_later_passed_ones_and_what_waits(self, started):
        preview = preview_reopening(step=started.step("prerequisites"))
        assert [step.key for step in preview.steps] == ["prerequisites", "goal"]
        assert preview.waiting == (str(started.step("scope")),)
        assert preview.commitments == preview.people == preview.submissions == preview.conditions == ()

    def test_names_submissions_that_will_be_withdrawn(self, started):
        answer_step(started, "scope")
        started.step("scope").items.exclude(checks=[]).delete()
        submit_gate(step=started.step("scope"), actor=started.project_lead)
        (line,) = preview_reopening(step=started.step("goal")).submissions
        assert line.startswith("Step 2, ")
        assert started.project_lead.get_full_name() in line

    def test_names_commitments_and_the_people_told(self, started):
        Step.objects.update(state="passed")
        start_cycle(wave=started.fresh_wave(), actor=started.project_lead)
        preview = preview_reopening(step=started.step("goal"))
        assert any(line.startswith("The first cycle was started on") for line in preview.commitments)
        assert "6 people were on the roster told that the first cycle runs." in preview.people

    def test_changes_nothing(self, started):
        before = preview_reopening(step=started.step("prerequisites")).digest
        assert preview_reopening(step=started.step("prerequisites")).digest == before
        assert not Suspicion.objects.exists()


class TestReopen:
    def test_calls_this_and_the_later_gates_into_question_and_keeps_everything(self, started):
        said = Statement.objects.count()
        reopening = reopen(started)
        steps = {step.key: step for step in Step.objects.all()}
        assert [steps[key].state for key in ("prerequisites", "goal", "scope")] == ["suspect", "suspect", "open"]
        for key in ("prerequisites", "goal"):
            assert f"was reopened by {started.project_lead.get_full_name()} on " in steps[key].suspect_because
            assert steps[key].suspect_because.endswith("The survey says otherwise.")
            assert steps[key].passed_at is not None
        assert Statement.objects.count() == said
        assert [step["key"] for step in reopening.preview["steps"]] == ["prerequisites", "goal"]
        assert DossierEntry.objects.filter(kind="reopening").count() == 1

    def test_withdraws_open_submissions_with_the_reason(self, started):
        answer_step(started, "scope")
        started.step("scope").items.exclude(checks=[]).delete()
        submission = submit_gate(step=started.step("scope"), actor=started.project_lead)
        reopen(started)
        submission.refresh_from_db()
        assert submission.state == GateSubmission.State.WITHDRAWN

    def test_leaves_earlier_gates_alone(self, started):
        reopen(started, "goal")
        assert started.step("prerequisites").state == Step.State.PASSED

    def test_adds_a_cause_to_later_gates_that_are_in_doubt_already(self, started):
        reopen(started, "goal")
        reopen(started)
        assert started.step("goal").suspicions.open().count() == 2

    def test_is_open_to_the_sponsor_and_to_a_deputy(self, started):
        assert reopen(started, actor=started.sponsor).reopened_by == started.sponsor
        deputy = hold_role(started, "project_lead", is_deputy=True)
        with pytest.raises(Refused, match="in doubt already"):
            reopen(started, actor=deputy)

    def test_is_refused_to_others_and_says_who_may(self, started):
        with pytest.raises(Refused, match="A gate is reopened by") as refused:
            reopen(started, actor=started.coach)
        assert started.sponsor.get_full_name() in refused.value.refusal.reason

    def test_is_refused_without_a_reason(self, started):
        with pytest.raises(Refused, match="Say why"):
            reopen(started, reason="  ")

    def test_is_refused_when_something_changed_since_the_preview(self, started):
        digest = preview_reopening(step=started.step("prerequisites")).digest
        pass_another = started.step("scope")
        pass_another.state = Step.State.PASSED
        pass_another.save()
        with pytest.raises(Refused, match="has changed since you looked"):
            reopen(started, acknowledged=digest)
        assert not Reopening.objects.exists()

    def test_is_refused_for_a_gate_that_has_not_passed(self, started):
        with pytest.raises(Refused, match="Only a passed gate"):
            reopen(started, "scope")

    @pytest.mark.parametrize(("state", "words"), [("stopped", "was stopped"), ("paused", "is paused")])
    def test_is_refused_while_nothing_runs(self, started, state, words):
        Program.objects.update(state=state, paused_on=today() if state == "paused" else None)
        with pytest.raises(Refused, match=words):
            reopen(started)

    def test_is_never_changed_or_deleted(self, started):
        reopening = reopen(started)
        with pytest.raises(Exception, match="never changed"):
            reopening.save()
        with pytest.raises(Exception, match="never deleted"):
            reopening.delete()

    def test_locks_new_commitments_until_the_gate_is_confirmed(self, started):
        Step.objects.update(state="passed")
        reopen(started, "goal")
        with pytest.raises(Refused, match="confirmed again"):
            start_cycle(wave=started.fresh_wave(), actor=started.project_lead)


def test_evidence_may_be_changed_and_the_gate_decided_again(started):
    reopen(started)
    item = started.item("open_to_change")
    withdraw_statement(item=item, actor=started.project_lead, text="Not any more.")
    answer_step(started, "prerequisites")
    submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    decide_gate(submission=submission, outcome="go", actor=started.sponsor)
    assert started.step("prerequisites").state == Step.State.PASSED
    assert started.step("goal").state == Step.State.SUSPECT
