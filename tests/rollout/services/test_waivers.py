from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from people.api import Refused, clock_at, today
from rollout.models import Program, Waiver
from rollout.services.evaluation import evaluate_gate
from rollout.services.waivers import approve_waiver, reject_waiver, request_waiver, revoke_waiver
from tests.factories.rollout import StartedProgram, answer_item, answer_step, hold_role, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started() -> StartedProgram:
    return make_program()


def ask(started: StartedProgram, key: str = "mistakes_are_learning", **changes) -> Waiver:
    terms = {
        "item": started.item(key),
        "actor": started.people_lead,
        "reason": "The survey comes in May.",
        "risk": "high",
        "compensating_action": "Two listening sessions.",
        "expires_on": today() + timedelta(days=30),
    }
    return request_waiver(**(terms | changes))


class TestRequest:
    def test_waits_and_does_not_count_yet(self, started):
        waiver = ask(started)
        assert waiver.state == Waiver.State.REQUESTED
        assert len(evaluate_gate(step=started.step("prerequisites")).waived) == 0
        assert ModelLogEntry.objects.get(action="rollout.waiver_requested").user == started.people_lead

    def test_is_open_to_whoever_submits_the_gate(self, started):
        assert ask(started, actor=started.project_lead).requested_by == started.project_lead

    def test_is_refused_to_others(self, started):
        with pytest.raises(Refused, match="A waiver is asked for by"):
            ask(started, actor=started.coach)

    def test_is_refused_for_what_nobody_can_waive(self, started):
        with pytest.raises(Refused, match="Nobody can waive this question"):
            ask(started, "works_council_informed", actor=started.project_lead)

    def test_the_model_refuses_it_too(self, started):
        with pytest.raises(ValidationError, match="cannot be waived by anybody"):
            Waiver.objects.create(
                item=started.item("works_council_informed"),
                reason="x",
                risk="low",
                compensating_action="x",
                requested_by=started.project_lead,
                expires_on=today(),
            )

    def test_is_refused_for_what_is_met(self, started):
        answer_item(started, "mistakes_are_learning")
        with pytest.raises(Refused, match="nothing to waive"):
            ask(started)

    def test_is_refused_while_another_waits_or_works(self, started):
        waiver = ask(started)
        with pytest.raises(Refused, match="already asked for a waiver"):
            ask(started)
        approve_waiver(waiver=waiver, actor=started.sponsor)
        with pytest.raises(Refused, match="A waiver is active until"):
            ask(started)

    def test_may_follow_one_that_ran_out_but_was_not_swept_yet(self, started):
        with clock_at(datetime(2026, 1, 5, 12, tzinfo=UTC)):
            first = ask(started, expires_on=today() + timedelta(days=1))
        second = ask(started)
        first.refresh_from_db()
        assert (first.state, second.state) == (Waiver.State.EXPIRED, Waiver.State.REQUESTED)

    @pytest.mark.parametrize("days", [0, -1])
    def test_needs_a_last_day_in_the_future(self, started, days):
        with pytest.raises(Refused, match="last day in the future"):
            ask(started, expires_on=today() + timedelta(days=days))

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"reason": " "}, "why the question cannot be met"),
            ({"compensating_action": ""}, "what will be done instead"),
            ({"risk": "none"}, "low, medium or high"),
        ],
    )
    def test_needs_reason_risk_and_action(self, started, changes, reason):
        with pytest.raises(Refused, match=reason):
            ask(started, **changes)
        assert not Waiver.objects.exists()

    def test_is_refused_in_a_stopped_program(self, started):
        Program.objects.update(state=Program.State.STOPPED)
        with pytest.raises(Refused, match="was stopped"):
            ask(started)


class TestApprove:
    def test_lets_the_gate_pass_and_is_never_met(self, started):
        answer_step(started, "prerequisites")
        item = started.item("mistakes_are_learning")
        item.statements.all().delete()
        approve_waiver(waiver=ask(started), actor=started.sponsor)
        evaluation = evaluate_gate(step=started.step("prerequisites"))
        assert (evaluation.verdict, evaluation.met_count, evaluation.total_count) == ("clear", 4, 5)
        assert evaluation.percent == 80
        assert [e.item.key for e in evaluation.waived] == ["mistakes_are_learning"]

    def test_never_by_the_person_who_asked(self, started):
        hold_role(started, "sponsor", person=started.people_lead)
        with pytest.raises(Refused, match="You asked for this waiver yourself") as refused:
            approve_waiver(waiver=ask(started), actor=started.people_lead)
        assert started.sponsor.get_full_name() in refused.value.refusal.owed_by

    def test_a_low_risk_by_the_project_lead(self, started):
        waiver = approve_waiver(waiver=ask(started, risk="low"), actor=started.project_lead)
        assert (waiver.state, waiver.decided_by) == (Waiver.State.ACTIVE, started.project_lead)

    @pytest.mark.parametrize("risk", ["medium", "high"])
    def test_a_higher_risk_not_by_the_project_lead(self, started, risk):
        with pytest.raises(Refused, match="This waiver is decided by"):
            approve_waiver(waiver=ask(started, risk=risk), actor=started.project_lead)

    def test_is_refused_twice(self, started):
        waiver = approve_waiver(waiver=ask(started), actor=started.sponsor)
        with pytest.raises(Refused, match="already active"):
            approve_waiver(waiver=waiver, actor=started.sponsor)

    def test_is_refused_when_it_would_be_over(self, started):
        with clock_at(datetime(2026, 1, 5, 12, tzinfo=UTC)):
            waiver = ask(started, expires_on=today() + timedelta(days=1))
        with pytest.raises(Refused, match="which is over"):
            approve_waiver(waiver=waiver, actor=started.sponsor)


class TestRejectAndRevoke:
    def test_rejecting_needs_a_reason(self, started):
        waiver = ask(started)
        with pytest.raises(Refused, match="Say why"):
            reject_waiver(waiver=waiver, actor=started.sponsor, reason=" ")
        assert reject_waiver(waiver=waiver, actor=started.sponsor, reason="No.").state == Waiver.State.REJECTED
        assert ask(started).state == Waiver.State.REQUESTED

    def test_revoking_opens_the_question_again(self, started):
        waiver = approve_waiver(waiver=ask(started), actor=started.sponsor)
        waiver = revoke_waiver(waiver=waiver, actor=started.sponsor, reason="It is worse than we thought.")
        assert (waiver.state, waiver.decided_by) == (Waiver.State.REVOKED, started.sponsor)
        assert len(evaluate_gate(step=started.step("prerequisites")).waived) == 0

    def test_the_person_who_asked_may_take_it_back(self, started):
        waiver = revoke_waiver(waiver=ask(started), actor=started.people_lead, reason="Not needed.")
        assert (waiver.state, waiver.decided_by) == (Waiver.State.REVOKED, None)

    def test_revoking_is_refused_to_others_without_reason_and_twice(self, started):
        waiver = ask(started)
        with pytest.raises(Refused, match="can be taken back by"):
            revoke_waiver(waiver=waiver, actor=started.coach, reason="x")
        with pytest.raises(Refused, match="Say why"):
            revoke_waiver(waiver=waiver, actor=started.people_lead, reason="")
        revoke_waiver(waiver=waiver, actor=started.people_lead, reason="x")
        with pytest.raises(Refused, match="already revoked"):
            revoke_waiver(waiver=waiver, actor=started.people_lead, reason="x")
