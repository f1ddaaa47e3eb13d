"""Two weeks before a retrospective those who prepare it are reminded, once."""

from datetime import timedelta

import pytest
from django.core import mail

from people.api import clock_at, now
from rollout.models import Meeting, RetrospectiveReminder
from rollout.services import retrospectives
from rollout.services.meetings import cancel_meeting
from rollout.services.pauses import pause_program, resume_program
from rollout.services.retrospectives import remind_of_retrospectives
from rollout.tasks import remind_of_retrospectives as task
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started():
    return make_program(members=4, teams=2)


def plan(started, *, days: int, kind: str = "retrospective", team: int = 0) -> Meeting:
    return Meeting.objects.create(
        wave=started.wave,
        kind=kind,
        team=started.teams[team],
        starts_at=now() + timedelta(days=days),
        planned_by=started.project_lead,
    )


def addressees() -> list[str]:
    return sorted(address for message in mail.outbox for address in message.to)


def test_team_lead_coach_and_project_lead_get_one_mail_for_all_teams_and_only_once(started):
    meetings = [plan(started, days=13, team=number) for number in (0, 1)]
    assert remind_of_retrospectives() == 3
    # The first member leads everybody else.
    people = (started.members[0], started.coach, started.project_lead)
    assert addressees() == sorted(person.email for person in people)
    letter = next(message for message in mail.outbox if message.to == [started.project_lead.email])
    assert letter.subject == "OKR rollout: 2 retrospectives are coming up"
    assert all(team.name in letter.body for team in started.teams)
    assert "/meetings/all/" in letter.body
    lead = next(message for message in mail.outbox if message.to == [started.members[0].email])
    assert "/calendar/" in lead.body
    assert [row.recipients for row in RetrospectiveReminder.objects.filter(meeting__in=meetings)] == [3, 3]
    task.delay()
    assert len(mail.outbox) == 3


def test_only_retrospectives_of_the_next_two_weeks_that_take_place(started):
    plan(started, days=15)
    plan(started, days=-1, team=1)
    plan(started, days=3, kind="review")
    cancelled = plan(started, days=4, team=1)
    cancel_meeting(meeting=cancelled, actor=started.project_lead, reason="Fair")
    assert remind_of_retrospectives() == 0
    with clock_at(now() + timedelta(days=2)):
        assert remind_of_retrospectives() == 3


def test_nobody_is_reminded_while_the_program_is_paused(started):
    meeting = plan(started, days=13)
    pause_program(program=started.program, actor=started.project_lead, reason="Merger")
    assert remind_of_retrospectives() == 0
    resume_program(program=started.program, actor=started.project_lead)
    assert remind_of_retrospectives() == 3
    assert RetrospectiveReminder.objects.get().meeting == meeting


def test_mail_server_that_is_away_leaves_it_for_the_next_round(started, monkeypatch):
    plan(started, days=13)

    def away(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(retrospectives, "send_retrospective_reminder", away)
        assert remind_of_retrospectives() == 0
    assert not RetrospectiveReminder.objects.exists()
    assert remind_of_retrospectives() == 3


def test_reminding_costs_the_same_for_many_teams(django_assert_num_queries):
    for number, teams in enumerate((2, 20)):
        started = make_program(title=f"With {teams}", members=teams, teams=teams)
        for team in range(teams):
            plan(started, days=12, team=team)
        mail.outbox.clear()
        with django_assert_num_queries(13):
            assert remind_of_retrospectives() == 3, number
