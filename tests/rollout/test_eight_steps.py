"""The default playbook verifies each of its 39 questions as the method says; a drift fails here."""

import pytest

from rollout.evidence import SOURCES
from rollout.models.playbook_content import ItemContent
from rollout.services.playbooks import read_playbook
from tests.factories.rollout import eight_steps_text

A, D, F, L, LC = "attest", "document", "four_eyes", "live", "live_confirm"
M, S = "must", "should"
HELD = "latched"

TABLE = {
    # step: item, verification, strength, sources with their own strength, waivable, latching
    0: [
        ("open_to_change", A, M, (), True, HELD),
        ("direction_given", A, M, (), True, HELD),
        ("mistakes_are_learning", A, M, (), True, HELD),
        ("apart_from_pay", F, M, (), True, "live"),
        ("leaders_coach", A, M, (), True, HELD),
    ],
    1: [
        ("purpose_agreed", A, M, (), True, HELD),
        ("extent_decided", A, M, (), True, HELD),
        ("goal_written", D, M, (), True, HELD),
    ],
    2: [
        ("parameters_recorded", L, M, ("parameters_recorded",), True, HELD),
        ("system_chosen", A, M, (), True, HELD),
        ("communication_plan", D, M, (), True, HELD),
        ("meeting_dates", L, M, ("meeting_dates_set",), True, HELD),
    ],
    3: [
        ("hierarchy_levels", LC, M, ("hierarchy_levels",), True, "live"),
        ("processes_fit", F, S, (), True, HELD),
        ("members_listed", L, M, ("roster_frozen",), True, HELD),
    ],
    4: [
        ("roles_assigned", L, M, ("roles_filled",), True, "live"),
        ("responsibilities_documented", L, M, ("charters_accepted",), True, HELD),
        ("works_council_informed", F, M, (), False, "live"),
    ],
    5: [
        ("needs_identified", L, M, ("learning_settled",), True, HELD),
        ("trainers_settled", L, M, ("certified_coaches", "session_trainers"), True, "live"),
        ("training_dates_agreed", L, M, ("sessions_planned",), True, HELD),
        (
            "training_finished",
            L,
            M,
            ("training_completed must", "training_completed should", "training_enrolled should"),
            True,
            HELD,
        ),
        ("on_the_job_dates", L, S, ("meeting_dates_set",), True, HELD),
    ],
    6: [
        ("okrs_written", D, M, (), True, HELD),
        ("both_directions", A, S, (), True, HELD),
        ("okrs_communicated", D, M, (), True, HELD),
        ("worked_independently", D, S, (), True, HELD),
        ("checkins_held", D, M, (), True, HELD),
        ("results_reviewed", D, M, (), True, HELD),
    ],
    7: [
        ("retrospective_held", D, M, (), True, HELD),
        ("improvements_defined", D, M, (), True, HELD),
    ],
    8: [
        ("pilot_reflected", D, M, (), True, HELD),
        ("feedback_collected", D, M, (), True, HELD),
        ("results_shared", D, M, (), True, HELD),
        ("readiness_surveyed", D, M, (), True, HELD),
        ("next_teams_chosen", D, M, (), True, HELD),
        ("roles_established", D, M, (), True, "live"),
        ("learnings_in_one_place", D, S, (), True, HELD),
        ("champions_ready", D, S, (), True, HELD),
    ],
}
"""Questions that surveys, retrospectives, further waves or the register of OKRs will answer stand as documents."""


def row_of(item: ItemContent) -> tuple:
    sources = tuple(f"{c.source} {c.strength}" if c.strength else c.source for c in item.checks)
    return (item.key, item.verification, item.strength, sources, item.waivable, item.latching)


@pytest.mark.parametrize("number", TABLE)
def test_every_question_is_verified_as_the_method_says(number):
    step = next(step for step in read_playbook(eight_steps_text()).steps if step.number == number)
    assert [row_of(item) for item in step.items] == TABLE[number]


def test_table_has_the_five_prerequisites_and_34_questions():
    assert (len(TABLE[0]), sum(len(rows) for rows in TABLE.values())) == (5, 39)


def test_every_source_is_asked_by_some_question_and_at_least_eleven_read_live_data():
    asked = {source.split()[0] for rows in TABLE.values() for row in rows for source in row[3]}
    assert asked == set(SOURCES)
    assert len(asked) >= 11


def test_thresholds_stand_in_the_playbook():
    checks = {
        (item.key, number): check.parameters
        for step in read_playbook(eight_steps_text()).steps
        for item in step.items
        for number, check in enumerate(item.checks)
    }
    assert checks[("hierarchy_levels", 0)] == {"minimum": 3}
    assert checks[("trainers_settled", 0)] == {"per_teams": 5}
    assert checks[("training_finished", 0)] == {"audience": "role_holders", "share": 100}
    assert checks[("training_finished", 1)] == {"audience": "roster", "share": 80}
    assert checks[("training_finished", 2)] == {"audience": "roster", "share": 100}
    assert checks[("meeting_dates", 0)] == {"meetings": ["planning", "weekly", "review", "retrospective"]}
    assert checks[("on_the_job_dates", 0)] == {"meetings": ["coach_session"]}


@pytest.mark.parametrize("role", read_playbook(eight_steps_text()).roles, ids=lambda role: role.key)
def test_every_charter_says_purpose_duties_time_and_decisions(role):
    parts = role.charter.split("\n")
    assert [part.split(":")[0] for part in parts] == ["Purpose", "Duties", "Time", "Decisions"]
    assert bool(role.learning) != bool(role.no_learning_because)
    assert role.external == (role.key in ("coach", "consultant"))
