"""The pages of the meetings: made at once after a look, listed, moved and called off one by one."""

from datetime import date

import pytest
from django.urls import reverse

from people.api import today
from rollout.models import Meeting
from rollout.services.meetings import generate_meetings
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started(client):
    started = make_program(members=4, teams=2)
    client.force_login(started.project_lead)
    return started


def url(started, name: str, *more: int) -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, 0, *more])


def test_all_meetings_are_looked_at_and_then_made(client, started):
    address = url(started, "meetings_generate")
    page = client.get(address, {"planning": "10:15"})
    assert "Nothing has changed yet" in page.content.decode()
    assert not Meeting.objects.exists()
    times = {key: f"{at:%H:%M}" for key, at in page.context["plan"].times.items()}
    assert times["planning"] == "10:15"
    assert client.post(address, {**times, "seen": "old"}).status_code == 409
    posted = {**times, "seen": page.context["plan"].digest}
    assert "planned, 0 moved, 0 called off" in client.post(address, posted, follow=True).content.decode()
    assert "All meetings stand as the playbook wants them" in client.get(address).content.decode()


def test_time_that_is_none_is_asked_for_again(client, started):
    address = url(started, "meetings_generate")
    assert "Enter a valid time" in client.get(address, {"planning": "noon"}).content.decode()
    assert "Enter a valid time" in client.post(address, {"planning": "noon"}).content.decode()


def test_without_dates_of_the_cycle_the_page_says_where_to_set_them(client, started):
    started.wave.starts_on = started.wave.ends_on = None
    started.wave.save()
    assert "Set the dates" in client.get(url(started, "meetings_generate")).content.decode()


def test_one_meeting_is_moved_and_called_off(client, started):
    generate_meetings(wave=started.wave, actor=started.project_lead)
    meeting = Meeting.objects.filter(kind="planning").first()
    posted = {
        f"move-{meeting.pk}-starts_on": date(2031, 5, 6),
        f"move-{meeting.pk}-starts_at": "14:00",
        f"move-{meeting.pk}-minutes": 90,
    }
    page = client.post(url(started, "meeting_move", meeting.pk), posted, follow=True).content.decode()
    assert "changed by hand" in page
    meeting.refresh_from_db()
    assert (meeting.starts_at.date(), meeting.minutes) == (date(2031, 5, 6), 90)
    address = url(started, "meeting_cancel", meeting.pk)
    assert "This field is required" in client.post(address).content.decode()
    page = client.post(address, {f"cancel-{meeting.pk}-reason": "Trade fair"}, follow=True).content.decode()
    assert "Trade fair" in page
    assert client.post(url(started, "meeting_move", meeting.pk), posted).status_code == 409


def test_list_is_filtered_by_kind_team_and_time(client, started):
    generate_meetings(wave=started.wave, actor=started.project_lead)
    team = started.teams[0]
    address = url(started, "meeting_list")
    page = client.get(address, {"kind": "planning", "team": team.pk})
    assert [row["meeting"].team for row in page.context["rows"]] == [team]
    Meeting.objects.filter(kind="planning").update(starts_at=f"{today().year - 1}-01-05T09:00Z")
    assert "No meetings here" in client.get(address, {"kind": "planning"}).content.decode()
    assert len(client.get(address, {"kind": "planning", "past": "1"}).context["rows"]) == 2


def test_others_look_and_change_nothing(client, started):
    generate_meetings(wave=started.wave, actor=started.project_lead)
    meeting = Meeting.objects.first()
    client.force_login(started.coach)
    assert "changed by the project lead" in client.get(url(started, "meeting_list")).content.decode()
    cancelled = client.post(url(started, "meeting_cancel", meeting.pk), {f"cancel-{meeting.pk}-reason": "No"})
    assert cancelled.status_code == 409
    assert client.post(url(started, "meeting_cancel", 987654)).status_code == 404


@pytest.mark.parametrize("teams", [2, 30])
def test_list_costs_the_same_for_many_teams(client, django_assert_num_queries, teams):
    started = make_program(title="Many", members=teams, teams=teams)
    generate_meetings(wave=started.wave, actor=started.project_lead)
    client.force_login(started.project_lead)
    client.get(url(started, "meeting_list"))
    with django_assert_num_queries(9):
        client.get(url(started, "meeting_list"))
