"""People on long leave leave the figures, keep their roles, and come back with a grace period."""

from datetime import timedelta

import pytest

from people.api import Absence, clock_at, now, record_absence, today
from rollout.models import RosterMember
from rollout.queries.holders import holders_in
from rollout.queries.programs import content_of, holders_in_one_query
from rollout.tasks import refresh_for_people
from tests.factories.rollout import StartedProgram, accept_charters, hold_role, make_program

pytestmark = pytest.mark.django_db


def send_away(started: StartedProgram, person, *, days: int = 90) -> Absence:
    return record_absence(
        person=person, started_on=today(), ends_on=today() + timedelta(days=days), actor=started.administrator
    )


def test_member_leaves_the_denominator_and_re_enters_with_grace():
    started = make_program(members=4, teams=2)
    send_away(started, started.members[0])
    counted = RosterMember.objects.filter(wave=started.wave)
    assert counted.counted(today()).count() == 3
    back = today() + timedelta(days=91)
    assert counted.counted(back + timedelta(days=29)).count() == 3
    assert counted.counted(back + timedelta(days=30)).count() == 4


def test_deputy_acts_and_the_holder_keeps_the_role(ask):
    started = make_program(roles=("sponsor", "project_lead"))
    deputy = hold_role(started, "sponsor", is_deputy=True)
    assert holders_in(started.program.pk).people("sponsor") == [started.sponsor]
    send_away(started, started.sponsor)
    holders = holders_in(started.program.pk)
    assert holders.people("sponsor") == [deputy]
    assert holders.holds(started.sponsor.pk, "sponsor")
    one = holders_in_one_query(started.program.pk, content_of(started.program.playbook_version))
    assert one.roles["sponsor"].away == holders.roles["sponsor"].away == {started.sponsor.pk}
    assert ask(started, "roles_filled", roles=["sponsor"]).status == "met"


def test_role_of_somebody_away_without_a_deputy_is_not_filled(ask):
    started = make_program(roles=("sponsor", "project_lead"))
    send_away(started, started.sponsor)
    finding = ask(started, "roles_filled", roles=["sponsor"])
    assert (finding.status, finding.missing[0]["what"]) == (
        "not_met",
        f"is held by {started.sponsor}, who is on long leave, and nobody stands in",
    )
    assert holders_in(started.program.pk).people("sponsor") == [started.sponsor]


def test_nobody_waits_for_training_or_charter_of_somebody_away(ask):
    started = make_program(courses=True, roles=("sponsor", "project_lead", "coach"))
    send_away(started, started.coach)
    finding = ask(started, "training_completed", audience="role_holders")
    assert started.coach.pk not in {row["person_id"] for row in finding.missing}
    finding = ask(started, "charters_accepted", roles=["coach", "sponsor"])
    assert [row["person_id"] for row in finding.missing if row["person_id"]] == [started.sponsor.pk]
    accept_charters(started)


def test_figures_follow_when_the_leave_is_over(ask):
    started = make_program(courses=True, members=2, teams=1)
    send_away(started, started.members[0], days=40)
    assert ask(started, "training_completed", audience="roster").missing_count == 1
    with clock_at(now() + timedelta(days=80)):
        assert ask(started, "training_completed", audience="roster").missing_count == 2


def test_news_of_a_leave_refreshes_the_waves_of_the_person():
    started = make_program(members=3)
    refresh_for_people([started.members[0].pk])
    assert started.item("members_listed").findings.exists()
