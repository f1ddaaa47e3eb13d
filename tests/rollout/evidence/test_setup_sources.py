"""Sources that read what the program set up: parameters, dates, levels, roster, roles."""

from datetime import UTC, datetime, time, timedelta

import pytest

from people.api import today
from people.models import Membership
from rollout.evidence.hierarchy_levels import longest_line
from rollout.models import Meeting
from rollout.services.meetings import plan_meetings
from tests.factories.people import UnitFactory
from tests.factories.rollout import add_members, hold_role, make_program

pytestmark = pytest.mark.django_db

MEETINGS = ["planning", "weekly", "review", "retrospective"]


def test_parameters_that_are_missing_are_named(ask):
    started = make_program()
    finding = ask(started, "parameters_recorded", parameters=["pilot_size", "area", "system_of_record"])
    assert (finding.status, finding.value, finding.target) == ("not_met", "0", "3")
    assert finding.summary == "0 of 3 parameters recorded, missing: pilot size, area, system of record"
    assert finding.missing[0] == {"person_id": None, "name": "Pilot size", "what": "is not recorded yet"}
    assert finding.fix_url == "/programs/okr-rollout/parameters/"


def test_parameters_outside_the_rules_of_thumb_warn_and_are_met(ask):
    started = make_program()
    started.program.pilot_size, started.program.area = 12, UnitFactory()
    started.program.save()
    finding = ask(started, "parameters_recorded", parameters=["pilot_size", "area"])
    assert (finding.status, finding.summary) == ("met", "All 2 parameters are recorded")
    assert [warning[:40] for warning in finding.warnings] == ["Pilots outside 100 to 250 people tend to"]
    assert ask(started, "parameters_recorded", parameters=["area"]).warnings == []


def test_roster_is_met_when_frozen_and_never_when_empty(ask):
    open_roster = make_program(frozen=False)
    finding = ask(open_roster, "roster_frozen", minimum=100, maximum=250)
    assert (finding.status, finding.summary) == ("not_met", "The roster has 6 people and is not frozen yet")
    frozen = make_program(title="Frozen")
    finding = ask(frozen, "roster_frozen", minimum=100, maximum=250)
    assert finding.status == "met"
    assert finding.warnings == ["6 people is outside the usual 100 to 250."]
    assert ask(frozen, "roster_frozen", minimum=1, maximum=250).warnings == []
    empty = make_program(title="Empty", members=0)
    finding = ask(empty, "roster_frozen")
    assert (finding.status, finding.summary) == ("not_met", "The roster is empty: nobody belongs to the wave yet")


def test_levels_are_the_longest_reporting_line_inside_the_roster(ask):
    started = make_program(members=6)
    assert ask(started, "hierarchy_levels", minimum=3).summary == "The roster spans 2 levels of the hierarchy, 3 needed"
    Membership.objects.filter(person=started.members[5]).update(manager=started.members[4])
    finding = ask(started, "hierarchy_levels", minimum=3)
    assert (finding.status, finding.value, finding.target) == ("met", "3", "3")
    started.wave.roster.filter(person=started.members[4]).update(left_on=today())
    assert ask(started, "hierarchy_levels", minimum=3).status == "not_met"


def test_levels_of_an_empty_roster_are_not_met(ask):
    assert ask(make_program(members=0), "hierarchy_levels").summary == "The roster is empty, so it spans no levels"


@pytest.mark.parametrize(
    ("manager_of", "levels"),
    [({}, 1), ({2: 1}, 2), ({2: 1, 3: 2, 4: 3, 5: 1}, 4), ({1: 2, 2: 1}, 2), ({1: 2, 2: 3, 3: 2, 4: 1}, 4)],
)
def test_longest_line_counts_people_and_survives_circles(manager_of, levels):
    assert longest_line(manager_of) == levels


def test_every_line_has_the_same_length_whoever_is_asked_first():
    chain = {number + 1: number for number in range(1, 2000)}
    assert longest_line(chain) == longest_line(dict(reversed(chain.items()))) == 2000


def test_roles_are_filled_by_principals_and_coaches_per_teams(ask):
    started = make_program(members=0, roles=("sponsor",))
    hold_role(started, "project_lead", is_deputy=True)
    add_members(started, members=12, teams=6)
    finding = ask(started, "roles_filled", roles=["sponsor", "project_lead", "coach"])
    assert finding.status == "not_met"
    assert finding.summary == "1 of 3 roles are filled: Project lead is vacant, OKR coach is vacant"
    hold_role(started, "project_lead")
    hold_role(started, "coach")
    finding = ask(started, "roles_filled", roles=["sponsor", "project_lead", "coach"])
    assert finding.missing == [{"person_id": None, "name": "OKR coach", "what": "has 1 of 2 holders"}]
    hold_role(started, "coach")
    finding = ask(started, "roles_filled", roles=["sponsor", "project_lead", "coach"])
    assert (finding.status, finding.summary) == ("met", "All 3 roles are filled")


def test_person_who_left_fills_no_role(ask):
    started = make_program()
    assert ask(started, "roles_filled", roles=["sponsor"]).status == "met"
    started.sponsor.is_active = False
    started.sponsor.save()
    assert ask(started, "roles_filled", roles=["sponsor"]).status == "not_met"


def test_coaches_cannot_be_enough_while_there_are_no_teams(ask):
    finding = ask(make_program(members=0), "roles_filled", roles=["coach"])
    assert finding.missing[0]["what"] == "needs one per 5 teams, and there are no teams"


def meet(started, kind, team, day) -> None:
    Meeting.objects.create(
        wave=started.wave, kind=kind, team=team, starts_at=datetime.combine(day, time(9), UTC),
        planned_by=started.project_lead,
    )  # fmt: skip


def test_meetings_are_set_when_every_team_has_each_in_the_cycle(ask):
    started = make_program(teams=3)
    start = datetime.combine(started.wave.starts_on, time(9), UTC)
    finding = ask(started, "meeting_dates_set", meetings=MEETINGS)
    assert finding.summary == "0 of 3 teams have all their meetings in the first cycle"
    for kind in MEETINGS:
        plan_meetings(wave=started.wave, kind=kind, first_start=start, actor=started.project_lead)
    assert ask(started, "meeting_dates_set", meetings=MEETINGS).status == "met"
    Meeting.objects.filter(kind="review", team=started.teams[1]).update(cancelled_at=start)
    finding = ask(started, "meeting_dates_set", meetings=MEETINGS)
    assert finding.missing == [{"person_id": None, "name": started.teams[1].name, "what": "has no date for: review"}]


def test_meetings_of_the_wave_are_asked_of_the_wave(ask):
    started = make_program()
    finding = ask(started, "meeting_dates_set", meetings=["alignment_week"])
    assert finding.missing[0]["name"] == "The whole wave"
    meet(started, "alignment_week", None, started.wave.starts_on)
    assert ask(started, "meeting_dates_set", meetings=["alignment_week"]).status == "met"


@pytest.mark.parametrize(("days", "status"), [(-15, "not_met"), (-14, "met"), (91 + 14, "met"), (91 + 15, "not_met")])
def test_meetings_count_within_the_cycle_and_two_weeks_around_it(ask, days, status):
    started = make_program(teams=1)
    meet(started, "planning", started.teams[0], started.wave.starts_on + timedelta(days=days))
    assert ask(started, "meeting_dates_set", meetings=["planning"]).status == status


def test_meetings_without_a_cycle_or_without_teams_are_not_met(ask):
    undated = make_program(starts_in_weeks=None)
    assert "has no dates yet" in ask(undated, "meeting_dates_set", meetings=MEETINGS).summary
    empty = make_program(title="Empty", members=0)
    finding = ask(empty, "meeting_dates_set", meetings=MEETINGS)
    assert (finding.status, finding.fix_url) == ("not_met", "/programs/empty/waves/0/roster/")
