"""What people and the works council are told, and what the works council does not see."""

import pytest
from django.urls import reverse

from rollout.evidence import SOURCES
from rollout.privacy import READ_BY_SOURCES, REGISTER
from rollout.services.statements import claim_item, confirm_item, withdraw_statement
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, hold_role, make_program

pytestmark = pytest.mark.django_db
KEY = "works_council_informed"


@pytest.fixture
def started() -> StartedProgram:
    return make_program(members=3)


def page(client, started, person) -> str:
    client.force_login(person)
    response = client.get(reverse("rollout:works_council", args=[started.program.slug]))
    assert response.status_code == 200
    return response.content.decode()


class TestWorksCouncilPage:
    def test_shows_the_register_and_what_is_read(self, client, started):
        shown = page(client, started, started.works_council)
        assert REGISTER[0].what in shown
        assert READ_BY_SOURCES["training_completed"] in shown
        assert started.works_council.get_full_name() in shown

    def test_says_when_the_works_council_was_informed_and_with_which_document(self, client, started):
        claim_item(
            item=started.item(KEY), actor=started.project_lead, text="On the works meeting.", link="https://intranet/wc"
        )
        assert "has not yet confirmed" in page(client, started, started.works_council)
        confirm_item(item=started.item(KEY), actor=started.works_council)
        shown = page(client, started, started.works_council)
        assert "was informed and confirmed it on" in shown
        assert "https://intranet/wc" in shown

    def test_a_confirmation_that_was_taken_back_is_none(self, client, started):
        claim_item(item=started.item(KEY), actor=started.project_lead)
        confirm_item(item=started.item(KEY), actor=started.works_council)
        withdraw_statement(item=started.item(KEY), actor=started.works_council, text="Not complete.")
        assert "has not yet confirmed" in page(client, started, started.works_council)

    def test_members_of_a_roster_may_read_it(self, client, started):
        shown = page(client, started, started.members[0])
        assert "History of the program" not in shown

    def test_names_nobody_on_the_roster(self, client, started):
        shown = page(client, started, started.works_council)
        assert not any(member.get_full_name() in shown for member in started.members)

    def test_strangers_and_those_who_left_the_wave_do_not_know_it(self, client, started):
        started.wave.roster.filter(person=started.members[0]).update(left_on="2026-01-01")
        for person in (UserFactory(), started.members[0]):
            client.force_login(person)
            response = client.get(reverse("rollout:works_council", args=[started.program.slug]))
            assert response.status_code == 404

    @pytest.mark.parametrize("members", [1, 60])
    def test_costs_the_same_for_one_member_and_for_many(self, client, members, django_assert_num_queries):
        started = make_program(members=members)
        client.force_login(started.works_council)
        url = reverse("rollout:works_council", args=[started.program.slug])
        client.get(url)
        with django_assert_num_queries(7):
            client.get(url)


class TestWhatTheWorksCouncilDoesNotSee:
    def test_pages_about_individual_people_say_why_and_where_to_go(self, client, started):
        client.force_login(started.works_council)
        for name, more in (("board", []), ("roster", [0]), ("gate", [0, "coaching"]), ("dossier", [0, "coaching"])):
            response = client.get(reverse(f"rollout:{name}", args=[started.program.slug, *more]))
            assert response.status_code == 409
            shown = response.content.decode()
            assert "works council does not see" in shown
            assert reverse("rollout:works_council", args=[started.program.slug]) in shown

    def test_their_own_question_can_be_answered(self, client, started):
        claim_item(item=started.item(KEY), actor=started.project_lead)
        client.force_login(started.works_council)
        address = [started.program.slug, 0, "key_people", KEY]
        assert client.get(reverse("rollout:item", args=address)).status_code == 200
        response = client.post(reverse("rollout:item_state", args=address), {"deed": "confirm", "confirm-text": ""})
        assert response.url == reverse("rollout:item", args=address)
        assert started.item(KEY).statements.last().kind == "confirmed"

    def test_their_own_charter_can_be_accepted(self, client, started):
        client.force_login(started.works_council)
        address = [started.program.slug, "works_council"]
        assert client.get(reverse("rollout:charter", args=address)).status_code == 200
        assert client.post(reverse("rollout:charter_accept", args=address), follow=True).status_code == 200

    def test_other_questions_cannot_be_read(self, client, started):
        client.force_login(started.works_council)
        address = [started.program.slug, 0, "coaching", "training_finished"]
        assert client.get(reverse("rollout:item", args=address)).status_code == 409

    def test_history_names_who_did_it_and_not_whom_it_was_about(self, client, started):
        from rollout.services.roles import assign_role

        person = UserFactory(first_name="Ada", last_name="Lind")
        assign_role(slot=started.slot("champion"), person=person, actor=started.project_lead)
        client.force_login(started.works_council)
        shown = client.get(reverse("rollout:history", args=[started.program.slug])).content.decode()
        assert f"<strong>{started.project_lead.get_full_name()}</strong> gave somebody the role Champion" in shown
        assert "Ada Lind" not in shown

    def test_somebody_who_carries_the_program_besides_sees_it_all(self, client, started):
        hold_role(started, "coach", person=started.works_council)
        client.force_login(started.works_council)
        assert client.get(reverse("rollout:board", args=[started.program.slug])).status_code == 200


class TestEverybodysPage:
    def test_lists_the_register_and_ones_own_programs(self, client, started):
        make_program(title="Elsewhere", members=0)
        client.force_login(started.members[0])
        shown = client.get(reverse("rollout:privacy")).content.decode()
        assert REGISTER[-1].what in shown
        assert reverse("rollout:works_council", args=[started.program.slug]) in shown
        assert "Elsewhere" not in shown

    def test_stands_at_the_foot_of_every_page(self, client, started):
        client.force_login(started.members[0])
        assert f'href="{reverse("rollout:privacy")}"' in client.get(reverse("rollout:programs")).content.decode()


def test_every_evidence_source_says_what_it_reads():
    assert set(READ_BY_SOURCES) == set(SOURCES)
