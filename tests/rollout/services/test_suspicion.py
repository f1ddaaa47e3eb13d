"""A passed gate comes into doubt for a named cause, once for each, and leaves it only by people."""

from datetime import UTC, datetime, timedelta

import pytest

from people.api import clock_at, in_words, today
from rollout.models import (
    Condition,
    DossierEntry,
    GateDecision,
    RoleAssignment,
    RosterMember,
    Step,
    Suspicion,
)
from rollout.services.evaluation import evaluate_steps
from rollout.services.gates import ConditionTerms, decide_gate, submit_gate
from rollout.services.refresh import refresh_wave
from rollout.services.suspicion import FINDERS, find_causes
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, add_members, answer_step, hold_role, make_program

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def started() -> StartedProgram:
    return make_program(members=10, teams=2)


def pass_gate(started: StartedProgram, key: str = "prerequisites") -> GateDecision:
    answer_step(started, key)
    submission = submit_gate(step=started.step(key), actor=started.project_lead)
    return decide_gate(submission=submission, outcome="go", actor=started.sponsor)


def causes(started: StartedProgram, key: str = "prerequisites") -> dict[str, str]:
    return {one.kind: one.because for one in started.step(key).suspicions.open()}


def refresh(started: StartedProgram) -> tuple[int, ...]:
    return refresh_wave(wave_id=started.wave.pk).suspect


def test_a_gate_on_which_nothing_changed_stays_passed(started):
    decision = pass_gate(started)
    assert decision.snapshot["roster_size"] == 10
    assert refresh(started) == ()
    assert started.step("prerequisites").state == Step.State.PASSED


@pytest.mark.parametrize(("role", "title"), [("sponsor", "Executive sponsor"), ("project_lead", "Project lead")])
def test_a_vacant_role_that_carries_the_program_is_a_cause(started, role, title):
    pass_gate(started)
    RoleAssignment.objects.filter(slot__key=role).update(ended_on=today())
    assert refresh(started) == (started.step("prerequisites").pk,)
    assert causes(started)["role_vacant"].startswith("The role ")
    assert f"is vacant since {in_words(today())}." in causes(started)["role_vacant"]


def test_a_deputy_fills_the_role_for_now(started):
    pass_gate(started)
    hold_role(started, "sponsor", is_deputy=True)
    RoleAssignment.objects.filter(slot__key="sponsor", is_deputy=False).update(ended_on=today())
    assert refresh(started) == ()


def test_a_vacant_coach_is_no_cause_by_itself(started):
    pass_gate(started)
    RoleAssignment.objects.filter(slot__key="coach").update(ended_on=today())
    assert refresh(started) == ()


def test_what_concerns_the_whole_program_calls_the_latest_passed_gate_into_question(started):
    pass_gate(started)
    answer_step(started, "goal")
    pass_gate(started, "goal")
    RoleAssignment.objects.filter(slot__key="sponsor").update(ended_on=today())
    assert refresh(started) == (started.step("goal").pk,)


class TestRoster:
    def test_one_leaver_of_ten_is_no_cause_and_two_are(self, started):
        pass_gate(started)
        first, second = RosterMember.objects.filter(wave=started.wave)[:2]
        with clock_at(datetime.now(UTC) + timedelta(days=2)):
            RosterMember.objects.filter(pk=first.pk).update(left_on=today())
            assert refresh(started) == ()
            RosterMember.objects.filter(pk=second.pk).update(left_on=today())
            assert refresh(started) == (started.step("prerequisites").pk,)
        assert "of 10 people, 2 left." in causes(started)["roster_changed"]

    def test_joiners_count_after_their_grace_period(self, started):
        pass_gate(started)
        with clock_at(datetime.now(UTC) + timedelta(days=1)):
            add_members(started, members=2, teams=1)
            newcomers = RosterMember.objects.filter(person__in=started.members[-2:])
            newcomers.update(counts_from=today() + timedelta(days=30))
            assert refresh(started) == ()
        with clock_at(datetime.now(UTC) + timedelta(days=32)):
            assert refresh(started) == (started.step("prerequisites").pk,)
        assert "2 joined" in causes(started)["roster_changed"]

    def test_before_it_was_frozen_it_was_being_put_together(self, started):
        pass_gate(started)
        with clock_at(datetime.now(UTC) + timedelta(days=1)):
            started.wave.roster_frozen_on = today()
            started.wave.save()
            add_members(started, members=5, teams=1)
            assert refresh(started) == ()


class TestConditions:
    def test_an_overdue_one_is_a_cause_with_owner_and_day(self):
        with clock_at(MONDAY):
            started = make_program()
            answer_step(started, "prerequisites")
            item = started.item("open_to_change")
            item.strength = "should"
            item.save()
            item.statements.all().delete()
            submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
            terms = ConditionTerms(item, started.people_lead, today() + timedelta(days=3))
            decide_gate(submission=submission, outcome="conditional_go", actor=started.sponsor, conditions=[terms])
        with clock_at(MONDAY + timedelta(days=3)):
            assert refresh(started) == ()
        with clock_at(MONDAY + timedelta(days=4)):
            assert refresh(started) == (started.step("prerequisites").pk,)
        because = causes(started)["condition_overdue"]
        assert because.endswith(f"({started.people_lead.get_full_name()}) was due on March 5, 2026 and is not met.")
        assert Condition.objects.get().met_at is None


def test_several_causes_join_and_each_is_said_once(started):
    pass_gate(started)
    RoleAssignment.objects.filter(slot__key="sponsor").update(ended_on=today())
    refresh(started)
    with clock_at(datetime.now(UTC) + timedelta(days=2)):
        RosterMember.objects.filter(wave=started.wave).update(left_on=today())
        assert refresh(started) == ()
        assert refresh(started) == ()
    assert set(causes(started)) == {"role_vacant", "roster_changed"}
    assert Suspicion.objects.count() == 2
    step = started.step("prerequisites")
    assert all(because in step.suspect_because for because in causes(started).values())
    assert DossierEntry.objects.filter(kind="suspicion").count() == 2


def test_a_cause_that_went_away_by_itself_still_wants_a_person(started):
    pass_gate(started)
    RoleAssignment.objects.filter(slot__key="sponsor").update(ended_on=today())
    refresh(started)
    RoleAssignment.objects.filter(slot__key="sponsor").update(ended_on=None)
    refresh(started)
    assert started.step("prerequisites").state == Step.State.SUSPECT
    assert set(causes(started)) == {"role_vacant"}


def test_deciding_again_settles_every_cause(started):
    pass_gate(started)
    hold = RoleAssignment.objects.filter(slot__key="sponsor")
    hold.update(ended_on=today())
    refresh(started)
    hold.update(ended_on=None, person=UserFactory())
    started.people["sponsor"] = hold.get().person
    submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    decide_gate(submission=submission, outcome="go", actor=started.sponsor)
    step = started.step("prerequisites")
    assert (step.state, step.suspect_because, step.suspicions.open().count()) == ("passed", "", 0)
    assert refresh(started) == ()


def test_a_return_calls_the_later_passed_gates_into_question(started):
    pass_gate(started)
    pass_gate(started, "goal")
    answer_step(started, "scope")
    step = started.step("scope")
    step.items.exclude(checks=[]).update(strength="may", checks=[])
    submission = submit_gate(step=started.step("scope"), actor=started.project_lead)
    decide_gate(
        submission=submission, outcome="return", actor=started.sponsor, reason="Again.",
        return_to=started.step("prerequisites"),
    )  # fmt: skip
    assert started.step("prerequisites").state == Step.State.OPEN
    assert started.step("goal").state == Step.State.SUSPECT
    assert "was reopened on" in causes(started, "goal")["reopened"]


def test_looking_for_causes_costs_5_queries_whatever_the_number_of_gates_and_people(django_assert_num_queries):
    for members, gates in ((5, 1), (200, 3)):
        started = make_program(title=f"With {members}", members=members, teams=3)
        for key in ("prerequisites", "goal", "scope")[:gates]:
            started.step(key).items.exclude(checks=[]).delete()
            pass_gate(started, key)
        wave = started.fresh_wave()
        evaluations = list(evaluate_steps(wave=wave).values())
        with django_assert_num_queries(5):
            assert not any(find_causes(wave, evaluations).values())


def test_every_trigger_stands_in_the_table():
    assert set(FINDERS) == {"evidence", "conditions", "vacancies", "roster"}
