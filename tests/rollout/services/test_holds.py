"""A hold rests until its day; its author can always lift it. And what takes a submission back."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from people.api import Refused, clock_at, now, today
from rollout.models import GateSubmission, HoldLift, Statement, Step
from rollout.queries.decisions import standing_hold
from rollout.services.gates import decide_gate, submit_gate, withdraw_if_regressed, withdraw_submission
from rollout.services.holds import lift_hold
from rollout.services.refresh import refresh_wave
from rollout.tasks import tell_submitter
from tests.factories.rollout import StartedProgram, answer_step, hold_role, make_program

pytestmark = pytest.mark.django_db
KEY = "prerequisites"


@pytest.fixture
def started() -> StartedProgram:
    started = make_program(members=2)
    answer_step(started, KEY)
    return started


def submit(started: StartedProgram) -> GateSubmission:
    return submit_gate(step=started.step(KEY), actor=started.project_lead)


def hold(started: StartedProgram, actor=None):
    return decide_gate(
        submission=submit(started),
        outcome="hold",
        actor=actor or started.sponsor,
        revisit_on=today() + timedelta(days=14),
    )


class TestLifting:
    def test_the_refusal_names_who_can_lift_it_and_from_when_it_is_possible(self, started):
        decision = hold(started)
        with pytest.raises(Refused) as refused:
            submit(started)
        reason = refused.value.refusal.reason
        assert started.sponsor.get_full_name() in reason
        assert str(decision.revisit_on.year) in reason
        with clock_at(now() + timedelta(days=14)):
            assert submit(started).state == "open"

    def test_its_author_lifts_it_after_losing_the_role(self, started):
        decision = hold(started)
        hold_role(started, "sponsor")
        started.slot("sponsor").assignments.filter(person=started.sponsor).update(ended_on=today())
        lift = lift_hold(decision=decision, actor=started.sponsor, reason="The budget is there.")
        assert (lift.lifted_by, lift.acting_for) == (started.sponsor, None)
        assert standing_hold(started.step(KEY)) is None
        assert submit(started).state == "open"
        with pytest.raises(ValidationError, match="never changed"):
            lift.save()
        with pytest.raises(ValidationError, match="never deleted"):
            lift.delete()

    def test_a_decider_of_today_lifts_it_and_others_do_not(self, started):
        decision = hold(started)
        with pytest.raises(Refused, match="This hold can be lifted by"):
            lift_hold(decision=decision, actor=started.project_lead, reason="Please.")
        with pytest.raises(Refused, match="Say why the hold ends early"):
            lift_hold(decision=decision, actor=started.sponsor, reason=" ")
        deputy = hold_role(started, "sponsor", is_deputy=True)
        lift_hold(decision=decision, actor=deputy, reason="Go on.")
        with pytest.raises(Refused, match="No hold stands"):
            lift_hold(decision=decision, actor=started.sponsor, reason="Again.")
        assert HoldLift.objects.count() == 1

    def test_nothing_to_lift_once_its_day_has_come(self, started):
        decision = hold(started)
        with clock_at(now() + timedelta(days=14)), pytest.raises(Refused, match="No hold stands"):
            lift_hold(decision=decision, actor=started.sponsor, reason="Now.")


class TestTakingBack:
    def regress(self, started: StartedProgram) -> None:
        item = started.item("open_to_change")
        Statement.objects.create(item=item, kind=Statement.Kind.WITHDRAWN, by=started.project_lead, text="No.")

    def test_by_hand_keeps_who_and_why(self, started):
        submission = withdraw_submission(
            submission=submit(started), actor=started.project_lead, reason="One answer is wrong."
        )
        assert (submission.closed_by, submission.closed_because) == (started.project_lead, "One answer is wrong.")

    def test_by_itself_when_a_must_regresses(self, started):
        submission = submit(started)
        refresh_wave(wave_id=started.wave.pk)
        assert GateSubmission.objects.get().state == "open"
        self.regress(started)
        assert refresh_wave(wave_id=started.wave.pk).withdrawn == (submission.pk,)
        submission.refresh_from_db()
        assert (submission.state, submission.closed_by) == ("withdrawn", None)
        assert "was answered when the gate was submitted and is open again" in submission.closed_because
        assert refresh_wave(wave_id=started.wave.pk).withdrawn == ()
        with pytest.raises(Refused, match=r"taken back, so there is nothing to decide\. “"):
            decide_gate(submission=submission, outcome="hold", actor=started.sponsor, revisit_on=today())

    def test_not_when_the_data_is_only_unknown_or_it_is_settled(self, started):
        submission = submit(started)
        assert withdraw_if_regressed(submission=submission) is None
        decide_gate(submission=submission, outcome="go", actor=started.sponsor)
        self.regress(started)
        assert withdraw_if_regressed(submission=submission) is None
        assert started.step(KEY).state == Step.State.PASSED

    def test_whoever_submitted_is_told_why(self, started, django_capture_on_commit_callbacks):
        submit(started)
        self.regress(started)
        with django_capture_on_commit_callbacks(execute=True):
            refresh_wave(wave_id=started.wave.pk)
        (letter,) = [one for one in mail.outbox if one.to == [started.project_lead.email]]
        assert letter.subject.startswith("Taken back: the gate of")
        assert "is open again" in letter.body

    def test_nobody_is_told_what_they_did_themselves(self, started):
        submission = withdraw_submission(submission=submit(started), actor=started.project_lead)
        tell_submitter(submission.pk)
        assert mail.outbox == []
