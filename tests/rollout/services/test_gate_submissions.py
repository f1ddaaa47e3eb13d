import pytest
from wagtail.models import ModelLogEntry

from people.api import Refused
from rollout.models import GateSubmission, Program
from rollout.services.gates import submit_gate, withdraw_submission
from rollout.signals import gate_submitted, wave_changed
from tests.factories.rollout import StartedProgram, answer_item, answer_step, hold_role, make_program
from tests.rollout.services.test_gates import conditional_step, passed, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def started() -> StartedProgram:
    """A program whose first gate has everything it needs."""
    started = make_program()
    answer_step(started, "prerequisites")
    return started


class TestSubmit:
    def test_freezes_the_evaluation_and_keeps_the_message(self, started):
        submission = submit_gate(
            step=started.step("prerequisites"), actor=started.project_lead, message="  Please decide. "
        )
        assert submission.state == GateSubmission.State.OPEN
        assert submission.message == "Please decide."
        assert submission.snapshot["verdict"] == "clear"
        assert submission.snapshot["met"] == 5
        entry = ModelLogEntry.objects.get(action="rollout.gate_submitted")
        assert entry.user == started.project_lead

    def test_announces_after_commit(self, started, django_capture_on_commit_callbacks):
        heard = []

        def listen(**news):
            heard.append((news["signal"], {k: v for k, v in news.items() if k.endswith("_id")}))

        for signal in (gate_submitted, wave_changed):
            signal.connect(listen, weak=False)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                submission = submitted(started)
        finally:
            for signal in (gate_submitted, wave_changed):
                signal.disconnect(listen)
        assert (gate_submitted, {"submission_id": submission.pk}) in heard
        assert (wave_changed, {"wave_id": started.wave.pk}) in heard

    def test_is_open_to_the_deputy(self, started):
        deputy = hold_role(started, "project_lead", is_deputy=True)
        assert submit_gate(step=started.step("prerequisites"), actor=deputy).submitted_by == deputy

    def test_is_refused_to_others_naming_the_holder(self, started):
        with pytest.raises(Refused) as refused:
            submit_gate(step=started.step("prerequisites"), actor=started.sponsor)
        assert started.project_lead.get_full_name() in refused.value.refusal.reason
        assert refused.value.refusal.owed_by == started.project_lead.get_full_name()

    def test_names_the_vacant_role_and_where_to_fill_it(self):
        started = make_program(roles=("sponsor", "people_lead"))
        answer_item(started, "direction_given")
        with pytest.raises(Refused, match="vacant") as refused:
            submit_gate(step=started.step("prerequisites"), actor=started.sponsor)
        assert refused.value.refusal.fix_url == f"/programs/{started.program.slug}/roles/"

    def test_lists_open_musts_and_who_owes_them(self):
        started = make_program()
        with pytest.raises(Refused, match="5 questions that must be met are still open") as refused:
            submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
        assert started.item("open_to_change").question in refused.value.refusal.reason
        assert started.people_lead.get_full_name() in refused.value.refusal.owed_by
        assert refused.value.refusal.waived_by == started.sponsor.get_full_name()
        assert not GateSubmission.objects.exists()

    def test_is_refused_while_one_waits(self, started):
        submitted(started)
        with pytest.raises(Refused, match="submitted this gate already"):
            submitted(started)

    def test_is_refused_for_a_locked_step_that_may_be_prepared(self, started):
        answer_step(started, "goal")
        with pytest.raises(Refused, match="opens when the gate of “0 Check the ground” is passed"):
            submitted(started, "goal")

    def test_is_refused_for_a_passed_step(self, started):
        passed(started, "prerequisites")
        with pytest.raises(Refused, match="passed already"):
            submitted(started)

    def test_is_refused_in_a_stopped_program(self, started):
        Program.objects.update(state=Program.State.STOPPED)
        with pytest.raises(Refused, match="was stopped"):
            submitted(started)

    def test_is_allowed_with_conditions_only(self):
        started = conditional_step()
        assert submitted(started, "first_cycle").snapshot["verdict"] == "conditional"


class TestWithdraw:
    def test_takes_it_back_and_lets_it_be_submitted_again(self, started):
        submission = withdraw_submission(submission=submitted(started), actor=started.project_lead)
        assert submission.state == GateSubmission.State.WITHDRAWN
        assert submission.closed_at is not None
        assert submitted(started).state == GateSubmission.State.OPEN

    def test_is_refused_to_others(self, started):
        with pytest.raises(Refused, match="can be taken back by"):
            withdraw_submission(submission=submitted(started), actor=started.sponsor)

    def test_is_refused_once_decided(self, started):
        decision = passed(started, "prerequisites")
        with pytest.raises(Refused, match="no longer open"):
            withdraw_submission(submission=decision.submission, actor=started.project_lead)
