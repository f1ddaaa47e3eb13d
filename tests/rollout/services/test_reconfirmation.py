"""A gate in doubt is confirmed in one click while the facts are those it was decided on; otherwise decided again."""

from datetime import UTC, datetime, timedelta

import pytest

from people.api import Refused, clock_at, today
from rollout.models import DossierEntry, Program, Reconfirmation, RoleAssignment, RosterMember, Step, Suspicion
from rollout.rules.gates import facts_digest
from rollout.services.delegations import delegate_decisions
from rollout.services.evaluation import evaluate_gate
from rollout.services.gates import decide_gate, submit_gate
from rollout.services.reconfirmation import reconfirm_gate
from rollout.services.refresh import refresh_wave
from rollout.services.statements import withdraw_statement
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, hold_role, make_program
from tests.rollout.services.test_reopening import reopen
from tests.rollout.services.test_suspicion import pass_gate

pytestmark = pytest.mark.django_db


@pytest.fixture
def started() -> StartedProgram:
    """The first two gates were passed, and the first was reopened: both are in doubt."""
    started = make_program(members=10)
    pass_gate(started)
    pass_gate(started, "goal")
    reopen(started)
    return started


def confirm(started: StartedProgram, key: str = "prerequisites", **changes) -> Reconfirmation:
    return reconfirm_gate(**({"step": started.step(key), "actor": started.sponsor} | changes))


def test_one_click_passes_the_gate_again(started):
    passed_at = started.step("prerequisites").passed_at
    done = confirm(started, note="Still true.")
    step = started.step("prerequisites")
    assert (step.state, step.suspect_because, step.passed_at) == (Step.State.PASSED, "", passed_at)
    assert step.suspicions.open().count() == 0
    assert "was reopened by" in done.causes[0]
    assert done.snapshot["sha256"] == done.snapshot_sha256
    assert DossierEntry.objects.get(kind="reconfirmation").step == step
    assert refresh_wave(wave_id=started.wave.pk).suspect == ()


def test_gates_are_confirmed_in_their_order(started):
    with pytest.raises(Refused, match="comes first: it is suspect"):
        confirm(started, "goal")
    confirm(started)
    confirm(started, "goal")
    assert started.step("goal").state == Step.State.PASSED


def test_facts_that_differ_are_named_and_want_a_decision(started):
    withdraw_statement(item=started.item("open_to_change"), actor=started.project_lead, text="Not any more.")
    with pytest.raises(Refused, match="met then, open now") as refused:
        confirm(started)
    assert refused.value.refusal.owed_by == started.project_lead.get_full_name()
    assert not Reconfirmation.objects.exists()


def test_facts_that_moved_since_the_page_was_opened_are_refused(started):
    seen = facts_digest(evaluate_gate(step=started.step("prerequisites")))
    assert confirm(started, seen=seen)
    with pytest.raises(Refused, match="has changed since you opened"):
        confirm(started, "goal", seen="something else")


def test_a_submission_that_waits_is_decided_instead(started):
    submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    with pytest.raises(Refused, match="has been submitted again"):
        confirm(started)


def test_is_refused_to_whoever_submitted_the_gate(started):
    hold_role(started, "sponsor", person=started.project_lead)
    with pytest.raises(Refused, match="submitted this gate"):
        confirm(started, actor=started.project_lead)


def test_is_refused_to_others_and_names_who_may(started):
    with pytest.raises(Refused, match="This gate is confirmed by") as refused:
        confirm(started, actor=started.coach)
    assert started.sponsor.get_full_name() in refused.value.refusal.reason


class TestSeveralDeciders:
    @pytest.fixture
    def together(self, started) -> StartedProgram:
        """Sponsor and people lead decide the first gate together."""
        version = started.program.playbook_version
        part = next(step for step in version.content["steps"] if step["key"] == "prerequisites")
        part["decided_by"], part["quorum"] = ["sponsor", "people_lead"], "all"
        type(version).objects.filter(pk=version.pk).update(content=version.content)
        return started

    def test_the_gate_passes_with_the_last_of_them(self, together):
        first = confirm(together)
        assert (first.is_final, together.step("prerequisites").state) == (False, Step.State.SUSPECT)
        second = confirm(together, actor=together.people_lead)
        assert (second.is_final, together.step("prerequisites").state) == (True, Step.State.PASSED)

    def test_nobody_says_it_twice(self, together):
        confirm(together)
        with pytest.raises(Refused, match=r"confirmed this gate already\. It is confirmed by all of"):
            confirm(together)

    def test_a_cause_that_was_found_since_makes_everybody_look_again(self, together):
        confirm(together)
        with clock_at(datetime.now(UTC) + timedelta(days=1)):
            reopen_again = together.step("prerequisites")
            Suspicion.objects.create(
                step=reopen_again, kind="roster_changed", about="x", because="The roster changed.", since=today()
            )
            assert not confirm(together, actor=together.people_lead).is_final
            assert confirm(together).is_final


def test_a_delegate_confirms_in_the_name_of_the_sponsor(started):
    other = hold_role(started, "coach")
    delegate_decisions(
        program=started.program, from_person=started.sponsor, to_person=other, role_key="sponsor",
        starts_on=today(), ends_on=today() + timedelta(days=3), reason="Leave", actor=started.sponsor,
    )  # fmt: skip
    done = confirm(started, actor=other)
    assert (done.confirmed_by, done.acting_for) == (other, started.sponsor)


def test_a_gate_that_is_not_in_doubt_is_refused(started):
    confirm(started)
    with pytest.raises(Refused, match="not in doubt"):
        confirm(started)


def test_nothing_is_confirmed_while_the_program_is_paused(started):
    Program.objects.update(state="paused", paused_on=today())
    with pytest.raises(Refused, match="is paused"):
        confirm(started)


def test_a_vacant_role_has_to_be_filled_first():
    started = make_program()
    pass_gate(started)
    deputy = hold_role(started, "sponsor", is_deputy=True)
    RoleAssignment.objects.filter(slot__key="project_lead").update(ended_on=today())
    refresh_wave(wave_id=started.wave.pk)
    with pytest.raises(Refused, match=r"mended first\. The role Project lead is vacant"):
        confirm(started, actor=deputy)
    hold_role(started, "project_lead")
    assert confirm(started, actor=deputy).confirmed_by == deputy


def test_a_roster_that_changed_is_looked_at_once():
    started = make_program(members=10)
    pass_gate(started)
    with clock_at(datetime.now(UTC) + timedelta(days=2)):
        RosterMember.objects.filter(person__in=started.members[:3]).update(left_on=today())
        refresh_wave(wave_id=started.wave.pk)
        done = confirm(started)
        assert done.snapshot["roster_size"] == 7
        assert refresh_wave(wave_id=started.wave.pk).suspect == ()
    assert started.step("prerequisites").state == Step.State.PASSED


def test_the_step_after_it_opens_when_it_was_locked_again():
    started = make_program()
    pass_gate(started)
    pass_gate(started, "goal")
    started.step("scope").items.exclude(checks=[]).delete()
    for item in started.step("scope").items.all():
        item.strength = "may"
        item.save()
    submission = submit_gate(step=started.step("scope"), actor=started.project_lead)
    decide_gate(
        submission=submission, outcome="return", actor=started.sponsor, reason="Again.",
        return_to=started.step("prerequisites"),
    )  # fmt: skip
    assert started.step("scope").state == Step.State.LOCKED
    again = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    decide_gate(submission=again, outcome="go", actor=started.sponsor)
    confirm(started, "goal")
    assert started.step("scope").state == Step.State.OPEN


def test_a_conditional_gate_stays_conditional(started):
    started.step("prerequisites").decisions.model.objects.filter(step__key="prerequisites").update(
        outcome="conditional_go"
    )
    confirm(started)
    assert started.step("prerequisites").state == Step.State.PASSED_WITH_CONDITIONS


def test_somebody_without_a_role_is_refused(started):
    with pytest.raises(Refused):
        confirm(started, actor=UserFactory())
