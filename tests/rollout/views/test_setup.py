"""Starting and setting up a program: roles, parameters, roster, dates, meetings, commitments."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from people.api import PROJECT_LEADS, today
from rollout.models import Meeting, Program, RoleAssignment
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.rollout import StartedProgram, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(client) -> StartedProgram:
    started = make_program()
    client.force_login(started.project_lead)
    return started


def url(started: StartedProgram, name: str, *more: object) -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, *more])


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


class TestStarting:
    def test_nobody_elses_programs_are_listed_and_the_empty_list_teaches(self, client, started):
        lead = UserFactory()
        lead.groups.add(Group.objects.get_or_create(name=PROJECT_LEADS)[0])
        client.force_login(lead)
        page = words(client.get(reverse("rollout:programs")))
        assert started.program.title not in page
        assert "Start a program" in page
        client.force_login(UserFactory())
        assert "Start a program" not in words(client.get(reverse("rollout:programs")))


class TestRoles:
    def test_somebody_gets_a_role_by_name_or_address(self, client, started):
        person = UserFactory(first_name="Clara", last_name="Weiß")
        client.post(url(started, "role_assign", "champion"), {"champion-who": "clara weiß"})
        client.post(url(started, "role_assign", "coach"), {"coach-who": person.email, "coach-is_deputy": "on"})
        assert RoleAssignment.objects.filter(person=person).count() == 2

    @pytest.mark.parametrize(
        ("who", "reason"), [("Nobody Here", "Nobody in the company"), ("Same Name", "Several people have this name")]
    )
    def test_unclear_names_are_refused_with_addresses(self, client, started, who, reason):
        for _ in range(2):
            UserFactory(first_name="Same", last_name="Name")
        response = client.post(url(started, "role_assign", "champion"), {"champion-who": who})
        assert reason in words(response)

    def test_ends_and_unknown_roles(self, client, started):
        assignment = started.slot("coach").assignments.get()
        client.post(url(started, "role_end", assignment.pk))
        assignment.refresh_from_db()
        assert assignment.ended_on is not None
        assert client.post(url(started, "role_assign", "king"), {"king-who": "x"}).status_code == 404

    def test_others_are_refused(self, client, started):
        client.force_login(started.coach)
        response = client.post(url(started, "role_assign", "champion"), {"champion-who": started.coach.email})
        assert response.status_code == 409
        assert "This is changed by the project lead" in words(response)


class TestParameters:
    def test_outside_a_rule_of_thumb_is_a_warning(self, client, started):
        response = client.post(url(started, "parameters"), {"pilot_size": 40}, follow=True)
        assert Program.objects.get().pilot_size == 40
        assert "Pilots outside 100 to 250 people" in words(response)

    def test_a_wrong_value_is_named_by_field(self, client, started):
        response = client.post(url(started, "parameters"), {"success_score": "1.4", "pilot_size": "many"})
        assert set(response.context["form"].errors) == {"success_score", "pilot_size"}

    def test_others_are_refused(self, client, started):
        client.force_login(started.coach)
        assert client.post(url(started, "parameters"), {"pilot_size": 40}).status_code == 409
        assert Program.objects.get().pilot_size is None


class TestRoster:
    @pytest.fixture
    def loose(self, client) -> StartedProgram:
        started = make_program(frozen=False, title="Loose")
        client.force_login(started.project_lead)
        return started

    def test_takes_a_unit_and_addresses_and_freezes_after_confirmation(self, client, loose):
        inside, outside = MembershipFactory(), MembershipFactory()
        posted = {"unit": inside.unit.pk, "emails": f"<{outside.person.email.upper()}>, "}
        client.post(url(loose, "roster_add", 0), posted)
        assert loose.wave.roster.filter(person__in=[inside.person, outside.person]).count() == 2
        assert "Please confirm" in words(client.post(url(loose, "roster_freeze", 0)))
        client.post(url(loose, "roster_freeze", 0), {"confirmed": "yes"})
        assert loose.fresh_wave().roster_frozen_on == today()
        assert client.post(url(loose, "roster_freeze", 0), {"confirmed": "yes"}).status_code == 409

    @pytest.mark.parametrize(
        ("posted", "reason"),
        [({}, "Choose a unit or enter"), ({"emails": "nobody@example.com"}, "Nobody in the company has these")],
    )
    def test_says_what_is_wrong(self, client, loose, posted, reason):
        assert reason in words(client.post(url(loose, "roster_add", 0), posted))

    def test_people_are_removed_before_and_leave_after_freezing(self, client, loose):
        first, second = loose.wave.roster.all()[:2]
        client.post(url(loose, "roster_remove", 0, first.pk))
        assert not loose.wave.roster.filter(pk=first.pk).exists()
        client.post(url(loose, "roster_freeze", 0), {"confirmed": "yes"})
        client.post(url(loose, "roster_remove", 0, second.pk))
        second.refresh_from_db()
        assert second.left_on == today()

    def test_a_frozen_one_takes_joiners_only(self, client, started):
        joiner = MembershipFactory()
        assert "is frozen" in words(client.post(url(started, "roster_add", 0), {"unit": joiner.unit.pk}))
        client.post(url(started, "roster_add", 0), {"emails": joiner.person.email})
        assert started.wave.roster.get(person=joiner.person).counts_from == today() + timedelta(days=30)

    def test_is_filtered_by_team_and_name(self, client, started):
        team = started.teams[0]
        response = client.get(url(started, "roster", 0), {"team": team.pk, "q": "member0"})
        assert [member.person.first_name for member in response.context["page_obj"]] == ["Member0"]


class TestMeetingsAndCommitments:
    def test_a_series_is_planned_for_all_teams(self, client, started):
        posted = {"kind": "planning", "planning-starts_on": "2027-01-11", "planning-starts_at": "09:00"}
        response = client.post(url(started, "meetings", 0), posted, follow=True)
        assert "2 dates planned." in words(response)
        assert Meeting.objects.count() == 2

    def test_wrong_dates_and_unknown_kinds(self, client, started):
        response = client.post(url(started, "meetings", 0), {"kind": "planning", "planning-starts_on": "soon"})
        assert "planning-starts_on" in words(response)
        assert client.post(url(started, "meetings", 0), {"kind": "party"}).status_code == 404
        posted = {"starts_on": "2027-03-01", "ends_on": "2027-01-01"}
        assert client.post(url(started, "wave_dates", 0), posted).status_code == 409

    def test_dates_give_every_gate_its_due_day(self, client, started):
        client.post(url(started, "wave_dates", 0), {"starts_on": "2027-01-11"})
        assert started.step("coaching").target_on is not None
        assert client.get(url(started, "wave_dates", 0)).url.endswith("/meetings/#dates")

    def test_locked_commitments_say_why(self, client, started):
        board = words(client.get(url(started, "board")))
        assert "Enrollment can be opened once step" in board
        for name in ("open_enrollment", "start_cycle"):
            response = client.post(url(started, name, 0))
            assert response.status_code == 409
            assert "has to be passed first" in words(response)
