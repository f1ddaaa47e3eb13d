"""Starting and setting up a program."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group

from people.api import PROJECT_LEADS, Refused
from rollout.models import ChecklistItem, Program, Step
from rollout.queries.parameters import parameter_warnings
from rollout.queries.programs import content_of
from rollout.services.playbooks import import_playbook
from rollout.services.programs import ParametersRefused, record_parameters, set_wave_dates, start_program
from tests.factories.people import UnitFactory, UserFactory
from tests.factories.rollout import eight_steps_text, hold_role, make_playbook_version, make_program

pytestmark = pytest.mark.django_db


def test_start_lays_out_the_published_version():
    lead = UserFactory()
    lead.groups.add(Group.objects.create(name=PROJECT_LEADS))
    program = start_program(title="OKRs for all", playbook_version=make_playbook_version(), actor=lead, goal="Focus.")
    assert (program.slug, program.created_by, program.goal) == ("okrs-for-all", lead, "Focus.")
    wave = program.waves.get()
    assert wave.number == 0
    assert list(wave.steps.values_list("number", flat=True)) == list(range(9))
    assert [step.key for step in wave.steps.filter(state=Step.State.OPEN)] == ["prerequisites"]
    assert ChecklistItem.objects.filter(step__wave=wave).count() == 39
    assert list(program.role_slots.values_list("key", "minimum", "per_teams"))[3] == ("coach", 1, 5)
    item = ChecklistItem.objects.get(key="training_finished")
    assert [check["strength"] for check in item.checks] == ["must", "should", "should"]


def test_start_is_refused_outside_the_group():
    version = make_playbook_version()
    with pytest.raises(Refused, match="started by project leads"):
        start_program(title="No", playbook_version=version, actor=UserFactory())
    assert not Program.objects.exists()


def test_start_from_a_draft_is_refused():
    draft = import_playbook(text=eight_steps_text(), actor=None).version
    with pytest.raises(Refused, match="still a draft"):
        start_program(title="No", playbook_version=draft, actor=UserFactory(is_superuser=True))


def test_addresses_are_unique():
    version, actor = make_playbook_version(), UserFactory(is_superuser=True)
    slugs = [start_program(title="OKR", playbook_version=version, actor=actor).slug for _ in range(3)]
    assert slugs == ["okr", "okr-2", "okr-3"]
    with pytest.raises(Refused, match="already a program"):
        start_program(title="OKR", slug="okr", playbook_version=version, actor=actor)
    with pytest.raises(Refused, match="needs a title"):
        start_program(title="  ", playbook_version=version, actor=actor)


def test_starting_costs_the_same_whatever_the_playbook_holds(django_assert_max_num_queries):
    version, actor = make_playbook_version(), UserFactory(is_superuser=True)
    with django_assert_max_num_queries(20):
        start_program(title="OKR", playbook_version=version, actor=actor)


def test_parameters_are_recorded_and_announced_once(news):
    started = make_program()
    unit = UnitFactory()
    values = {"pilot_size": 110, "area": unit, "success_score": Decimal("0.70"), "system_of_record": "Wiki"}
    with news() as ids:
        program = record_parameters(program=started.program, actor=started.project_lead, values=values)
    assert (program.pilot_size, program.area, program.success_score) == (110, unit, Decimal("0.70"))
    assert ids == [started.wave.pk]
    with news() as ids:
        record_parameters(program=started.program, actor=started.project_lead, values=values)
    assert ids == []


def test_parameter_can_be_emptied_and_others_stay():
    started = make_program()
    record_parameters(
        program=started.program, actor=started.project_lead, values={"pilot_size": 5, "system_of_record": "W"}
    )
    program = record_parameters(
        program=started.program, actor=started.project_lead, values={"pilot_size": None, "system_of_record": None}
    )
    assert (program.pilot_size, program.system_of_record) == (None, "")


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"shoe_size": 41}, "shoe_size"),
        ({"success_score": Decimal("1.5")}, "success_score"),
        ({"success_score": "much"}, "success_score"),
        ({"pilot_size": -1}, "pilot_size"),
        ({"system_of_record": "x" * 300}, "system_of_record"),
    ],
)
def test_values_that_cannot_be_are_refused_by_name(values, key):
    started = make_program()
    with pytest.raises(ParametersRefused) as refused:
        record_parameters(program=started.program, actor=started.project_lead, values={"duration_months": 7, **values})
    assert list(refused.value.errors) == [key]
    started.program.refresh_from_db()
    assert started.program.duration_months is None


def test_rules_of_thumb_warn_and_refuse_nothing():
    started = make_program()
    program = record_parameters(
        program=started.program, actor=started.project_lead, values={"pilot_size": 12, "duration_months": 7}
    )
    assert list(parameter_warnings(program, content_of(program.playbook_version))) == ["pilot_size"]


def test_only_the_lead_their_deputy_and_administrators_set_up():
    started = make_program()
    deputy = hold_role(started, "project_lead", is_deputy=True)
    for actor in (started.project_lead, deputy, started.administrator):
        record_parameters(program=started.program, actor=actor, values={"pilot_size": 110})
    for actor in (started.sponsor, started.people_lead, UserFactory()):
        with pytest.raises(Refused, match="changed by the project lead") as refused:
            record_parameters(program=started.program, actor=actor, values={"pilot_size": 1})
        assert str(started.project_lead) in refused.value.refusal.owed_by


def test_nothing_changes_in_a_stopped_program():
    started = make_program()
    Program.objects.update(state=Program.State.STOPPED)
    with pytest.raises(Refused, match="was stopped"):
        record_parameters(program=started.program, actor=started.administrator, values={"pilot_size": 1})
    with pytest.raises(Refused, match="was stopped"):
        set_wave_dates(wave=started.wave, actor=started.administrator, starts_on=date(2026, 4, 1))


def test_dates_give_every_item_and_gate_its_due_day(news):
    started = make_program(starts_in_weeks=None)
    with news() as ids:
        wave = set_wave_dates(
            wave=started.wave, actor=started.project_lead, starts_on=date(2026, 4, 6), ends_on=date(2026, 7, 5)
        )
    assert ids == [wave.pk]
    assert started.item("training_finished").due_on == date(2026, 3, 30)
    assert started.item("open_to_change").due_on == date(2026, 2, 9)
    assert started.step("coaching").target_on == max(
        item.due_on for item in started.step("coaching").items.all() if item.due_on
    )


def test_cycle_lasts_as_long_as_the_program_says():
    started = make_program(starts_in_weeks=None)
    wave = set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=date(2026, 4, 1))
    assert wave.ends_on == date(2026, 6, 30)  # 13 weeks
    record_parameters(program=started.program, actor=started.project_lead, values={"cycle_length_months": 4})
    wave = set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=date(2026, 1, 31))
    assert wave.ends_on == date(2026, 5, 30)


def test_dates_are_refused_when_they_make_no_sense_or_come_too_late():
    started = make_program()
    with pytest.raises(Refused, match="after its first day"):
        set_wave_dates(
            wave=started.wave, actor=started.project_lead, starts_on=date(2026, 4, 6), ends_on=date(2026, 4, 6)
        )
    with pytest.raises(Refused, match="changed by the project lead"):
        set_wave_dates(wave=started.wave, actor=started.sponsor, starts_on=date(2026, 4, 6))
    started.wave.cycle_started_at = started.wave.program.created_at
    started.wave.save()
    with pytest.raises(Refused, match="has been started"):
        set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=date(2026, 4, 6))
