"""A program is prepared by its lead alone, and started with everything at once or not at all."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from pydantic import ValidationError

from people.api import PROJECT_LEADS, Refused, today
from people.models import User
from rollout.models import Program, ProgramDraft, RoleAssignment, Step
from rollout.queries.drafts import gate_targets
from rollout.queries.programs import content_of
from rollout.rules.drafts import draft_gaps
from rollout.services.drafts import discard_draft, save_draft, start_program_from_draft
from rollout.services.programs import start_program
from tests.factories.people import MembershipFactory, UnitFactory, UserFactory
from tests.factories.rollout import make_playbook_version, make_program

pytestmark = pytest.mark.django_db


def make_lead(**fields) -> User:
    lead = UserFactory(**fields)
    lead.groups.add(Group.objects.get_or_create(name=PROJECT_LEADS)[0])
    return lead


def filled_in(lead: User, **more) -> ProgramDraft:
    """A draft in which nothing is missing: two people in a team, a sponsor, the lead, a coach."""
    team = UnitFactory()
    members = [MembershipFactory(unit=team).person for _ in range(2)]
    answers = {
        "title": "OKRs in Sales",
        "playbook_version": make_playbook_version().pk,
        "goal": "Notice early.",
        "approach": "partial",
        "pilot_size": 120,
        "area": team.pk,
        "units": [team.pk],
        "emails": "",
        "roles": {"sponsor": [UserFactory().pk], "coach": [members[0].pk], "project_lead": [lead.pk]},
        "starts_on": (today() + timedelta(weeks=10)).isoformat(),
    }
    return save_draft(owner=lead, answers={**answers, **more})


class TestSaving:
    def test_one_draft_holds_what_was_said_page_by_page(self):
        lead = make_lead()
        first = save_draft(owner=lead, answers={"title": "OKRs in Sales", "seen": ["charter"]})
        second = save_draft(owner=lead, answers={"pilot_size": 120, "success_score": Decimal("0.8")})
        assert second.pk == first.pk
        answers = ProgramDraft.objects.get().answers
        assert (answers.title, answers.pilot_size, answers.success_score) == ("OKRs in Sales", 120, Decimal("0.8"))
        assert answers.cycle_length_months == 3, "a new draft begins with the usual rhythm"
        assert answers.roles == {"project_lead": (lead.pk,)}

    def test_an_administrator_is_not_made_project_lead(self):
        assert save_draft(owner=UserFactory(is_superuser=True), answers={}).answers.roles == {}

    def test_people_who_may_not_start_are_refused(self):
        with pytest.raises(Refused, match="started by project leads"):
            save_draft(owner=UserFactory(), answers={"title": "No"})

    def test_nonsense_is_not_kept(self):
        lead = make_lead()
        with pytest.raises(ValidationError):
            save_draft(owner=lead, answers={"pilot_size": "many"})

    def test_discarding_takes_the_open_draft_only(self):
        lead = make_lead()
        assert not discard_draft(owner=lead)
        started = filled_in(lead)
        start_program_from_draft(draft=started, actor=lead)
        save_draft(owner=lead, answers={"title": "The next one"})
        assert discard_draft(owner=lead)
        assert list(ProgramDraft.objects.all()) == [started]


class TestStarting:
    def test_everything_is_there_at_once(self, news):
        lead = make_lead()
        draft = filled_in(lead)
        with news() as ids:
            program = start_program_from_draft(draft=draft, actor=lead)
        wave = program.waves.get()
        assert set(ids) == {wave.pk}
        assert (program.title, program.goal, program.pilot_size) == ("OKRs in Sales", "Notice early.", 120)
        assert (program.cycle_length_months, program.area_id) == (3, draft.answers.area)
        assert wave.roster.count() == 2
        assert wave.starts_on == today() + timedelta(weeks=10)
        assert wave.steps.get(state=Step.State.OPEN).target_on is not None
        held = RoleAssignment.objects.open().values_list("slot__key", flat=True)
        assert sorted(held) == ["coach", "project_lead", "sponsor"]

    def test_gates_are_due_as_the_preview_said(self):
        lead = make_lead()
        draft = filled_in(lead)
        preview = gate_targets(content_of(make_playbook_version()), draft.answers)
        program = start_program_from_draft(draft=draft, actor=lead)
        assert [(row.number, row.due_on) for row in preview] == list(
            Step.objects.filter(wave__program=program).values_list("number", "target_on")
        )

    def test_twice_is_once(self):
        lead = make_lead()
        draft = filled_in(lead)
        first = start_program_from_draft(draft=draft, actor=lead)
        assert start_program_from_draft(draft=draft, actor=lead) == first
        assert Program.objects.count() == 1
        assert ProgramDraft.objects.get().content == {}, "who was thought of is not kept"

    def test_somebody_else_may_be_project_lead(self):
        lead, others = make_lead(), [UserFactory().pk, UserFactory().pk]
        draft = filled_in(lead, roles={"project_lead": [others[0], lead.pk, others[1]], "sponsor": [others[0]]})
        program = start_program_from_draft(draft=draft, actor=lead)
        leads = RoleAssignment.objects.open().filter(slot__program=program, slot__key="project_lead")
        assert set(leads.values_list("person_id", flat=True)) == {*others, lead.pk}

    def test_a_program_may_start_with_vacant_roles_and_an_empty_roster(self):
        lead = make_lead()
        program = start_program_from_draft(draft=filled_in(lead, roles={}, units=[]), actor=lead)
        assert not RoleAssignment.objects.filter(slot__program=program).exists()

    @pytest.mark.parametrize(
        ("missing", "page", "reason"),
        [
            ({"title": ""}, "charter", "no title"),
            ({"goal": ""}, "charter", "goal is not written down"),
            ({"approach": ""}, "charter", "predictable areas"),
            ({"area": None}, "people", "area is not chosen"),
            ({"emails": "nobody@example.com"}, "people", "nobody@example.com"),
            ({"others": {"coach": "Clara"}}, "roles", "who “Clara” is"),
            ({"starts_on": None}, "dates", "first day"),
            ({"starts_on": "2020-01-06"}, "dates", "January 6, 2020, which is past"),
        ],
    )
    def test_what_is_missing_is_named_with_its_page(self, missing, page, reason):
        lead = make_lead()
        draft = filled_in(lead, **missing)
        (gap,) = draft_gaps(draft.answers, lead)
        assert gap.page == page
        assert gap.refusal.fix_url == f"/programs/new/{page}/"
        with pytest.raises(Refused, match=reason):
            start_program_from_draft(draft=draft, actor=lead)
        assert not Program.objects.exists()

    def test_without_a_playbook_nothing_starts(self):
        lead = make_lead()
        draft = filled_in(lead, playbook_version=999_999)
        with pytest.raises(Refused, match="no playbook to follow"):
            start_program_from_draft(draft=draft, actor=lead)

    def test_a_title_is_given_once(self):
        lead = make_lead()
        make_program(title="OKRs in Sales")
        with pytest.raises(Refused, match="a program named “okrs in sales” already"):
            start_program_from_draft(draft=filled_in(lead, title="okrs in sales"), actor=lead)

    def test_an_area_runs_one_program_and_strangers_do_not_learn_its_name(self):
        lead, running = make_lead(), make_program(title="The quiet one")
        draft = filled_in(lead)
        Program.objects.filter(pk=running.program.pk).update(area_id=draft.answers.area)
        with pytest.raises(Refused, match="already walks the steps in another program") as refused:
            start_program_from_draft(draft=draft, actor=lead)
        assert refused.value.refusal.owed_by == running.project_lead.get_full_name()
        Program.objects.filter(pk=running.program.pk).update(created_by=lead)
        (gap,) = draft_gaps(draft.answers, lead)
        assert "in “The quiet one”" in gap.refusal.reason
        Program.objects.filter(pk=running.program.pk).update(state=Program.State.STOPPED)
        start_program_from_draft(draft=draft, actor=lead)

    def test_a_refusal_on_the_way_leaves_nothing(self):
        lead = make_lead()
        homeless = UserFactory()
        draft = filled_in(lead, emails=homeless.email)
        with pytest.raises(Refused, match="works in a unit of the company"):
            start_program_from_draft(draft=draft, actor=lead)
        assert not Program.objects.exists()

    def test_others_are_refused_also_administrators(self):
        draft = filled_in(make_lead(first_name="Ada", last_name="Lang"))
        with pytest.raises(Refused, match="It is up to Ada Lang"):
            start_program_from_draft(draft=draft, actor=UserFactory(is_superuser=True))


def test_the_address_of_the_guided_start_is_not_a_program():
    actor, version = UserFactory(is_superuser=True), make_playbook_version()
    assert start_program(title="New", playbook_version=version, actor=actor).slug == "new-2"
    with pytest.raises(Refused, match="a page of its own"):
        start_program(title="New", slug="new", playbook_version=version, actor=actor)
