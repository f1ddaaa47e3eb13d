"""The page of all roles and the page of a charter, as the lead, a holder and others see them."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from people.api import today
from rollout.models import CharterAcceptance, ExternalHolder, RoleAssignment
from tests.factories.courses import make_course
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, accept_charters, hold_role, make_program, name_outsider

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(client) -> StartedProgram:
    started = make_program(members=4, teams=2)
    client.force_login(started.project_lead)
    return started


def url(started: StartedProgram, name: str, *more: object) -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, *more])


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


class TestRolesPage:
    def test_says_what_is_vacant_and_how_many_charters_are_open(self, client, started):
        assert "Every role has the people it needs. 5 charters are not accepted yet." in words(
            client.get(url(started, "roles"))
        )
        accept_charters(started)
        RoleAssignment.objects.filter(slot__key="coach").update(ended_on=today())
        page = words(client.get(url(started, "roles")))
        assert "1 of 7 roles need more people: OKR coach." in page
        assert "not accepted yet" not in page

    def test_deputies_have_dates_and_may_be_agreed_ahead(self, client, started):
        first, last = today() + timedelta(days=5), today() + timedelta(days=20)
        posted = {
            "sponsor-who": UserFactory(first_name="Ida", last_name="Holm").email,
            "sponsor-is_deputy": "on",
            "sponsor-started_on": first.isoformat(),
            "sponsor-until": last.isoformat(),
        }
        page = words(client.post(url(started, "role_assign", "sponsor"), posted, follow=True))
        assert "Deputy, agreed" in page
        assignment = RoleAssignment.objects.get(until=last)
        assert (assignment.started_on, assignment.is_deputy) == (first, True)
        assert started.sponsor.pk
        assert not RoleAssignment.objects.open().filter(pk=assignment.pk).exists()

    def test_somebody_from_outside_is_named_with_their_contact_and_ends(self, client, started):
        until = today() + timedelta(days=60)
        posted = {
            "coach-outside-name": "Mara Lindt",
            "coach-outside-company": "Fernblick",
            "coach-outside-contact": started.people_lead.email,
            "coach-outside-until": until.isoformat(),
        }
        page = words(client.post(url(started, "external_name", "coach"), posted, follow=True))
        assert "Mara Lindt" in page
        assert "Fernblick, until" in page
        external = ExternalHolder.objects.get()
        assert external.contact == started.people_lead
        client.post(url(started, "external_end", external.pk))
        external.refresh_from_db()
        assert external.ended_on == today()

    def test_role_that_decides_stays_inside_and_the_form_is_not_offered(self, client, started):
        assert "sponsor-outside" not in client.get(url(started, "roles")).content.decode()
        posted = {
            "sponsor-outside-name": "Mara",
            "sponsor-outside-contact": started.sponsor.email,
            "sponsor-outside-until": today().isoformat(),
        }
        response = client.post(url(started, "external_name", "sponsor"), posted)
        assert response.status_code == 409
        assert "held by somebody from inside" in words(response)

    def test_wrong_input_is_named_by_field(self, client, started):
        response = client.post(url(started, "external_name", "coach"), {"coach-outside-contact": "Nobody Here"})
        assert "Nobody in the company has this name" in words(response)
        response = client.post(url(started, "role_learning", "coach"), {"coach-learning-courses": ["moon"]})
        assert "moon is not one of the available choices" in words(response)

    def test_learning_is_settled_with_courses_or_a_reason(self, client, started):
        make_course("okr-rhythm", title="The rhythm")
        posted = {"champion-learning-courses": ["okr-rhythm"]}
        page = words(client.post(url(started, "role_learning", "champion"), posted, follow=True))
        assert "Finishes before launch: The rhythm" in page
        posted = {"champion-learning-nothing_because": "They know it all."}
        page = words(client.post(url(started, "role_learning", "champion"), posted, follow=True))
        assert "No course. They know it all." in page
        response = client.post(url(started, "role_learning", "champion"), {})
        assert response.status_code == 409
        assert "Choose the courses of this role" in words(response)

    @pytest.mark.parametrize("coaches", [1, 30])
    def test_costs_the_same_for_one_coach_and_for_many(self, client, started, coaches, django_assert_num_queries):
        for _ in range(coaches):
            hold_role(started, "coach")
            name_outsider(started, "coach")
        client.get(url(started, "roles"))
        with django_assert_num_queries(9):
            client.get(url(started, "roles"))

    def test_what_is_not_there_is_not_found(self, client, started):
        for name, more in (("external_end", 99), ("role_end", 99), ("external_charter", 99)):
            assert client.post(url(started, name, more)).status_code == 404
        for name in ("role_learning", "external_name", "charter_accept", "charter_write"):
            assert client.post(url(started, name, "king")).status_code == 404
        assert client.get(url(started, "charter", "king")).status_code == 404


class TestCharterPage:
    def test_holder_reads_and_accepts(self, client, started):
        client.force_login(started.coach)
        page = words(client.get(url(started, "charter", "coach")))
        assert "You help teams think; you do not write their OKRs for them." in page
        assert "I accept this charter" in page
        page = words(client.post(url(started, "charter_accept", "coach"), {"number": "1"}, follow=True))
        assert "You have accepted this charter" in page
        assert CharterAcceptance.objects.get().person == started.coach

    def test_old_edition_is_not_accepted(self, client, started):
        posted = {"text": "Purpose: help.\nTime: little.", "change_note": "Shorter."}
        page = words(client.post(url(started, "charter_write", "coach"), posted, follow=True))
        assert "Edition 2" in page
        assert "What changed: Shorter." in page
        assert "Earlier editions" in page
        client.force_login(started.coach)
        response = client.post(url(started, "charter_accept", "coach"), {"number": "1"})
        assert response.status_code == 409
        assert "new edition since you opened this page" in words(response)

    def test_lead_sees_who_has_not_accepted_and_records_paper(self, client, started):
        external = name_outsider(started, "coach")
        assert "2 of 2 who hold this role have not accepted it yet." in words(
            client.get(url(started, "charter", "coach"))
        )
        target = url(started, "external_charter", external.pk)
        assert "This field is required" in words(client.post(target, {}))
        page = words(client.post(target, {f"paper-{external.pk}-document": "Folder 7"}, follow=True))
        assert "Folder 7" in page
        assert "1 of 2 who hold this role has not accepted it yet." in page

    def test_others_read_it_and_are_told_who_accepts(self, client, started):
        client.force_login(started.sponsor)
        page = words(client.get(url(started, "charter", "coach")))
        assert "is accepted by those who hold the role" in page
        assert "Write a new edition" not in page
        response = client.post(url(started, "charter_write", "coach"), {"text": "x", "change_note": "y"})
        assert response.status_code == 409

    def test_vacant_role_teaches_and_strangers_find_nothing(self, client, started):
        assert "Nobody to accept it" in words(client.get(url(started, "charter", "champion")))
        client.force_login(UserFactory())
        assert client.get(url(started, "charter", "champion")).status_code == 404
