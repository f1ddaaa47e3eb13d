"""Deciding in somebody's name: for a time, with both names on record, and never around the separation of duties."""

from datetime import timedelta

import pytest
from wagtail.models import ModelLogEntry

from people.api import Refused, User, today
from rollout.models import Delegation, GateDecision
from rollout.queries.holders import holders_in
from rollout.rules.access import may_see_program
from rollout.rules.acting import acting_for
from rollout.services.delegations import delegate_decisions, revoke_delegation
from rollout.services.gates import decide_gate, submit_gate
from rollout.services.roles import end_role_assignment
from rollout.services.waiting import decisions_waiting_for
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, answer_step, hold_role, make_program

pytestmark = pytest.mark.django_db
Outcome = GateDecision.Outcome


@pytest.fixture
def started() -> StartedProgram:
    started = make_program()
    answer_step(started, "prerequisites")
    return started


def delegate(started: StartedProgram, to_person: User, **changed) -> Delegation:
    named = {
        "program": started.program,
        "from_person": started.sponsor,
        "to_person": to_person,
        "actor": started.sponsor,
        "starts_on": today(),
        "ends_on": today() + timedelta(days=9),
        "reason": "On leave.",
        **changed,
    }
    return delegate_decisions(**named)


def submit(started: StartedProgram, actor: User | None = None):
    return submit_gate(step=started.step("prerequisites"), actor=actor or started.project_lead)


class TestDeciding:
    def test_a_delegate_decides_and_both_names_are_stored(self, started):
        delegate_person = UserFactory()
        submission = submit(started)
        assert decisions_waiting_for(delegate_person) == []
        delegate(started, delegate_person, role_key="sponsor")
        (waiting,) = decisions_waiting_for(delegate_person)
        assert f"You decide for {started.sponsor.get_full_name()}." in waiting.text
        assert len(decisions_waiting_for(started.sponsor)) == 1
        decision = decide_gate(submission=submission, outcome=Outcome.GO, actor=delegate_person)
        assert (decision.decided_by, decision.acting_for) == (delegate_person, started.sponsor)
        assert decision.deciders == f"{delegate_person.get_full_name()} for {started.sponsor.get_full_name()}"
        entry = ModelLogEntry.objects.get(action="rollout.gate_decided")
        assert (entry.user, entry.data["acting_for"]) == (delegate_person, started.sponsor.pk)

    def test_holder_and_deputy_decide_in_their_own_right_beside_a_delegation(self, started):
        delegate(started, UserFactory())
        deputy = hold_role(started, "sponsor", is_deputy=True)
        holders = holders_in(started.program.pk)
        assert acting_for(started.sponsor, holders, ["sponsor"]).principal is None
        assert acting_for(deputy, holders, ["sponsor"]).is_deputy
        decision = decide_gate(submission=submit(started), outcome=Outcome.GO, actor=started.sponsor)
        assert decision.acting_for is None

    def test_a_delegate_stops_for_the_sponsor(self, started):
        delegate_person = UserFactory()
        delegate(started, delegate_person)
        decision = decide_gate(
            submission=submit(started), outcome=Outcome.STOP, actor=delegate_person, reason="No budget."
        )
        assert decision.acting_for == started.sponsor

    def test_only_within_its_days_and_until_it_is_taken_back(self, started):
        delegate_person = UserFactory()
        submission = submit(started)
        later = delegate(started, delegate_person, starts_on=today() + timedelta(days=1))
        with pytest.raises(Refused, match=f"decided by {started.sponsor.get_full_name()}"):
            decide_gate(submission=submission, outcome=Outcome.GO, actor=delegate_person)
        revoke_delegation(delegation=later, actor=started.sponsor)
        over = delegate(started, delegate_person)
        Delegation.objects.filter(pk=over.pk).update(
            starts_on=today() - timedelta(days=4), ends_on=today() - timedelta(days=1)
        )
        assert decisions_waiting_for(delegate_person) == []
        assert not may_see_program(delegate_person, started.program)
        revoked = delegate(started, delegate_person)
        assert may_see_program(delegate_person, started.program)
        revoke_delegation(delegation=revoked, actor=delegate_person, reason="Back again.")
        with pytest.raises(Refused, match="This gate is decided by"):
            decide_gate(submission=submission, outcome=Outcome.GO, actor=delegate_person)

    def test_without_effect_once_the_person_no_longer_holds_the_role(self, started):
        delegate_person = UserFactory()
        submission = submit(started)
        delegate(started, delegate_person)
        hold_role(started, "sponsor")
        end_role_assignment(assignment=started.slot("sponsor").assignments.first(), actor=started.project_lead)
        assert decisions_waiting_for(delegate_person) == []
        with pytest.raises(Refused, match="This gate is decided by"):
            decide_gate(submission=submission, outcome=Outcome.GO, actor=delegate_person)

    def test_a_role_that_was_not_delegated_stays_with_its_holder(self, started):
        delegate_person = UserFactory()
        hold_role(started, "coach", person=started.sponsor)
        delegate(started, delegate_person, role_key="coach")
        with pytest.raises(Refused, match="This gate is decided by"):
            decide_gate(submission=submit(started), outcome=Outcome.GO, actor=delegate_person)

    def test_the_refusal_names_the_delegate_among_those_who_may(self, started):
        delegate_person = UserFactory()
        delegate(started, delegate_person)
        with pytest.raises(Refused) as refused:
            decide_gate(submission=submit(started), outcome=Outcome.GO, actor=started.coach)
        assert (
            f"{delegate_person.get_full_name()} for {started.sponsor.get_full_name()}" in refused.value.refusal.reason
        )


class TestSeparationOfDuties:
    def test_nobody_decides_for_the_person_who_submitted(self, started):
        delegate_person = UserFactory()
        hold_role(started, "project_lead", person=started.sponsor)
        delegate(started, delegate_person)
        submission = submit(started, started.sponsor)
        assert decisions_waiting_for(delegate_person) == []
        with pytest.raises(Refused, match=r"You act for .*, who submitted this gate"):
            decide_gate(submission=submission, outcome=Outcome.GO, actor=delegate_person)
        with pytest.raises(Refused, match=r"You act for .*, who submitted this gate"):
            decide_gate(submission=submission, outcome=Outcome.STOP, actor=delegate_person, reason="No.")

    def test_the_submitter_does_not_decide_as_a_delegate_either(self, started):
        delegate(started, started.project_lead)
        submission = submit(started)
        assert decisions_waiting_for(started.project_lead) == []
        with pytest.raises(Refused, match="You submitted this gate yourself"):
            decide_gate(submission=submission, outcome=Outcome.GO, actor=started.project_lead)


class TestGiving:
    def test_by_the_person_or_by_the_lead_but_not_to_the_lead(self, started):
        delegate_person = UserFactory()
        with pytest.raises(Refused, match="delegated by themselves or by the project lead"):
            delegate(started, delegate_person, actor=started.coach)
        with pytest.raises(Refused, match="You cannot take over"):
            delegate(started, started.project_lead, actor=started.project_lead)
        made = delegate(started, delegate_person, actor=started.project_lead)
        assert made.created_by == started.project_lead
        assert ModelLogEntry.objects.get(action="rollout.delegation_made").user == started.project_lead

    def test_a_delegate_passes_nothing_on(self, started):
        first, second = UserFactory(), UserFactory()
        delegate(started, first)
        with pytest.raises(Refused, match="in somebody else's name, and that cannot be passed on"):
            delegate(started, second, from_person=first, actor=first)
        with pytest.raises(Refused, match="You have no such role"):
            delegate(started, first, from_person=second, actor=second)
        with pytest.raises(Refused, match="has no such role"):
            delegate(started, first, from_person=started.coach, actor=started.project_lead, role_key="sponsor")

    @pytest.mark.parametrize(
        ("first", "last", "changed", "reason"),
        [
            (0, -1, {}, "The last day comes before the first"),
            (-3, -1, {}, "These days are over already"),
            (0, 185, {}, "half a year at most"),
            (0, 1, {"reason": "  "}, "Say why"),
            (0, 1, {"role_key": "wizard"}, "has no role “wizard”"),
        ],
    )
    def test_days_role_and_reason_have_to_make_sense(self, started, first, last, changed, reason):
        days = {"starts_on": today() + timedelta(days=first), "ends_on": today() + timedelta(days=last)}
        with pytest.raises(Refused, match=reason):
            delegate(started, UserFactory(), **days, **changed)

    def test_not_to_oneself_to_leavers_or_to_who_holds_the_role(self, started):
        with pytest.raises(Refused, match="Nobody delegates to themselves"):
            delegate(started, started.sponsor)
        with pytest.raises(Refused, match="has left the company"):
            delegate(started, UserFactory(is_active=False))
        deputy = hold_role(started, "sponsor", is_deputy=True)
        with pytest.raises(Refused, match="decides in their own right"):
            delegate(started, deputy)

    def test_once_at_a_time_and_for_one_person_only(self, started):
        delegate_person = UserFactory()
        second_sponsor = hold_role(started, "sponsor")
        delegate(started, delegate_person)
        with pytest.raises(Refused, match=r"already\. Take that back first"):
            delegate(started, UserFactory())
        with pytest.raises(Refused, match="nobody speaks for two people at once"):
            delegate(started, delegate_person, from_person=second_sponsor, actor=second_sponsor)
        later = {"starts_on": today() + timedelta(days=10), "ends_on": today() + timedelta(days=12)}
        delegate(started, delegate_person, from_person=second_sponsor, actor=second_sponsor, **later)

    def test_refused_once_the_program_is_stopped(self, started):
        decide_gate(submission=submit(started), outcome=Outcome.STOP, actor=started.sponsor, reason="No.")
        with pytest.raises(Refused, match="was stopped"):
            delegate(started, UserFactory())


class TestTakingBack:
    def test_by_those_concerned_and_only_once(self, started):
        made = delegate(started, UserFactory())
        with pytest.raises(Refused, match="by one of the two people or by the project lead"):
            revoke_delegation(delegation=made, actor=started.coach)
        revoked = revoke_delegation(delegation=made, actor=started.project_lead, reason="Back earlier.")
        assert (revoked.revoked_by, revoked.revoked_because) == (started.project_lead, "Back earlier.")
        with pytest.raises(Refused, match="taken back already"):
            revoke_delegation(delegation=made, actor=started.sponsor)
        Delegation.objects.update(
            revoked_at=None, starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=2)
        )
        with pytest.raises(Refused, match="This delegation ended on"):
            revoke_delegation(delegation=made, actor=started.sponsor)
