"""The preview of reminders: who would get what, and why somebody would not."""

import pytest
from django.urls import reverse

from rollout.models import ReminderSent
from rollout.services.reminders import send_reminders
from tests.factories.rollout import StartedProgram, make_program

pytestmark = pytest.mark.django_db


def url(started: StartedProgram) -> str:
    return reverse("rollout:remind", args=[started.program.slug])


def test_the_preview_shows_everybody_and_what_their_mail_lists(client):
    started = make_program()
    client.force_login(started.project_lead)
    html = client.get(url(started)).content.decode()
    assert started.people_lead.get_full_name() in html
    assert started.people_lead.email in html
    assert "This is on your own list" in html
    assert "Send to everybody ticked" in html


def test_who_may_not_remind_sees_why(client):
    started = make_program()
    client.force_login(started.coach)
    html = client.get(url(started)).content.decode()
    assert "People are reminded by" in html
    assert client.post(url(started), {"people": [started.people_lead.pk]}).status_code == 409
    assert not ReminderSent.objects.exists()


def test_only_those_ticked_get_a_mail(client):
    started = make_program()
    client.force_login(started.project_lead)
    data = {"people": [started.people_lead.pk], "opening": "please look."}
    response = client.post(url(started), data, follow=True)
    assert ReminderSent.objects.get().person_id == started.people_lead.pk
    html = response.content.decode()
    assert "will get one mail" in html
    assert "Reminded today" in html


def test_nobody_ticked_is_said_on_the_page(client):
    started = make_program()
    client.force_login(started.project_lead)
    response = client.post(url(started), {"opening": "please look."})
    assert response.status_code == 409
    assert "Choose at least one person" in response.content.decode()
    assert "please look." in response.content.decode()


def test_a_person_who_owes_nothing_any_more_is_told_not_lost(client):
    started = make_program()
    client.force_login(started.project_lead)
    response = client.post(url(started), {"people": ["999999"]})
    assert response.status_code == 409
    assert "owes nothing any more" in response.content.decode()


def test_a_finding_offers_to_remind_exactly_those_it_names(client):
    started = make_program(open_step="coaching", courses=True, members=8)
    item = started.item("training_finished")
    client.force_login(started.project_lead)
    page = reverse("rollout:item", args=[started.program.slug, 0, "coaching", item.key])
    assert f"{url(started)}?item={item.pk}" in client.get(page).content.decode()
    html = client.get(url(started), {"item": item.pk}).content.decode()
    assert html.count('name="people"') == 8 + 3  # the roster, and the role holders but for the reader
    assert "Sent lately" not in html


def test_a_question_of_another_program_is_not_found(client):
    started, other = make_program(), make_program(title="Other")
    client.force_login(started.project_lead)
    for asked in (other.item("open_to_change").pk, "x"):
        assert client.get(url(started), {"item": asked}).status_code == 404


def test_the_page_tells_how_far_the_last_mails_have_come(client):
    started = make_program()
    send_reminders(program=started.program, actor=started.project_lead, person_ids=[started.people_lead.pk])
    client.force_login(started.project_lead)
    assert "0 of 1 sent" in client.get(url(started)).content.decode()
    ReminderSent.objects.update(delivery=ReminderSent.Delivery.FAILED)
    assert "1 not delivered" in client.get(url(started)).content.decode()


@pytest.mark.parametrize("members", [10, 45])
def test_the_preview_costs_the_same_for_few_and_many(client, django_assert_num_queries, members):
    started = make_program(members=members, open_step="coaching", courses=True)
    client.force_login(started.project_lead)
    client.get(url(started))
    with django_assert_num_queries(23):
        client.get(url(started))
