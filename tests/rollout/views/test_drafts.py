"""The guided start through its pages: nothing typed is lost, what is missing is named, nothing is sent unseen."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.api import PROJECT_LEADS, Persona, today
from people.models import PersonaAssignment, User
from rollout.models import Invitation, Program, ProgramDraft, RoleAssignment
from tests.factories.people import MembershipFactory, UnitFactory, UserFactory
from tests.factories.rollout import make_playbook_version, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client) -> User:
    make_playbook_version()
    lead = UserFactory(first_name="Lea", last_name="Lead")
    lead.groups.add(Group.objects.get_or_create(name=PROJECT_LEADS)[0])
    client.force_login(lead)
    return lead


def page(name: str) -> str:
    return reverse("rollout:draft", args=[name])


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def charter(**more) -> dict[str, object]:
    version = make_playbook_version()
    answers = {"title": "OKRs in Sales", "playbook_version": version.pk, "goal": "Focus", "approach": "full"}
    return {**answers, **more}


def test_six_pages_lead_to_the_open_checklist_and_to_invitations_in_preview(client, lead):
    team = UnitFactory(name="Sales North")
    member = MembershipFactory(unit=team).person
    boss = UserFactory(first_name="Eva", last_name="Sommer")
    PersonaAssignment.objects.create(person=boss, persona=Persona.EXECUTIVE)

    assert client.post(page("charter"), charter()).url == page("parameters")
    assert client.post(page("parameters"), {"pilot_size": 120, "success_score": "0.7"}).url == page("people")
    assert client.post(page("people"), {"area": team.pk, "units": [team.pk]}).url == page("roles")
    assert "Eva Sommer (Executive)" in words(client.get(page("roles")))
    roles = {"role-sponsor": boss.pk, "role-project_lead": lead.pk, "other-coach": member.get_full_name()}
    assert client.post(page("roles"), roles).url == page("dates")
    starts_on = today() + timedelta(weeks=10)
    assert client.post(page("dates"), {"starts_on": starts_on, "cycle_length_months": 3}).url == page("review")

    review = words(client.get(page("review")))
    for text in ("Ready to start", "Sales North", "1 person in 1 team", "Eva Sommer", "Vacant", "Pilots outside 100"):
        assert text in review
    assert not Program.objects.exists()
    response = client.post(page("review"), {"draft": ProgramDraft.objects.get().pk})
    assert response.url == "/programs/okrs-in-sales/invitations/"
    held = RoleAssignment.objects.values_list("slot__key", "person__email")
    assert set(held) == {("sponsor", boss.email), ("project_lead", lead.email), ("coach", member.email)}

    preview = words(client.get(response.url))
    assert "The checklist is open" in preview
    assert "Pilot: Check the ground, 5 questions" in preview
    assert "2 people carry a role" in preview
    assert mail.outbox == []


class TestKeeping:
    def test_going_back_keeps_what_was_typed_also_when_it_is_not_finished(self, client, lead):
        client.post(page("charter"), charter())
        response = client.post(page("parameters"), {"pilot_size": "120", "duration_months": "many", "go": "back"})
        assert response.url == page("charter")
        assert ProgramDraft.objects.get().answers.pilot_size == 120
        assert 'value="OKRs in Sales"' in client.get(page("charter")).content.decode()

    def test_what_is_wrong_is_named_beside_the_field_and_the_rest_is_kept(self, client, lead):
        response = client.post(page("charter"), charter(goal=""))
        assert set(response.context["form"].errors) == {"goal"}
        assert ProgramDraft.objects.get().answers.title == "OKRs in Sales"

    def test_any_page_can_be_reached_from_any_page_and_left_for_later(self, client, lead):
        assert client.post(page("charter"), charter(go="dates")).url == page("dates")
        assert client.post(page("dates"), {"go": "list"}).url == reverse("rollout:programs")
        listed = words(client.get(reverse("rollout:programs")))
        assert "OKRs in Sales" in listed
        assert "Go on with it" in listed

    def test_a_draft_is_taken_up_where_it_was_left(self, client, lead):
        assert client.get(reverse("rollout:program_new")).status_code == 200
        client.post(page("charter"), charter())
        assert client.get(reverse("rollout:program_new")).url == page("parameters")
        assert client.get(page("review")).status_code == 200

    def test_without_a_draft_every_page_leads_to_the_first(self, client, lead):
        assert client.get(page("roles")).url == reverse("rollout:program_new")
        assert client.post(page("review")).url == reverse("rollout:program_new")
        assert client.get(page("charter")).status_code == 200
        assert client.get("/programs/new/nonsense/").status_code == 404

    def test_drafts_are_private(self, client, lead):
        client.post(page("charter"), charter(title="Quiet plans"))
        other = UserFactory()
        other.groups.add(Group.objects.get(name=PROJECT_LEADS))
        client.force_login(other)
        assert "Quiet plans" not in words(client.get(reverse("rollout:programs")))
        assert "Quiet plans" not in words(client.get(page("charter")))

    def test_discarding_asks_first(self, client, lead):
        assert client.get(reverse("rollout:draft_discard")).url == reverse("rollout:programs")
        client.post(page("charter"), charter())
        assert "Discard “OKRs in Sales”?" in words(client.get(reverse("rollout:draft_discard")))
        assert ProgramDraft.objects.exists()
        client.post(reverse("rollout:draft_discard"))
        assert not ProgramDraft.objects.exists()


class TestWhileTyping:
    def post(self, client, name: str, **posted) -> str:
        return words(client.post(page(name), posted, headers={"HX-Request": "true"}))

    def test_the_total_is_counted_and_compared_with_the_rule_of_thumb(self, client, lead):
        client.post(page("charter"), charter())
        team = UnitFactory(name="Sales North")
        for _ in range(3):
            MembershipFactory(unit=team)
        said = self.post(client, "people", area=team.pk)
        assert "Sales North" in said, "a new area brings its units"
        said = self.post(client, "people", area=team.pk, units=[team.pk])
        assert "3 people in 1 team" in said.replace('</span> <span class="stat__words">', " ")
        assert "Pilots outside 100 to 250 people" in said
        assert 'id="draft-units"' not in said, "the list one is typing in stays"
        assert ProgramDraft.objects.get().answers.units == (team.pk,)

    def test_units_outside_a_new_area_are_left_out(self, client, lead):
        client.post(page("charter"), charter())
        before, after = UnitFactory(), UnitFactory()
        self.post(client, "people", area=before.pk, units=[before.pk])
        self.post(client, "people", area=after.pk, units=[before.pk])
        assert ProgramDraft.objects.get().answers.units == ()

    def test_gates_are_dated_from_the_first_day(self, client, lead):
        client.post(page("charter"), charter())
        said = self.post(client, "dates", starts_on=today() + timedelta(weeks=2), lead_time_weeks=8)
        assert "The lead time would have begun" in said
        assert "Reflect on the pilot" in said

    def test_vacant_roles_are_named(self, client, lead):
        client.post(page("charter"), charter())
        assert "Executive sponsor" in self.post(client, "roles")
        assert "Fewer than four weeks" in self.post(client, "dates", lead_time_weeks=2)
        assert "Below 0.6" in self.post(client, "parameters", success_score="0.3")


class TestRefusals:
    def test_others_are_told_who_may_start(self, client):
        client.force_login(UserFactory())
        for response, status in (
            (client.get(reverse("rollout:program_new")), 200),
            (client.post(reverse("rollout:program_new"), charter()), 409),
            (client.post(page("charter"), charter()), 409),
        ):
            assert response.status_code == status
            assert "Programs are started by project leads" in words(response)
        assert not ProgramDraft.objects.exists()

    def test_a_past_day_is_named_on_its_page(self, client, lead):
        client.post(page("charter"), charter())
        response = client.post(page("dates"), {"starts_on": "2020-01-06"})
        assert "This day is past" in words(response)

    def test_an_unclear_name_is_kept_and_named(self, client, lead):
        client.post(page("charter"), charter())
        response = client.post(page("roles"), {"other-coach": f"{lead.email}, Nobody Here"})
        assert "Nobody in the company has this name" in words(response)
        answers = ProgramDraft.objects.get().answers
        assert answers.roles["coach"] == (lead.pk,)
        assert answers.others == {"coach": "Nobody Here"}
        assert "It is not clear who “Nobody Here” is" in words(client.get(page("review")))

    def test_starting_too_early_shows_what_is_missing(self, client, lead):
        client.post(page("charter"), charter())
        response = client.post(page("review"), {"draft": ProgramDraft.objects.get().pk})
        assert response.status_code == 409
        assert "The area is not chosen yet." in words(response)
        assert not Program.objects.exists()

    def test_a_taken_title_is_named_on_the_review(self, client, lead):
        make_program(title="OKRs in Sales")
        client.post(page("charter"), charter())
        assert "There is a program named “OKRs in Sales” already" in words(client.get(page("review")))


def test_a_second_click_on_start_goes_where_the_first_one_went(client, lead):
    team = UnitFactory()
    client.post(page("charter"), charter())
    client.post(page("people"), {"area": team.pk})
    client.post(page("dates"), {"starts_on": today()})
    draft = {"draft": ProgramDraft.objects.get().pk}
    first, second = client.post(page("review"), draft), client.post(page("review"), draft)
    assert first.url == second.url == "/programs/okrs-in-sales/invitations/"
    assert client.post(page("review"), {"go": "back"}).url == reverse("rollout:program_new")
    assert Program.objects.count() == 1


class TestInvitations:
    @pytest.fixture
    def started(self, client):
        started = make_program(title="OKRs in Sales", members=0)
        client.force_login(started.project_lead)
        return started

    def url(self, started) -> str:
        return reverse("rollout:invitations", args=[started.program.slug])

    def test_are_shown_as_they_will_be_read_and_changed_by_their_opening(self, client, started):
        response = client.get(self.url(started))
        shown = words(response)
        assert "You carry a part of OKRs in Sales" in shown
        assert started.sponsor.email in shown
        people = [one["person"] for one in response.context["letters"]]
        assert started.project_lead not in people, "whoever invites needs no invitation"
        posted = {"opening": "Come and see.", "people": [started.sponsor.pk], "deed": "preview"}
        shown = words(client.post(self.url(started), posted))
        assert shown.count("Come and see.") > 1
        assert not Invitation.objects.exists()

    def test_go_to_those_who_are_ticked(self, client, started):
        posted = {"opening": "Come and see.", "people": [started.sponsor.pk], "deed": "send"}
        assert client.post(self.url(started), posted).url == self.url(started)
        assert [row.person for row in Invitation.objects.all()] == [started.sponsor]
        shown = words(client.get(self.url(started)))
        assert "1 invitation sent." in shown
        assert "On its way" in shown

    def test_nobody_ticked_and_no_opening_are_named(self, client, started):
        response = client.post(self.url(started), {"opening": "Come and see.", "deed": "send"})
        assert "Nobody is chosen" in words(response)
        response = client.post(self.url(started), {"people": [started.sponsor.pk], "deed": "send"})
        assert set(response.context["form"].errors) == {"opening"}

    def test_others_see_why_they_may_not(self, client, started):
        client.force_login(started.coach)
        assert "This is changed by the project lead" in words(client.get(self.url(started)))
        posted = {"opening": "Come and see.", "people": [started.sponsor.pk], "deed": "send"}
        assert client.post(self.url(started), posted).status_code == 409
        client.force_login(UserFactory())
        assert client.get(self.url(started)).status_code == 404

    def test_without_anybody_to_invite_the_page_says_so(self, client):
        started = make_program(title="Alone", roles=(), members=0)
        client.force_login(started.administrator)
        assert "nobody to invite" in words(client.get(self.url(started)))


@pytest.mark.parametrize("people", [1, 30])
def test_pages_cost_the_same_for_few_and_for_many(client, lead, people):
    area = UnitFactory()
    for number in range(people):
        person = MembershipFactory(unit=area.add_child(code=f"t{number}", name=f"Team {number}", kind="team")).person
        PersonaAssignment.objects.create(person=person, persona=Persona.COACH)
    client.post(page("charter"), charter())
    client.post(page("people"), {"area": area.pk, "units": [area.pk]})
    costs = {}
    for name in ("people", "roles", "dates", "review"):
        with CaptureQueriesContext(connection) as queries:
            client.get(page(name))
        costs[name] = len(queries)
    assert costs == {"people": 15, "roles": 13, "dates": 6, "review": 16}
