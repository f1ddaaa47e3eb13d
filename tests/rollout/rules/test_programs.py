"""Who may set up a program, and when a commitment may be made: each with its reason."""

import pytest

from rollout.models import PlaybookVersion, Program, Step
from rollout.rules.programs import (
    OPEN_ENROLLMENT,
    START_CYCLE,
    is_unlocked,
    may_change_roster,
    may_edit_playbooks,
    may_open_enrollment,
    may_record_moves,
    may_set_up,
    may_start_cycle,
    may_start_from,
)
from tests.factories.people import UserFactory
from tests.factories.rollout import hold_role, make_program

pytestmark = pytest.mark.django_db


def test_refusal_says_who_owes_it_and_where():
    started = make_program()
    answer = may_set_up(started.sponsor, started.program)
    assert not answer
    assert answer.owed_by == str(started.project_lead)
    assert answer.reason == "This is changed by the project lead of OKR rollout."


def test_vacant_lead_is_said_with_the_way_to_fill_the_role():
    started = make_program(roles=("sponsor",))
    answer = may_set_up(started.sponsor, started.program)
    assert answer.fix_url == "/programs/okr-rollout/roles/"
    assert may_set_up(started.program.created_by, started.program) is True


def test_person_whose_account_is_closed_may_nothing():
    started = make_program()
    started.administrator.is_active = False
    assert not may_set_up(started.administrator, started.program)


def test_known_holders_cost_no_query(django_assert_num_queries):
    from rollout.queries.holders import holders_in

    started = make_program()
    wave, steps, holders = started.fresh_wave(), list(started.wave.steps.all()), holders_in(started.program.pk)
    with django_assert_num_queries(0):
        assert may_change_roster(started.project_lead, wave, holders=holders).reason.startswith("The roster is frozen")
        assert may_record_moves(started.project_lead, wave, holders=holders) is True
        assert not may_open_enrollment(started.project_lead, wave, steps=steps, holders=holders)
        assert not may_start_cycle(started.project_lead, wave, steps=steps, holders=holders)


def test_stopped_program_refuses_everything():
    started = make_program(open_step="first_cycle")
    Program.objects.update(state=Program.State.STOPPED)
    wave = started.fresh_wave()
    for answer in (
        may_set_up(started.project_lead, wave.program),
        may_change_roster(started.project_lead, wave),
        may_record_moves(None, wave),
        may_open_enrollment(started.project_lead, wave),
        may_start_cycle(started.administrator, wave),
    ):
        assert "was stopped" in str(answer)


@pytest.mark.parametrize(
    ("state", "unlocked"),
    [
        (Step.State.LOCKED, False),
        (Step.State.OPEN, True),
        (Step.State.PASSED, True),
        (Step.State.PASSED_WITH_CONDITIONS, True),
        (Step.State.SUSPECT, False),
        (Step.State.STOPPED, False),
    ],
)
def test_commitment_follows_the_state_of_the_step_that_carries_it(state, unlocked):
    started = make_program(open_step="coaching")
    started.wave.steps.filter(key="coaching").update(state=state)
    assert bool(is_unlocked(started.fresh_wave(), OPEN_ENROLLMENT)) is unlocked


def test_playbook_that_carries_no_commitment_opens_none():
    started = make_program(open_step="first_cycle")
    version = started.program.playbook_version
    for step in version.content["steps"]:
        step["commitments"] = []
    PlaybookVersion.objects.filter(pk=version.pk).update(content=version.content)
    assert "this playbook names none" in str(is_unlocked(started.fresh_wave(), START_CYCLE))


def test_playbooks_are_edited_by_project_leads_and_the_operator():
    assert may_edit_playbooks(None) is True
    assert may_edit_playbooks(UserFactory(is_superuser=True)) is True
    assert not may_edit_playbooks(UserFactory())


def test_drafts_start_no_program():
    started = make_program()
    assert may_start_from(started.program.playbook_version) is True
    assert not may_start_from(PlaybookVersion(playbook=started.program.playbook_version.playbook, number=2))


def test_deputy_acts_like_the_lead():
    started = make_program()
    assert may_set_up(hold_role(started, "project_lead", is_deputy=True), started.program) is True
