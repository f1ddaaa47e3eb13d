"""The page of the due dates, and the preview before the first cycle moves."""

from datetime import date

import pytest
from django.urls import reverse

from rollout.models import ChecklistItem
from rollout.services.programs import set_wave_dates
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(client):
    started = make_program(open_step="coaching", starts_in_weeks=None)
    set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=date(2026, 4, 6))
    client.force_login(started.project_lead)
    return started


def url(started, name: str, *more: str) -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, 0, *more])


def test_moving_the_cycle_is_previewed_and_changes_nothing_until_confirmed(client, started):
    posted = {"starts_on": "2026-05-04", "ends_on": ""}
    page = client.post(url(started, "wave_dates"), posted)
    assert "Nothing has changed yet" in page.content.decode()
    assert started.fresh_wave().starts_on == date(2026, 4, 6)
    seen = page.context["preview"].digest
    confirmed = {"starts_on": "2026-05-04", "ends_on": "2026-08-02", "seen": seen}
    assert client.post(url(started, "wave_dates"), confirmed).status_code == 302
    assert started.fresh_wave().starts_on == date(2026, 5, 4)
    assert client.post(url(started, "wave_dates"), {**confirmed, "starts_on": "2026-06-01"}).status_code == 409


def test_every_date_stands_there_with_its_rule(client, started):
    page = client.get(url(started, "due_dates")).content.decode()
    assert "Every date follows the playbook" in page
    assert "1 week before the first day of the first cycle" in page
    assert "so its dates are history" in page


def test_dates_that_no_longer_follow_are_shown_and_moved(client, started):
    ChecklistItem.objects.filter(key="training_finished").update(due_on=date(2026, 3, 2))
    page = client.get(url(started, "due_dates"))
    assert "no longer follows the playbook" in page.content.decode()
    assert client.post(url(started, "due_dates"), {"seen": "old"}).status_code == 409
    response = client.post(url(started, "due_dates"), {"seen": page.context["digest"]}, follow=True)
    assert "1 date moved" in response.content.decode()


def test_one_date_is_set_by_hand_and_given_back(client, started):
    item = started.item("training_finished")
    address = url(started, "item_due_date", "coaching", item.key)
    page = client.post(address, {f"item-{item.pk}-due_on": "2026-04-30"}, follow=True).content.decode()
    assert "set by hand" in page
    assert started.item(item.key).due_on == date(2026, 4, 30)
    page = client.post(address, {f"item-{item.pk}-due_on": "2026-04-30", "playbook": "1"}, follow=True)
    assert "follows the playbook again" in page.content.decode()
    assert started.item(item.key).due_on == date(2026, 3, 30)
    assert "Enter a valid date" in client.post(address, {f"item-{item.pk}-due_on": "soon"}).content.decode()


def test_gate_is_set_by_hand_and_a_passed_one_refuses(client, started):
    step = started.step("coaching")
    client.post(url(started, "gate_due_date", "coaching"), {f"gate-{step.pk}-due_on": "2026-05-04"})
    assert started.step("coaching").target_on == date(2026, 5, 4)
    passed = started.step("goal")
    response = client.post(url(started, "gate_due_date", "goal"), {f"gate-{passed.pk}-due_on": "2026-05-04"})
    assert response.status_code == 409


def test_others_read_the_dates_and_change_none(client, started):
    client.force_login(started.coach)
    assert "changed by the project lead" in client.get(url(started, "due_dates")).content.decode()
    assert client.post(url(started, "due_dates")).status_code == 409
    assert client.post(url(started, "wave_dates"), {"starts_on": "2026-05-04"}).status_code == 409


def test_page_costs_the_same_whatever_moves(client, started, django_assert_num_queries):
    address = url(started, "due_dates")
    client.get(address)
    with django_assert_num_queries(10):
        client.get(address)
