"""Calendars as calendar programs read them: without signing in, by a secret that can be ended."""

from datetime import date, timedelta

import icalendar
import pytest
from django.urls import reverse

from courses.models import Booking, WorkshopSession
from people.api import now
from rollout.models import ChecklistItem, Meeting, Program, Step
from rollout.services.feeds import renew_feed
from rollout.services.meetings import cancel_meeting, generate_meetings, move_meeting
from rollout.services.programs import set_wave_dates
from tests.factories.courses import make_course
from tests.factories.people import UserFactory
from tests.factories.rollout import answer_item, hold_role, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started():
    started = make_program(members=4, teams=2, open_step="coaching", starts_in_weeks=None)
    starts_on = now().date() + timedelta(weeks=8)
    set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=starts_on)
    return started


def feed_url(person, program=None) -> str:
    return reverse("rollout:calendar_feed", args=[renew_feed(actor=person, program=program)])


def events(response) -> dict[str, icalendar.Event]:
    assert response.status_code == 200
    found = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    return {event["uid"].split("@")[0]: event for event in found}


def test_member_finds_the_meetings_of_their_team_and_of_the_wave_without_signing_in(client, started):
    generate_meetings(wave=started.wave, actor=started.project_lead)
    response = client.get(feed_url(started.members[0]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["X-Robots-Tag"] == "noindex"
    mine = Meeting.objects.filter(team=started.teams[0]) | Meeting.objects.filter(team=None)
    assert set(events(response)) == {f"meeting-{meeting.pk}" for meeting in mine}


def test_move_and_cancellation_reach_the_calendar(client, started):
    generate_meetings(wave=started.wave, actor=started.project_lead)
    url = feed_url(started.members[0])
    meeting = Meeting.objects.get(kind="planning", team=started.teams[0])
    later = meeting.starts_at + timedelta(hours=3)
    move_meeting(meeting=meeting, actor=started.project_lead, starts_at=later)
    event = events(client.get(url))[f"meeting-{meeting.pk}"]
    assert (event.decoded("dtstart"), event["sequence"], event["status"]) == (later, 1, "CONFIRMED")
    cancel_meeting(meeting=meeting, actor=started.project_lead, reason="Trade fair")
    event = events(client.get(url))[f"meeting-{meeting.pk}"]
    assert (event["sequence"], event["status"]) == (2, "CANCELLED")
    assert "Trade fair" in event["description"]


def test_role_holder_finds_gates_and_the_questions_that_wait_for_them(client, started):
    url = feed_url(started.project_lead)
    found = events(client.get(url))
    step = started.step("coaching")
    assert found[f"gate-{step.pk}"].decoded("dtstart") == step.target_on
    assert f"gate-{started.step('goal').pk}" not in found
    item = ChecklistItem.objects.filter(
        step__state=Step.State.LOCKED, responsible="project_lead", verification="document"
    ).first()
    assert found[f"item-{item.pk}"].decoded("dtstart") == item.due_on
    others = ChecklistItem.objects.exclude(responsible="project_lead").values_list("pk", flat=True)
    assert not {f"item-{pk}" for pk in others} & set(found)
    answer_item(started, item.key)
    assert f"item-{item.pk}" not in events(client.get(url))


def test_sessions_are_in_it_also_when_they_were_called_off(client, started):
    person = started.members[0]
    start = now() + timedelta(days=9)
    session = WorkshopSession.objects.create(
        course=make_course(),
        title="Drafting workshop",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        place="Room 3",
        seats=9,
        state=WorkshopSession.State.CANCELLED,
    )
    url = feed_url(person)
    assert f"session-{session.pk}" not in events(client.get(url))
    booking = Booking.objects.create(session=session, person=person)
    event = events(client.get(url))[f"session-{session.pk}"]
    assert (event["status"], event["location"], event["summary"]) == ("CANCELLED", "Room 3", "Drafting workshop")
    booking.state = Booking.State.CANCELLED
    booking.save()
    session.lead_trainer = person
    session.save()
    assert f"session-{session.pk}" in events(client.get(url))


def test_program_calendar_has_every_team_and_ends_with_the_right_to_see_it(client, started):
    generate_meetings(wave=started.wave, actor=started.project_lead)
    champion = hold_role(started, "champion")
    url = feed_url(champion, started.program)
    found = events(client.get(url))
    assert len([key for key in found if key.startswith("meeting-")]) == Meeting.objects.count()
    assert f"gate-{started.step('coaching').pk}" in found
    started.slot("champion").assignments.update(ended_on=date(2026, 1, 5))
    assert client.get(url).status_code == 404


def test_stopped_program_leaves_the_calendars_of_its_people(client, started):
    url = feed_url(started.project_lead)
    Program.objects.update(state=Program.State.STOPPED)
    Step.objects.exclude(state=Step.State.PASSED).update(state=Step.State.STOPPED)
    assert events(client.get(url)) == {}


def test_unknown_revoked_and_left_are_not_found(client, started):
    person = started.members[0]
    url = feed_url(person)
    assert client.head(url).status_code == 200
    assert client.post(url).status_code == 405
    person.is_active = False
    person.save()
    assert client.get(url).status_code == 404
    assert client.get(reverse("rollout:calendar_feed", args=["guess"])).status_code == 404


def test_unchanged_calendar_is_not_sent_twice(client, started):
    url = feed_url(started.project_lead)
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Last-Modified"].endswith("GMT")
    assert client.get(url, headers={"If-None-Match": '"old"'}).status_code == 200


def test_address_that_is_asked_too_often_is_told_to_wait(client, started):
    url = feed_url(started.members[0])
    answers = [client.get(url).status_code for _ in range(31)]
    assert (answers[29], answers[30]) == (200, 429)


@pytest.mark.parametrize("programs", [1, 4])
def test_feed_costs_the_same_for_many_programs(client, django_assert_num_queries, programs):
    person = UserFactory()
    for number in range(programs):
        started = make_program(title=f"Program {number}", members=2, teams=1)
        hold_role(started, "champion", person=person)
        set_wave_dates(wave=started.wave, actor=started.project_lead, starts_on=now().date() + timedelta(weeks=9))
        generate_meetings(wave=started.wave, actor=started.project_lead)
    url = feed_url(person)
    client.get(url)
    with django_assert_num_queries(9):
        client.get(url)


class TestPage:
    def test_secret_is_shown_once_and_works(self, client, started):
        client.force_login(started.project_lead)
        url = reverse("rollout:calendar")
        assert "No address yet" in client.get(url).content.decode()
        page = client.post(reverse("rollout:calendar_renew"), follow=True)
        address = page.context["rows"][0]["url"]
        assert address in page.content.decode()
        assert client.get(address.removeprefix("http://testserver")).status_code == 200
        page = client.get(url).content.decode()
        assert "Address works" in page
        assert address not in page

    def test_program_has_an_address_of_its_own_that_is_revoked(self, client, started):
        client.force_login(started.project_lead)
        posted = {"program": started.program.slug}
        page = client.post(reverse("rollout:calendar_renew"), posted, follow=True)
        address = page.context["rows"][1]["url"].removeprefix("http://testserver")
        assert client.get(address).status_code == 200
        assert (
            "no longer works" in client.post(reverse("rollout:calendar_revoke"), posted, follow=True).content.decode()
        )
        assert client.get(address).status_code == 404
        assert client.post(reverse("rollout:calendar_revoke"), posted).status_code == 404

    def test_program_that_is_hidden_is_not_found(self, client, started):
        client.force_login(UserFactory())
        for program in (started.program.slug, "nothing"):
            posted = {"program": program}
            assert client.post(reverse("rollout:calendar_renew"), posted).status_code == 404

    def test_visitors_sign_in_first(self, client):
        assert client.get(reverse("rollout:calendar")).status_code == 302
