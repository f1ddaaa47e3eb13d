"""The page on which people let somebody else decide."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from people.api import today
from rollout.models import Delegation
from rollout.services.delegations import delegate_decisions
from rollout.services.gates import submit_gate
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, answer_step, hold_role, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started() -> StartedProgram:
    return make_program(members=2)


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def url(started, name="delegations", *args) -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, *args])


def posted(started, person, **changed) -> dict[str, object]:
    return {
        "from_person": started.sponsor.pk,
        "who": person.email,
        "role_key": "",
        "starts_on": today().isoformat(),
        "ends_on": (today() + timedelta(days=7)).isoformat(),
        "reason": "On leave.",
        **changed,
    }


def make(started, person) -> Delegation:
    return delegate_decisions(
        program=started.program,
        from_person=started.sponsor,
        to_person=person,
        actor=started.sponsor,
        starts_on=today(),
        ends_on=today() + timedelta(days=7),
        reason="On leave.",
    )


def test_the_sponsor_delegates_and_everybody_reads_it(client, started):
    person = UserFactory()
    client.force_login(started.sponsor)
    assert "Nobody decides in somebody else's name" in words(client.get(url(started)))
    response = client.post(url(started), posted(started, person), follow=True)
    assert f"{person.get_full_name()} decides for {started.sponsor.get_full_name()}" in words(response)
    assert Delegation.objects.get().to_person == person
    client.force_login(started.coach)
    assert f"{person.get_full_name()} decides for" in words(client.get(url(started, "roles")))
    assert "You have no such role" not in words(client.get(url(started)))


def test_a_refusal_keeps_what_was_typed(client, started):
    deputy = hold_role(started, "sponsor", is_deputy=True)
    client.force_login(started.sponsor)
    response = client.post(url(started), posted(started, deputy, reason="Three weeks in Norway"))
    assert response.status_code == 409
    assert "decides in their own right" in words(response)
    assert "Three weeks in Norway" in words(response)


def test_errors_stand_at_their_fields(client, started):
    client.force_login(started.sponsor)
    response = client.post(url(started), posted(started, UserFactory(), who="Nobody", ends_on="soon"))
    assert set(response.context["form"].errors) == {"who", "ends_on"}
    response = client.post(url(started), posted(started, UserFactory(), from_person=started.members[0].pk))
    assert "from_person" in response.context["form"].errors


def test_the_lead_chooses_whose_decisions(client, started):
    client.force_login(started.project_lead)
    page = words(client.get(url(started)))
    assert f'<option value="{started.sponsor.pk}">' in page
    client.post(url(started), posted(started, UserFactory()))
    assert Delegation.objects.get().created_by == started.project_lead


def test_is_taken_back_once(client, started):
    made = make(started, UserFactory())
    client.force_login(started.sponsor)
    assert "Holds now" in words(client.get(url(started)))
    response = client.post(url(started, "delegation_revoke", made.pk), {"reason": "Back"}, follow=True)
    assert "The delegation is taken back." in words(response)
    assert client.post(url(started, "delegation_revoke", made.pk)).status_code == 409
    assert client.post(url(started, "delegation_revoke", 999_999)).status_code == 404


def test_a_delegate_sees_the_program_only_while_it_holds(client, started):
    person = UserFactory()
    made = make(started, person)
    client.force_login(person)
    assert client.get(url(started, "board")).status_code == 200
    assert started.program.title in words(client.get(reverse("rollout:programs")))
    assert "there is nothing to delegate" in words(client.get(url(started))) or "cannot be passed on" in words(
        client.get(url(started))
    )
    made.revoked_at = made.created_at
    made.save()
    assert client.get(url(started, "board")).status_code == 404


def test_the_gate_room_says_for_whom_one_decides(client, started):
    answer_step(started, "prerequisites")
    person = UserFactory()
    make(started, person)
    submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    gate = reverse("rollout:gate", args=[started.program.slug, 0, "prerequisites"])
    client.force_login(person)
    assert f"You decide for {started.sponsor.get_full_name()}" in words(client.get(gate))
    client.force_login(started.coach)
    assert f"or {person.get_full_name()} for {started.sponsor.get_full_name()}" in words(client.get(gate))
    client.force_login(person)
    client.post(f"{gate}decide/", {"submission": submission.pk, "outcome": "go", "reason": ""})
    page = words(client.get(gate))
    assert f"{person.get_full_name()} for {started.sponsor.get_full_name()}" in page


def test_a_delegation_without_the_role_says_so(client, started):
    make(started, UserFactory())
    started.slot("sponsor").assignments.update(ended_on=today())
    client.force_login(started.project_lead)
    assert "no longer holds the role" in words(client.get(url(started)))


@pytest.mark.parametrize("many", [1, 12])
def test_the_page_costs_the_same_for_one_and_many(client, started, django_assert_num_queries, many):
    for number in range(many):
        made = make(started, UserFactory())
        Delegation.objects.filter(pk=made.pk).update(
            starts_on=today() - timedelta(days=40 + number), ends_on=today() - timedelta(days=20)
        )
    client.force_login(started.sponsor)
    client.get(url(started))
    with django_assert_num_queries(5):
        client.get(url(started))
