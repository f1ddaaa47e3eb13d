"""Making all meetings of a cycle from the playbook, again and again, without treading on anybody's changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from people.api import Refused, add_holiday, clock_at, forget_organization
from people.models import OrganizationSettings
from rollout.models import Meeting
from rollout.queries.meeting_plan import meeting_plan
from rollout.services.meetings import cancel_meeting, generate_meetings, move_meeting, plan_meetings
from rollout.services.programs import set_wave_dates
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)
KINDS = {"planning", "weekly", "review", "retrospective", "alignment_week", "coach_session"}


@pytest.fixture(autouse=True)
def clock():
    OrganizationSettings.objects.create(time_zone="Europe/Berlin")
    forget_organization()
    with clock_at(NOW):
        yield


@pytest.fixture
def started():
    started = make_program(members=6, teams=3, starts_in_weeks=None)
    set_wave_dates(
        wave=started.wave, actor=started.project_lead, starts_on=date(2026, 3, 23), ends_on=date(2026, 6, 21)
    )
    return started


def generate(started, **more):
    return generate_meetings(wave=started.wave, actor=started.project_lead, **more)


def local_starts(kind: str, team=None) -> list[datetime]:
    found = Meeting.objects.filter(kind=kind, cancelled_at__isnull=True)
    found = found.filter(team=team) if team else found
    return [meeting.starts_at.astimezone(BERLIN) for meeting in found.order_by("starts_at")]


def test_every_team_gets_every_meeting_and_twice_is_once(started, news):
    with news() as ids:
        plan = generate(started)
    assert ids == [started.wave.pk]
    assert {one.kind for one in plan.new} == KINDS
    assert Meeting.objects.filter(kind="alignment_week").count() == 1
    assert Meeting.objects.filter(kind="planning").count() == 3
    with news() as ids:
        again = generate(started)
    assert (again.changes, ids) == (0, [])


def test_meetings_stand_where_the_playbook_wants_them_and_keep_the_time_when_clocks_change(started):
    generate(started, times={"weekly": time(8, 30)})
    team = started.teams[0]
    assert local_starts("planning", team) == [datetime(2026, 3, 16, 9, tzinfo=BERLIN)]
    weekly = local_starts("weekly", team)
    assert weekly[0] == datetime(2026, 3, 30, 8, 30, tzinfo=BERLIN)
    assert {(start.isoweekday(), start.time()) for start in weekly} == {(1, time(8, 30))}
    assert weekly[-1].date() == date(2026, 6, 15)
    assert local_starts("review", team) == [datetime(2026, 6, 22, 9, tzinfo=BERLIN)]
    assert local_starts("retrospective", team) == [datetime(2026, 6, 29, 9, tzinfo=BERLIN)]


def test_time_on_both_sides_of_the_change_of_clocks_is_the_same_on_the_wall(started):
    set_wave_dates(
        wave=started.wave, actor=started.project_lead, starts_on=date(2026, 3, 16), ends_on=date(2026, 6, 14)
    )
    generate(started)
    first, second = local_starts("weekly", started.teams[0])[:2]
    assert (first.hour, second.hour) == (9, 9)
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(days=7) - timedelta(hours=1)


def test_days_off_of_a_team_are_avoided_for_that_team_only(started):
    off, others = started.teams[:2]
    add_holiday(unit=off, actor=None, day=date(2026, 4, 6), name="Easter Monday")
    generate(started)
    assert datetime(2026, 4, 7, 9, tzinfo=BERLIN) in local_starts("weekly", off)
    assert datetime(2026, 4, 6, 9, tzinfo=BERLIN) in local_starts("weekly", others)


def test_week_without_a_working_day_has_no_meeting(started):
    team = started.teams[0]
    for day in range(6, 11):
        add_holiday(unit=team, actor=None, day=date(2026, 4, day), name="Shutdown")
    generate(started)
    assert {start.isocalendar().week for start in local_starts("weekly", team)}.isdisjoint({15})
    assert len(local_starts("weekly", team)) == len(local_starts("weekly", started.teams[1])) - 1


def test_moved_and_cancelled_meetings_are_never_overwritten(started):
    generate(started)
    lead = started.project_lead
    planning, review, other = (
        Meeting.objects.get(kind="planning", team=started.teams[0]),
        Meeting.objects.get(kind="review", team=started.teams[0]),
        Meeting.objects.get(kind="review", team=started.teams[1]),
    )
    new_time = datetime(2026, 3, 17, 14, tzinfo=BERLIN)
    move_meeting(meeting=planning, actor=lead, starts_at=new_time, minutes=120)
    cancel_meeting(meeting=review, actor=lead, reason="Fair")
    set_wave_dates(wave=started.wave, actor=lead, starts_on=date(2026, 3, 30), ends_on=date(2026, 6, 28))
    plan = generate(started)
    assert {meeting.pk for meeting in plan.kept} == {planning.pk, review.pk}
    for meeting in (planning, review, other):
        meeting.refresh_from_db()
    assert (planning.starts_at, planning.minutes, planning.sequence) == (new_time, 120, 1)
    assert review.cancelled_at is not None
    assert (other.starts_at.astimezone(BERLIN).date(), other.sequence) == (date(2026, 6, 29), 1)


def test_shorter_cycle_calls_off_what_is_no_longer_wanted_and_a_longer_one_brings_it_back(started):
    generate(started)
    lead = started.project_lead
    set_wave_dates(wave=started.wave, actor=lead, starts_on=date(2026, 3, 23), ends_on=date(2026, 5, 24))
    plan = generate(started)
    assert {meeting.kind for meeting in plan.dropped} == {"weekly"}
    assert set(Meeting.objects.filter(cancelled_at__isnull=False).values_list("cancel_reason", flat=True)) == {
        "No longer part of the cycle."
    }
    set_wave_dates(wave=started.wave, actor=lead, starts_on=date(2026, 3, 23), ends_on=date(2026, 6, 21))
    generate(started)
    assert not Meeting.objects.filter(cancelled_at__isnull=False).exists()


def test_series_planned_by_hand_is_left_alone(started):
    first = datetime(2026, 3, 18, 9, tzinfo=BERLIN)
    team = started.teams[0]
    plan_meetings(wave=started.wave, kind="planning", first_start=first, actor=started.project_lead, teams=[team])
    plan = generate(started)
    assert plan.by_hand == {("planning", team.pk)}
    assert local_starts("planning", team) == [first]


def test_what_is_over_stays_and_is_not_made_up_for(started):
    generate(started)
    with clock_at(datetime(2026, 4, 1, 9, tzinfo=UTC)):
        started.wave.meetings.filter(kind="planning", team=started.teams[0]).delete()
        plan = generate(started, times={"weekly": time(10)})
        assert "planning" not in {one.kind for one in plan.new}
    assert local_starts("weekly", started.teams[0])[0].time() == time(9)
    assert local_starts("weekly", started.teams[0])[1].time() == time(10)


def test_time_that_was_chosen_is_kept_the_next_time(started):
    generate(started, times={"planning": time(13)})
    assert meeting_plan(started.fresh_wave()).times["planning"] == time(13)
    assert generate(started).changes == 0


def test_generating_is_refused_with_reasons(started):
    with pytest.raises(Refused, match="Dates have changed"):
        generate(started, seen="old")
    with pytest.raises(Refused, match="changed by the project lead"):
        generate_meetings(wave=started.wave, actor=started.sponsor)
    started.wave.roster.all().delete()
    with pytest.raises(Refused, match="names no teams yet"):
        generate(started)
    started.wave.starts_on = started.wave.ends_on = None
    started.wave.save()
    with pytest.raises(Refused, match="has no dates yet") as refused:
        generate(started)
    assert refused.value.refusal.fix_url.endswith("/dates/")


def test_moving_is_refused_with_reasons(started):
    generate(started)
    lead = started.project_lead
    first, second = Meeting.objects.filter(kind="weekly", team=started.teams[0]).order_by("starts_at")[:2]
    later = datetime(2026, 4, 8, 9, tzinfo=UTC)
    with pytest.raises(Refused, match="at that time already"):
        move_meeting(meeting=first, actor=lead, starts_at=second.starts_at)
    with pytest.raises(Refused, match="time in the future"):
        move_meeting(meeting=first, actor=lead, starts_at=NOW - timedelta(days=1))
    with pytest.raises(Refused, match="1 to 600 minutes"):
        move_meeting(meeting=first, actor=lead, starts_at=later, minutes=601)
    with pytest.raises(ValueError, match="aware"):
        move_meeting(meeting=first, actor=lead, starts_at=later.replace(tzinfo=None))
    with pytest.raises(Refused, match="changed by the project lead"):
        move_meeting(meeting=first, actor=started.coach, starts_at=later)
    assert move_meeting(meeting=first, actor=lead, starts_at=first.starts_at).sequence == 0
    with clock_at(datetime(2026, 4, 1, 9, tzinfo=UTC)), pytest.raises(Refused, match="is over"):
        move_meeting(meeting=first, actor=lead, starts_at=later)
    cancel_meeting(meeting=first, actor=lead, reason="Fair")
    with pytest.raises(Refused, match="was called off"):
        move_meeting(meeting=first, actor=lead, starts_at=later)


def test_looking_ahead_costs_the_same_for_many_teams(django_assert_num_queries):
    for teams in (2, 40):
        started = make_program(title=f"With {teams}", members=teams, teams=teams, starts_in_weeks=9)
        wave = started.fresh_wave()
        meeting_plan(wave)
        with django_assert_num_queries(4):
            meeting_plan(wave)
