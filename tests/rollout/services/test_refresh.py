"""Findings, expired waivers and suspect gates follow the data; nothing is ever reset."""

from datetime import UTC, date, datetime, timedelta

import pytest

from people.api import clock_at, in_words, now, today
from rollout import evidence
from rollout.models import (
    ChecklistItem,
    Condition,
    Finding,
    GateDecision,
    GateSubmission,
    Program,
    RoleAssignment,
    Step,
    Waiver,
    Wave,
)
from rollout.services.evaluation import evaluate_gate
from rollout.services.refresh import Refreshed, refresh_wave, refresh_waves, sweep
from rollout.services.statements import withdraw_statement
from rollout.signals import findings_turned, step_became_suspect, wave_changed
from tests.factories.people import MembershipFactory
from tests.factories.rollout import answer_item, answer_step, hold_role, make_program

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def decide(step: Step, outcome: str = "go") -> GateDecision:
    """Decide the gate as it stands, past the services and their rules."""
    wave = step.wave
    snapshot = evaluate_gate(step=step).as_snapshot()
    people = {
        key: RoleAssignment.objects.get(slot__program=wave.program, slot__key=key).person
        for key in ("project_lead", "sponsor")
    }
    submission = GateSubmission.objects.create(
        step=step, submitted_by=people["project_lead"], snapshot=snapshot, state="decided"
    )
    state = Step.State.PASSED if outcome == "go" else Step.State.PASSED_WITH_CONDITIONS
    Step.objects.filter(pk=step.pk).update(state=state, passed_at=now())
    return GateDecision.objects.create(
        step=step, submission=submission, outcome=outcome, decided_by=people["sponsor"], snapshot=snapshot,
        snapshot_sha256=snapshot["sha256"],
    )  # fmt: skip


def waive(started, key: str, **fields) -> Waiver:
    return Waiver.objects.create(
        **{
            "item": started.item(key), "state": "active", "reason": "Not yet", "risk": "low",
            "compensating_action": "We look after it", "requested_by": started.project_lead,
            "decided_by": started.sponsor, "expires_on": date(2026, 3, 10), **fields,
        }
    )  # fmt: skip


def test_findings_are_written_once_and_replaced():
    with clock_at(MONDAY):
        started = make_program()
        first = refresh_wave(wave_id=started.wave.pk)
    assert Finding.objects.count() == sum(len(item.checks) for item in ChecklistItem.objects.all())
    assert started.item("members_listed").pk in first.turned
    with clock_at(MONDAY + timedelta(days=1)):
        assert refresh_wave(wave_id=started.wave.pk) == Refreshed()
    assert Finding.objects.count() == sum(len(item.checks) for item in ChecklistItem.objects.all())
    finding = Finding.objects.get(item__key="members_listed")
    assert (finding.as_of, finding.changed_at) == (MONDAY + timedelta(days=1), MONDAY)


def test_changed_at_moves_when_the_status_turns_and_not_when_a_number_does():
    with clock_at(MONDAY):
        started = make_program(roles=("project_lead", "sponsor"))
        refresh_wave(wave_id=started.wave.pk)
    item = started.item("roles_assigned")
    with clock_at(MONDAY + timedelta(days=1)):
        hold_role(started, "people_lead")
        assert refresh_wave(wave_id=started.wave.pk).turned == ()
    finding = item.findings.get()
    assert (finding.status, finding.value, finding.changed_at) == ("not_met", "3 roles", MONDAY)
    with clock_at(MONDAY + timedelta(days=2)):
        hold_role(started, "coach")
        assert refresh_wave(wave_id=started.wave.pk).turned == (item.pk,)
    finding = item.findings.get()
    assert (finding.status, finding.changed_at) == ("met", MONDAY + timedelta(days=2))


def test_slower_refresh_does_not_overwrite_a_faster_later_one():
    with clock_at(MONDAY):
        started = make_program()
        refresh_wave(wave_id=started.wave.pk)
    Finding.objects.filter(item__key="members_listed").update(as_of=MONDAY + timedelta(hours=1), summary="Later")
    with clock_at(MONDAY + timedelta(minutes=30)):
        refresh_wave(wave_id=started.wave.pk)
    assert Finding.objects.get(item__key="members_listed").summary == "Later"


def test_findings_of_checks_that_are_gone_are_removed():
    started = make_program()
    refresh_wave(wave_id=started.wave.pk)
    item = started.item("training_finished")
    item.checks = item.checks[:1]
    item.save()
    refresh_wave(wave_id=started.wave.pk)
    assert item.findings.count() == 1


def test_refresh_announces_its_own_changes_and_never_itself(django_capture_on_commit_callbacks):
    started = make_program()
    heard = []

    def turned(item_ids, **kwargs):
        heard.append(("turned", len(item_ids)))

    def changed(**kwargs):
        heard.append(("changed", 0))

    findings_turned.connect(turned)
    wave_changed.connect(changed)
    try:
        for _ in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                refresh_wave(wave_id=started.wave.pk)
    finally:
        findings_turned.disconnect(turned)
        wave_changed.disconnect(changed)
    assert heard == [("turned", len([item for item in ChecklistItem.objects.all() if item.checks]))]


def test_waivers_expire_after_their_last_day():
    with clock_at(MONDAY):
        started = make_program()
        waiver = waive(started, "goal_written", expires_on=date(2026, 3, 2))
        assert refresh_wave(wave_id=started.wave.pk).expired == ()
    with clock_at(MONDAY + timedelta(days=1)):
        assert refresh_wave(wave_id=started.wave.pk).expired == (waiver.pk,)
        assert refresh_wave(wave_id=started.wave.pk).expired == ()
    waiver.refresh_from_db()
    assert waiver.state == Waiver.State.EXPIRED


def test_waiver_is_fulfilled_when_its_question_is_met():
    with clock_at(MONDAY):
        started = make_program()
        waiver = waive(started, "goal_written")
        assert refresh_wave(wave_id=started.wave.pk).fulfilled == ()
        answer_item(started, "goal_written")
        assert refresh_wave(wave_id=started.wave.pk).fulfilled == (waiver.pk,)
        assert refresh_wave(wave_id=started.wave.pk).fulfilled == ()
    waiver.refresh_from_db()
    assert (waiver.state, waiver.closed_at, waiver.closed_by) == (Waiver.State.FULFILLED, MONDAY, None)


def test_request_of_a_question_that_is_met_stays_for_people_to_close():
    with clock_at(MONDAY):
        started = make_program()
        waiver = waive(started, "goal_written", state="requested", decided_by=None)
        answer_item(started, "goal_written")
        refresh_wave(wave_id=started.wave.pk)
    waiver.refresh_from_db()
    assert waiver.state == Waiver.State.REQUESTED


def test_gate_that_leaned_on_a_fulfilled_waiver_becomes_suspect_when_the_answer_is_taken_back():
    with clock_at(MONDAY):
        started = make_program()
        answer_item(started, "purpose_agreed")
        answer_item(started, "extent_decided")
        waive(started, "goal_written")
        decide(started.step("goal"))
        answer_item(started, "goal_written")
        assert refresh_wave(wave_id=started.wave.pk).suspect == ()
        withdraw_statement(item=started.item("goal_written"), actor=started.project_lead, text="It was the old one.")
        assert refresh_wave(wave_id=started.wave.pk).suspect == (started.step("goal").pk,)
    assert "was waived when the gate passed, was met later, and is open again." in started.step("goal").suspect_because


def test_passed_gate_becomes_suspect_when_a_live_item_regresses(django_capture_on_commit_callbacks):
    started = make_program()
    answer_step(started, "key_people")
    decide(started.step("key_people"))
    assert refresh_wave(wave_id=started.wave.pk).suspect == ()
    heard = []

    def listen(step_id, **kwargs):
        heard.append(step_id)

    step_became_suspect.connect(listen)
    RoleAssignment.objects.filter(slot__key="coach").update(ended_on=today())
    try:
        with django_capture_on_commit_callbacks(execute=True):
            refreshed = refresh_wave(wave_id=started.wave.pk)
    finally:
        step_became_suspect.disconnect(listen)
    step = started.step("key_people")
    assert refreshed.suspect == (step.pk,)
    assert heard == [step.pk]
    assert (step.state, step.passed_at is None) == (Step.State.SUSPECT, False)
    assert step.suspect_because == (
        "“Are sponsor, project lead, people lead and enough coaches for all pilot teams named?” was answered when the "
        f"gate passed and is open again since {in_words(today())}. 3 of 4 roles are filled: OKR coach is vacant."
    )
    assert step.items.get(key="works_council_informed").statements.count() == 2
    assert refresh_wave(wave_id=started.wave.pk).suspect == ()


def test_suspect_gate_stays_suspect_until_people_confirm_it():
    started = make_program()
    answer_step(started, "key_people")
    decide(started.step("key_people"))
    RoleAssignment.objects.filter(slot__key="coach").update(ended_on=today())
    refresh_wave(wave_id=started.wave.pk)
    hold_role(started, "coach")
    refresh_wave(wave_id=started.wave.pk)
    assert started.step("key_people").state == Step.State.SUSPECT


def test_latched_item_that_regresses_leaves_the_gate_passed():
    started = make_program()
    answer_item(started, "processes_fit")
    decide(started.step("pilot_group"))
    Wave.objects.update(roster_frozen_on=None)
    assert refresh_wave(wave_id=started.wave.pk).suspect == ()
    assert started.step("pilot_group").state == Step.State.PASSED


def test_unknown_is_no_regression(monkeypatch):
    started = make_program()
    answer_step(started, "key_people")
    decide(started.step("key_people"))

    def broken(context, checks):
        raise RuntimeError("away")

    monkeypatch.setitem(evidence.SOURCES, "roles_filled", broken)
    refreshed = refresh_wave(wave_id=started.wave.pk)
    assert refreshed.suspect == ()
    assert started.item("roles_assigned").findings.get().status == "unknown"


def test_gate_that_leaned_on_a_waiver_becomes_suspect_when_it_expires():
    with clock_at(MONDAY):
        started = make_program()
        answer_item(started, "purpose_agreed")
        answer_item(started, "extent_decided")
        waive(started, "goal_written")
        decide(started.step("goal"))
    with clock_at(datetime(2026, 3, 10, 23, tzinfo=UTC)):
        assert refresh_wave(wave_id=started.wave.pk).suspect == ()
    with clock_at(datetime(2026, 3, 11, 1, tzinfo=UTC)):
        step = started.step("goal")
        assert refresh_wave(wave_id=started.wave.pk) == Refreshed(
            expired=(Waiver.objects.get().pk,), suspect=(step.pk,)
        )
    assert started.step("goal").suspect_because.startswith(
        "The waiver of “Is the goal of the rollout written down and published where everyone concerned can read it?” "
        "expired after March 10, 2026, and the question is open."
    )


def test_gate_whose_waived_item_was_met_meanwhile_stays_passed():
    with clock_at(MONDAY):
        started = make_program()
        answer_item(started, "purpose_agreed")
        answer_item(started, "extent_decided")
        waive(started, "goal_written")
        decide(started.step("goal"))
        answer_item(started, "goal_written")
    with clock_at(datetime(2026, 3, 12, tzinfo=UTC)):
        assert refresh_wave(wave_id=started.wave.pk).suspect == ()


def test_condition_is_met_when_its_item_is():
    started = make_program()
    decision = decide(started.step("pilot_group"), "conditional_go")
    condition = Condition.objects.create(
        decision=decision, item=started.item("processes_fit"), owner=started.people_lead, due_on=today()
    )
    refresh_wave(wave_id=started.wave.pk)
    condition.refresh_from_db()
    assert condition.met_at is None
    answer_item(started, "processes_fit")
    refresh_wave(wave_id=started.wave.pk)
    condition.refresh_from_db()
    assert condition.met_at is not None


def test_refresh_costs_the_same_for_few_and_for_many(django_assert_num_queries):
    for title, members, teams in (("Small", 10, 6), ("Large", 1200, 90)):
        started = make_program(title=title, members=members, teams=teams)
        refresh_wave(wave_id=started.wave.pk)
        with django_assert_num_queries(24):
            refresh_wave(wave_id=started.wave.pk)


def test_stopped_program_stays_as_it_is_and_a_missing_wave_is_an_error():
    started = make_program()
    Program.objects.update(state=Program.State.STOPPED)
    assert refresh_wave(wave_id=started.wave.pk) == Refreshed()
    assert not Finding.objects.exists()
    with pytest.raises(Wave.DoesNotExist):
        refresh_wave(wave_id=0)


def test_sweep_refreshes_every_running_wave_and_one_that_fails_keeps_nobody_back(monkeypatch, caplog):
    first, second, stopped = make_program(), make_program(title="Second"), make_program(title="Stopped")
    Program.objects.filter(pk=stopped.program.pk).update(state=Program.State.STOPPED)
    assert sweep() == 2
    assert Finding.objects.filter(item__step__wave=stopped.wave).count() == 0
    Finding.objects.all().delete()
    original = refresh_wave

    def fails_once(*, wave_id):
        if wave_id == first.wave.pk:
            raise RuntimeError("no luck")
        return original(wave_id=wave_id)

    monkeypatch.setattr("rollout.services.refresh.refresh_wave", fails_once)
    assert sweep() == 1
    assert Finding.objects.filter(item__step__wave=second.wave).exists()
    assert f"Wave {first.wave.pk} could not be refreshed" in caplog.text


def test_sweep_finds_a_leaver_whose_news_was_lost():
    started = make_program()
    membership = MembershipFactory(person=started.coach)
    membership.ended_on = today() - timedelta(days=1)
    membership.save()
    sweep()
    assert not started.slot("coach").assignments.open().exists()
    assert started.item("roles_assigned").findings.get().status == "not_met"


def test_waves_that_are_gone_are_left_to_the_sweep(caplog):
    started = make_program()
    assert refresh_waves(wave_ids=[0, started.wave.pk]) == 1
