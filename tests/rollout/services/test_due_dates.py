"""Due dates follow the playbook until somebody sets them by hand, and never move without a look."""

from datetime import date

import pytest

from people.api import Refused, add_holiday
from rollout.models import DateSetBy, Step
from rollout.queries.due_dates import digest_of, due_date_changes, wave_dates_preview
from rollout.services.due_dates import recompute_due_dates, set_gate_due_date, set_item_due_date
from rollout.services.programs import set_wave_dates
from tests.factories.people import UnitFactory
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 4, 6)


@pytest.fixture
def started():
    started = make_program(open_step="coaching", starts_in_weeks=None)
    set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=MONDAY)
    return started


def test_fresh_dates_follow_the_playbook(started):
    assert due_date_changes(started.fresh_wave()) == []
    assert recompute_due_dates(wave=started.wave, actor=started.project_lead) == []


def test_holiday_moves_dates_only_after_a_look(started, news):
    area = UnitFactory()
    started.program.area = area
    started.program.save()
    add_holiday(unit=area, actor=None, day=date(2026, 3, 30), name="Day off")
    changes = due_date_changes(started.fresh_wave())
    assert {change.after for change in changes} == {date(2026, 3, 27)}
    assert started.item("training_finished").due_on == date(2026, 3, 30)
    with pytest.raises(Refused, match="Dates have changed"):
        recompute_due_dates(wave=started.wave, actor=started.project_lead, seen="old")
    with news() as ids:
        moved = recompute_due_dates(wave=started.wave, actor=started.project_lead, seen=digest_of(changes))
    assert (moved, ids) == (changes, [started.wave.pk])
    assert started.item("training_finished").due_on == date(2026, 3, 27)


def test_date_set_by_hand_is_marked_stays_and_is_given_back(started, news):
    lead = started.project_lead
    with news() as ids:
        item = set_item_due_date(item=started.item("training_finished"), actor=lead, due_on=date(2026, 4, 30))
    assert (item.due_set_by, ids) == (DateSetBy.HAND, [started.wave.pk])
    assert started.step("coaching").target_on == date(2026, 4, 30)
    set_wave_dates(wave=started.wave, actor=lead, starts_on=date(2026, 4, 13))
    assert started.item("training_finished").due_on == date(2026, 4, 30)
    kept = wave_dates_preview(started.fresh_wave(), MONDAY, None).kept
    assert [change.id for change in kept] == [item.pk]
    item = set_item_due_date(item=item, actor=lead, due_on=None)
    assert (item.due_on, item.due_set_by) == (date(2026, 4, 6), DateSetBy.PLAYBOOK)
    assert started.step("coaching").target_on < date(2026, 4, 30)


def test_day_of_a_gate_is_set_and_given_back(started):
    before = started.step("coaching").target_on
    step = set_gate_due_date(step=started.step("coaching"), actor=started.project_lead, due_on=date(2026, 5, 4))
    assert (step.target_on, step.target_set_by) == (date(2026, 5, 4), DateSetBy.HAND)
    set_item_due_date(item=started.item("training_finished"), actor=started.project_lead, due_on=date(2026, 6, 1))
    assert started.step("coaching").target_on == date(2026, 5, 4)
    set_item_due_date(item=started.item("training_finished"), actor=started.project_lead, due_on=None)
    step = set_gate_due_date(step=step, actor=started.project_lead, due_on=None)
    assert (step.target_on, step.target_set_by) == (before, DateSetBy.PLAYBOOK)


def test_dates_moved_by_a_pause_stay_until_the_cycle_itself_is_moved(started):
    item = started.item("training_finished")
    type(item).objects.filter(pk=item.pk).update(due_on=date(2026, 4, 15), due_set_by=DateSetBy.PAUSE)
    assert item.pk not in {change.id for change in due_date_changes(started.fresh_wave()) if change.kind == "item"}
    assert item.pk in {change.id for change in wave_dates_preview(started.fresh_wave(), MONDAY, None).moved}


def test_passed_gates_keep_their_dates_when_the_cycle_moves(started):
    before = started.step("goal").target_on
    set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=date(2026, 5, 4))
    assert started.step("goal").target_on == before
    assert started.step("coaching").target_on != before


def test_preview_that_is_no_longer_true_changes_nothing(started):
    seen = wave_dates_preview(started.fresh_wave(), date(2026, 5, 4), None).digest
    set_item_due_date(item=started.item("training_finished"), actor=started.project_lead, due_on=date(2026, 6, 1))
    with pytest.raises(Refused, match="Dates have changed"):
        set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=date(2026, 5, 4), seen=seen)
    assert started.fresh_wave().starts_on == MONDAY


def test_setting_dates_is_refused_with_reasons(started):
    with pytest.raises(Refused, match="changed by the project lead"):
        recompute_due_dates(wave=started.wave, actor=started.sponsor)
    with pytest.raises(Refused, match="changed by the project lead"):
        set_item_due_date(item=started.item("training_finished"), actor=started.sponsor, due_on=MONDAY)
    with pytest.raises(Refused, match="so its dates are history"):
        set_gate_due_date(step=started.step("goal"), actor=started.project_lead, due_on=MONDAY)
    Step.objects.filter(wave=started.wave).update(state=Step.State.PASSED)
    with pytest.raises(Refused, match="so its dates are history"):
        set_item_due_date(item=started.item("training_finished"), actor=started.project_lead, due_on=MONDAY)


def test_looking_costs_the_same_for_any_number_of_dates(started, django_assert_num_queries):
    wave = started.fresh_wave()
    assert wave.program.area is None
    with django_assert_num_queries(3):
        due_date_changes(wave)
