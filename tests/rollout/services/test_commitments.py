"""Commitments are locked until the gates before are passed; preparation is not (product.md, rule 8)."""

from datetime import timedelta

import pytest

from courses.models import CoursePage, Enrollment
from people.api import Refused, WorkingDays, today
from rollout.models import Step
from rollout.services.commitments import open_enrollment, start_cycle
from rollout.services.programs import set_wave_dates
from tests.factories.people import MembershipFactory
from tests.factories.rollout import add_members, hold_role, make_program, open_until

pytestmark = pytest.mark.django_db


def test_enrollment_is_refused_until_its_step_is_open_and_says_which_gate_comes_first():
    started = make_program(courses=True, open_step="pilot_group")
    with pytest.raises(Refused, match=r"once step 5, “Provide coaching”, is open") as refused:
        open_enrollment(wave=started.wave, actor=started.project_lead)
    assert "The gate of step 3" in refused.value.refusal.reason
    assert refused.value.refusal.fix_url == "/programs/okr-rollout/waves/0/steps/pilot_group/"
    assert not Enrollment.objects.exists()


def test_enrollment_enrolls_the_roster_and_the_role_holders(news):
    started = make_program(courses=True, members=6, open_step="coaching")
    deputy = hold_role(started, "sponsor", is_deputy=True)
    with news() as ids:
        opened = open_enrollment(wave=started.wave, actor=started.project_lead)
    assert started.wave.pk in ids
    # Roster 6; sponsor and deputy 1 each; project lead 3; people lead 2; coach 5.
    assert (opened.enrolled, opened.already) == (18, 0)
    assert set(Enrollment.objects.filter(person=deputy).values_list("course__key", flat=True)) == {"okr-leading"}
    assert started.fresh_wave().enrollment_opened_at is not None


def test_enrollment_is_due_when_the_playbook_wants_training_finished():
    started = make_program(courses=True, open_step="coaching", starts_in_weeks=None)
    starts_on = today() + timedelta(weeks=5)
    set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=starts_on)
    opened = open_enrollment(wave=started.wave, actor=started.project_lead)
    assert opened.due_on == WorkingDays().on_or_before(starts_on - timedelta(weeks=1))
    assert set(Enrollment.objects.values_list("due_on", flat=True)) == {opened.due_on}


@pytest.mark.parametrize(
    ("starts_in", "due_in"),
    [
        (timedelta(days=4), timedelta(days=3)),
        (timedelta(0), timedelta(weeks=2)),
        (-timedelta(weeks=3), timedelta(weeks=2)),
    ],
    ids=["before the cycle", "on its first day", "after it began"],
)
def test_enrollment_opened_late_is_never_due_in_the_past(starts_in, due_in):
    started = make_program(courses=True, open_step="coaching", starts_in_weeks=None)
    set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=today() + starts_in)
    assert open_enrollment(wave=started.wave, actor=started.project_lead).due_on == today() + due_in


def test_opening_again_enrolls_whoever_came_since():
    started = make_program(courses=True, open_step="coaching")
    first = open_enrollment(wave=started.wave, actor=started.project_lead)
    opened_at = started.fresh_wave().enrollment_opened_at
    hold_role(started, "coach")
    again = open_enrollment(wave=started.wave, actor=started.project_lead)
    assert (again.enrolled, again.already) == (5, first.enrolled)
    assert started.fresh_wave().enrollment_opened_at == opened_at


def test_enrollment_needs_a_frozen_roster_and_every_course():
    started = make_program(open_step="coaching", frozen=False)
    with pytest.raises(Refused, match="not frozen yet"):
        open_enrollment(wave=started.wave, actor=started.project_lead)
    started.wave.roster_frozen_on = today()
    started.wave.save()
    with pytest.raises(Refused, match="courses that do not exist yet: okr-alignment"):
        open_enrollment(wave=started.wave, actor=started.project_lead)
    assert not CoursePage.objects.exists()
    assert started.fresh_wave().enrollment_opened_at is None


def test_commitments_are_made_by_the_lead_and_administrators():
    started = make_program(courses=True, open_step="first_cycle")
    for actor in (started.sponsor, started.coach, MembershipFactory().person):
        with pytest.raises(Refused, match="changed by the project lead"):
            open_enrollment(wave=started.wave, actor=actor)
        with pytest.raises(Refused, match="changed by the project lead"):
            start_cycle(wave=started.wave, actor=actor)
    open_enrollment(wave=started.wave, actor=started.administrator)
    start_cycle(wave=started.wave, actor=started.administrator)


@pytest.mark.parametrize("suspect", ["key_people", "coaching"])
def test_suspect_gate_locks_the_commitments_after_it(suspect):
    started = make_program(courses=True, open_step="first_cycle")
    started.wave.steps.filter(key=suspect).update(state=Step.State.SUSPECT, suspect_because="A coach left.")
    with pytest.raises(Refused, match=r"has become suspect. A coach left"):
        start_cycle(wave=started.wave, actor=started.project_lead)
    with pytest.raises(Refused, match="has become suspect"):
        open_enrollment(wave=started.wave, actor=started.project_lead)


def test_cycle_starts_once_its_step_is_open_and_only_once(news):
    started = make_program(open_step="coaching")
    with pytest.raises(Refused, match="once step 6"):
        start_cycle(wave=started.wave, actor=started.project_lead)
    open_until(started, "first_cycle")
    with news() as ids:
        wave = start_cycle(wave=started.wave, actor=started.project_lead)
    assert (wave.cycle_started_at is None, ids) == (False, [started.wave.pk])
    with pytest.raises(Refused, match="has been started already"):
        start_cycle(wave=started.wave, actor=started.project_lead)


def test_cycle_needs_dates():
    started = make_program(open_step="first_cycle", starts_in_weeks=None)
    with pytest.raises(Refused, match="no dates yet"):
        start_cycle(wave=started.wave, actor=started.project_lead)


def test_opening_for_many_costs_little_more_than_for_few(django_assert_max_num_queries):
    for title, members, teams in (("Small", 3, 1), ("Large", 600, 60)):
        started = make_program(title=title, members=0, open_step="coaching", courses=title == "Small")
        add_members(started, members=members, teams=teams)
        # Large inserts go to the database in portions, so the number is not the very same.
        with django_assert_max_num_queries(100):
            open_enrollment(wave=started.wave, actor=started.project_lead)
