from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from people.api import Refused, clock_at, today
from rollout.models import Program, Waiver, WaiverApproval
from rollout.queries.holders import holders_in
from rollout.rules.waivers import risk_in_words, seats_for
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
        "risk": "medium",
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

    def test_a_low_risk_by_the_sponsor_where_the_lead_asked(self, started):
        waiver = ask(started, risk="low", actor=started.project_lead)
        with pytest.raises(Refused, match="You asked for this waiver yourself") as refused:
            approve_waiver(waiver=waiver, actor=started.project_lead)
        assert started.sponsor.get_full_name() in refused.value.refusal.owed_by
        assert approve_waiver(waiver=waiver, actor=started.sponsor).state == Waiver.State.ACTIVE

    def test_a_medium_risk_not_by_the_project_lead(self, started):
        with pytest.raises(Refused, match="This waiver is decided by") as refused:
            approve_waiver(waiver=ask(started), actor=started.project_lead)
        assert refused.value.refusal.owed_by == started.sponsor.get_full_name()

    def test_keeps_who_approved_in_which_role(self, started):
        waiver = approve_waiver(waiver=ask(started), actor=started.sponsor, reason="Until the survey.")
        approval = waiver.approvals.get()
        assert (approval.role, approval.approved_by, approval.acting_for) == ("sponsor", started.sponsor, None)
        assert approval.reason == "Until the survey."

    def test_an_approval_is_never_changed_or_deleted(self, started):
        approval = approve_waiver(waiver=ask(started), actor=started.sponsor).approvals.get()
        with pytest.raises(ValidationError, match="never changed"):
            approval.save()
        with pytest.raises(ValidationError, match="never deleted"):
            approval.delete()

    def test_the_model_refuses_the_approval_of_whoever_asked(self, started):
        waiver = ask(started)
        with pytest.raises(ValidationError, match="asked for themselves"):
            WaiverApproval.objects.create(waiver=waiver, role="sponsor", approved_by=started.people_lead)
        with pytest.raises(ValidationError, match="asked for themselves"):
            WaiverApproval.objects.create(
                waiver=waiver, role="sponsor", approved_by=started.coach, acting_for=started.people_lead
            )

    def test_is_refused_when_the_question_is_met_meanwhile(self, started):
        waiver = ask(started)
        answer_item(started, "mistakes_are_learning")
        with pytest.raises(Refused, match="nothing to waive any more: this question is met"):
            approve_waiver(waiver=waiver, actor=started.sponsor)

    def test_is_refused_twice(self, started):
        waiver = approve_waiver(waiver=ask(started), actor=started.sponsor)
        with pytest.raises(Refused, match="already active"):
            approve_waiver(waiver=waiver, actor=started.sponsor)

    def test_is_refused_when_it_would_be_over(self, started):
        with clock_at(datetime(2026, 1, 5, 12, tzinfo=UTC)):
            waiver = ask(started, expires_on=today() + timedelta(days=1))
        with pytest.raises(Refused, match="which is over"):
            approve_waiver(waiver=waiver, actor=started.sponsor)


class TestHighRisk:
    @pytest.fixture
    def waiver(self, started) -> Waiver:
        return ask(started, risk="high", actor=started.project_lead)

    @pytest.mark.parametrize("order", [("sponsor", "people_lead"), ("people_lead", "sponsor")])
    def test_needs_sponsor_and_people_lead(self, started, waiver, order):
        first, second = (started.people[key] for key in order)
        waiver = approve_waiver(waiver=waiver, actor=first)
        assert (waiver.state, waiver.decided_by) == (Waiver.State.REQUESTED, None)
        assert len(evaluate_gate(step=started.step("prerequisites")).waived) == 0
        waiver = approve_waiver(waiver=waiver, actor=second)
        assert (waiver.state, waiver.decided_by) == (Waiver.State.ACTIVE, second)
        assert {approval.role for approval in waiver.approvals.all()} == {"sponsor", "people_lead"}
        deeds = ModelLogEntry.objects.filter(action__startswith="rollout.waiver_appro").order_by("pk")
        assert [entry.action for entry in deeds] == ["rollout.waiver_approval_given", "rollout.waiver_approved"]

    def test_says_and_where_both_are_needed(self, started, waiver):
        with pytest.raises(Refused) as refused:
            approve_waiver(waiver=waiver, actor=started.coach)
        sponsor, people_lead = started.sponsor.get_full_name(), started.people_lead.get_full_name()
        assert refused.value.refusal.owed_by == f"{sponsor} and {people_lead}"
        assert f"{sponsor} (Executive sponsor) and {people_lead} (" in refused.value.refusal.reason

    def test_is_approved_by_two_different_people(self, started, waiver):
        hold_role(started, "people_lead", person=started.sponsor)
        approve_waiver(waiver=waiver, actor=started.sponsor)
        with pytest.raises(Refused, match="approved by two different people") as refused:
            approve_waiver(waiver=waiver, actor=started.sponsor)
        assert refused.value.refusal.owed_by == started.people_lead.get_full_name()

    def test_names_the_vacancy_that_is_in_the_way(self, started, waiver):
        started.slot("people_lead").assignments.update(ended_on=today())
        approve_waiver(waiver=waiver, actor=started.sponsor)
        with pytest.raises(Refused, match="that role is vacant") as refused:
            approve_waiver(waiver=waiver, actor=started.coach)
        assert refused.value.refusal.fix_url.endswith("/roles/")

    def test_one_rejection_is_enough(self, started, waiver):
        approve_waiver(waiver=waiver, actor=started.sponsor)
        waiver = reject_waiver(waiver=waiver, actor=started.people_lead, reason="Too much.")
        assert waiver.state == Waiver.State.REJECTED

    def test_a_deputy_gives_the_approval_of_the_role(self, started, waiver):
        deputy = hold_role(started, "people_lead", is_deputy=True)
        approve_waiver(waiver=waiver, actor=deputy)
        assert approve_waiver(waiver=waiver, actor=started.sponsor).state == Waiver.State.ACTIVE


class TestRisks:
    def test_are_explained_with_names(self, started):
        words = risk_in_words(started.step("prerequisites"), holders_in(started.program.pk))
        sponsor, lead = started.sponsor.get_full_name(), started.project_lead.get_full_name()
        assert f"Low: approved by {lead} or {sponsor} (" in words
        assert f"Medium: approved by {sponsor} (Executive sponsor)." in words

    def test_fall_back_to_the_roles_of_the_gate_where_the_playbook_has_no_such_role(self, started):
        step = started.step("prerequisites")
        content = step.wave.program.playbook_version.content
        content["roles"] = [role for role in content["roles"] if role["key"] not in ("people_lead", "sponsor")]
        next(part for part in content["steps"] if part["key"] == step.key)["decided_by"] = ["coach"]
        assert seats_for("high", step) == (("coach",), ("project_lead",))


class TestRejectAndRevoke:
    def test_rejecting_needs_a_reason(self, started):
        waiver = ask(started)
        with pytest.raises(Refused, match="Say why"):
            reject_waiver(waiver=waiver, actor=started.sponsor, reason=" ")
        assert reject_waiver(waiver=waiver, actor=started.sponsor, reason="No.").state == Waiver.State.REJECTED
        assert ask(started).state == Waiver.State.REQUESTED

    def test_revoking_opens_the_question_again(self, started):
        waiver = approve_waiver(waiver=ask(started), actor=started.sponsor, reason="Until May.")
        waiver = revoke_waiver(waiver=waiver, actor=started.sponsor, reason="It is worse than we thought.")
        assert (waiver.state, waiver.decided_by, waiver.closed_by) == ("revoked", started.sponsor, started.sponsor)
        assert (waiver.decision_reason, waiver.closed_because) == ("Until May.", "It is worse than we thought.")
        assert len(evaluate_gate(step=started.step("prerequisites")).waived) == 0

    def test_the_person_who_asked_may_take_it_back(self, started):
        waiver = revoke_waiver(waiver=ask(started), actor=started.people_lead, reason="Not needed.")
        assert (waiver.state, waiver.decided_by) == (Waiver.State.REVOKED, None)

    def test_whoever_approved_may_take_it_back_after_leaving_the_role(self, started):
        waiver = approve_waiver(waiver=ask(started), actor=started.sponsor)
        started.slot("sponsor").assignments.update(ended_on=today())
        assert revoke_waiver(waiver=waiver, actor=started.sponsor, reason="I was wrong.").state == "revoked"

    def test_asking_again_after_an_end_makes_a_new_row(self, started):
        first = revoke_waiver(waiver=ask(started), actor=started.people_lead, reason="Not needed.")
        assert ask(started).pk != first.pk
        assert Waiver.objects.count() == 2

    def test_revoking_is_refused_to_others_without_reason_and_twice(self, started):
        waiver = ask(started)
        with pytest.raises(Refused, match="can be taken back by"):
            revoke_waiver(waiver=waiver, actor=started.coach, reason="x")
        with pytest.raises(Refused, match="Say why"):
            revoke_waiver(waiver=waiver, actor=started.people_lead, reason="")
        revoke_waiver(waiver=waiver, actor=started.people_lead, reason="x")
        with pytest.raises(Refused, match="already revoked"):
            revoke_waiver(waiver=waiver, actor=started.people_lead, reason="x")
