"""Planning the cycle's meetings."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from people.api import Refused, forget_organization
from people.models import OrganizationSettings
from rollout.models import Meeting
from rollout.services.meetings import cancel_meeting, plan_meetings
from tests.factories.people import UnitFactory
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 23, 9, tzinfo=UTC)


@pytest.fixture
def started():
    started = make_program(members=6, teams=3)
    started.wave.starts_on, started.wave.ends_on = date(2026, 3, 23), date(2026, 6, 21)
    started.wave.save()
    return started


def test_every_team_gets_the_meeting_and_twice_is_once(started, news):
    with news() as ids:
        planned = plan_meetings(wave=started.wave, kind="planning", first_start=START, actor=started.project_lead)
    assert (planned, ids) == (3, [started.wave.pk])
    meeting = Meeting.objects.first()
    assert (meeting.starts_at, meeting.minutes) == (START, 180)
    with news() as ids:
        planned = plan_meetings(wave=started.wave, kind="planning", first_start=START, actor=started.project_lead)
    assert (planned, ids) == (0, [])


def test_weekly_meeting_repeats_to_the_end_of_the_cycle(started):
    planned = plan_meetings(wave=started.wave, kind="weekly", first_start=START, actor=started.project_lead)
    assert planned == 13 * 3
    assert Meeting.objects.latest("starts_at").starts_at == START + timedelta(weeks=12)


def test_weekly_meeting_keeps_its_time_on_the_wall_when_the_clocks_change(started):
    OrganizationSettings.objects.create(time_zone="Europe/Berlin")
    forget_organization()
    berlin = ZoneInfo("Europe/Berlin")
    plan_meetings(
        wave=started.wave,
        kind="weekly",
        first_start=datetime(2026, 3, 23, 9, tzinfo=berlin),
        actor=started.project_lead,
        teams=started.teams[:1],
        weeks=2,
    )
    starts = list(Meeting.objects.order_by("starts_at").values_list("starts_at", flat=True))
    assert [start.astimezone(berlin).hour for start in starts] == [9, 9]
    assert starts[1] - starts[0] == timedelta(days=7) - timedelta(hours=1)


def test_meeting_of_the_wave_takes_place_once_without_a_team(started):
    for _ in range(2):
        plan_meetings(wave=started.wave, kind="alignment_week", first_start=START, actor=started.project_lead)
    assert Meeting.objects.get().team is None


def test_planning_many_dates_costs_as_much_as_one(started, django_assert_num_queries):
    lead, teams = started.project_lead, started.teams
    plan_meetings(wave=started.wave, kind="review", first_start=START, actor=lead)
    with django_assert_num_queries(14):
        plan_meetings(wave=started.wave, kind="planning", first_start=START, actor=lead, teams=teams[:1])
    with django_assert_num_queries(14):
        plan_meetings(wave=started.wave, kind="weekly", first_start=START, actor=lead)


def test_meetings_are_refused_with_reasons(started):
    lead = started.project_lead
    with pytest.raises(Refused, match="no meeting named “lunch”"):
        plan_meetings(wave=started.wave, kind="lunch", first_start=START, actor=lead)
    with pytest.raises(Refused, match="is not a team of the roster"):
        plan_meetings(wave=started.wave, kind="planning", first_start=START, actor=lead, teams=[UnitFactory()])
    with pytest.raises(Refused, match="1 to 60 dates"):
        plan_meetings(wave=started.wave, kind="weekly", first_start=START, actor=lead, weeks=61)
    with pytest.raises(Refused, match="changed by the project lead"):
        plan_meetings(wave=started.wave, kind="planning", first_start=START, actor=started.sponsor)
    with pytest.raises(ValueError, match="aware"):
        plan_meetings(wave=started.wave, kind="planning", first_start=START.replace(tzinfo=None), actor=lead)
    started.wave.roster.all().delete()
    with pytest.raises(Refused, match="names no teams yet"):
        plan_meetings(wave=started.wave, kind="planning", first_start=START, actor=lead)
    assert not Meeting.objects.exists()


def test_cancelled_meeting_stays_on_record_and_can_be_planned_again(started, news):
    plan_meetings(wave=started.wave, kind="planning", first_start=START, actor=started.project_lead)
    meeting = Meeting.objects.first()
    with pytest.raises(Refused, match="changed by the project lead"):
        cancel_meeting(meeting=meeting, actor=started.sponsor, reason="Fair")
    with pytest.raises(Refused, match="Say why"):
        cancel_meeting(meeting=meeting, actor=started.project_lead, reason=" ")
    with news() as ids:
        cancelled = cancel_meeting(meeting=meeting, actor=started.project_lead, reason="Fair")
        cancel_meeting(meeting=meeting, actor=started.project_lead, reason="Fair again")
    assert (cancelled.cancel_reason, cancelled.sequence) == ("Fair", 1)
    assert (ids, cancelled.cancelled_at is None) == ([started.wave.pk], False)
    assert plan_meetings(wave=started.wave, kind="planning", first_start=START, actor=started.project_lead) == 1
    meeting.refresh_from_db()
    assert (meeting.cancelled_at, meeting.cancel_reason, meeting.sequence) == (None, "", 2)
