"""What the people of Nordwind said at each question, when they said it, and what was decided at each gate.

Weeks count from the first day of the first cycle; days are Monday 0 to Friday 4.
"""

from dataclasses import dataclass, field

INTRANET = "https://intranet.nordwind.example/okr/"


@dataclass(frozen=True)
class Said:
    """An answer to one question: by the responsible role at ``week``, ``day``; ``confirmed`` is what the second
    person added, one working day later."""

    item: str
    week: int
    day: int
    text: str
    link: str = ""
    confirmed: str = ""


@dataclass(frozen=True)
class Gate:
    """A gate as it was passed: submitted and decided on days given as (week, day). ``conditions`` maps the key of an
    open question to the day on which it is due."""

    step: str
    submitted: tuple[int, int]
    message: str
    decided: tuple[int, int]
    reason: str
    conditions: dict[str, tuple[int, int]] = field(default_factory=dict)


PREREQUISITES = (
    Said(
        "open_to_change",
        -10,
        2,
        "Eleven conversations across shifts, offices and levels. People look forward to fewer surprises at the end "
        "of the quarter. What they fear is that open numbers will be used against a team.",
    ),
    Said(
        "direction_given",
        -10,
        3,
        "“Warm homes without gas, everywhere north of the Alps, by 2035.” I asked four team leads without warning; "
        "all four named the direction, three of them the year.",
    ),
    Said(
        "mistakes_are_learning",
        -10,
        3,
        "The compressor recall two years ago: the team that found the fault was thanked in front of everybody, and its "
        "test is now standard. The weakest point is Sales, where lost tenders are still not talked about.",
    ),
    Said(
        "apart_from_pay",
        -10,
        4,
        "Checked: bonus plans, target agreements, the appraisal form. One bonus plan in Sales mentioned key "
        "results; the sentence was removed last week.",
        INTRANET + "apart-from-pay",
        "I promised it at the works meeting and repeat it here: no score will ever touch pay.",
    ),
    Said(
        "leaders_coach",
        -10,
        4,
        "Nine of eleven leads in the area ask before they answer. Two still correct every line; both know it and "
        "have agreed to be accompanied in the first cycle.",
    ),
)
PREREQUISITES_GATE = Gate(
    "prerequisites",
    (-9, 0),
    "All five conditions are stated. The weakest is openness about lost tenders, and Sales is not in the pilot.",
    (-9, 2),
    "The ground is good enough. I will talk to the head of Sales about tenders before the next wave.",
)

GOAL_BEGUN = (
    Said(
        "purpose_agreed",
        -9,
        3,
        "We had five reasons and kept one: teams see in week 3, not in month 5, that a goal is slipping, and may "
        "act on it.",
    ),
)
GOAL = (
    Said(
        "extent_decided",
        -8,
        1,
        "Mixed model. Service and Product & Software work with OKRs; assembly lines keep their shift targets and "
        "align to the same three company objectives. The leadership team decides when an area changes sides.",
    ),
    Said("goal_written", -8, 2, "One page: why, how far, how we will know, what stays.", INTRANET + "why-okr"),
)
GOAL_HELD = Gate(
    "goal",
    (-8, 2),
    "The page is written and published.",
    (-8, 2),
    "It reads well at this desk. Let two shift leads read it aloud tomorrow, then come again.",
)
GOAL_GATE = Gate(
    "goal",
    (-8, 3),
    "The page has been read by 171 of 240 people in its first two days.",
    (-8, 4),
    "Clear and short. Go.",
)

SCOPE = (
    Said(
        "system_chosen",
        -7,
        0,
        "The OKR board in the intranet. Every team edits its own page, everybody reads all of them, and it opens "
        "on the terminals in the halls and on phones.",
        INTRANET + "board",
    ),
    Said(
        "communication_plan",
        -7,
        1,
        "One message before each gate, each with a named sender; questions go to a channel that is answered within "
        "a day.",
        INTRANET + "communication-plan",
    ),
)
SCOPE_GATE = Gate(
    "scope",
    (-7, 3),
    "Parameters and all dates of the first cycle are recorded, for 14 teams.",
    (-7, 4),
    "Go. Thank you for putting the retrospectives into the calendar now.",
)

PILOT_GROUP = (
    Said(
        "hierarchy_levels",
        -6,
        0,
        "",
        confirmed="Heads of department, team leads and their teams: I went through the list with both heads.",
    ),
)
PILOT_GROUP_GATE = Gate(
    "pilot_group",
    (-6, 1),
    "Who belongs to the pilot is written down. Open: the short assessment of processes, promised for next week.",
    (-6, 2),
    "Go on, with one condition: the assessment of dispatch planning has to be on the table before the coaches start.",
    {"processes_fit": (-5, 2)},
)
PROCESSES_FIT = Said(
    "processes_fit",
    -6,
    4,
    "Monthly reporting stays; the review of key results replaces its second half. Dispatch plans by the day and is not "
    "touched. One overlap found: the quarterly roadmap meeting of Product & Software, which becomes the planning.",
    INTRANET + "assessment",
    "Discussed with both heads of department; I see no conflict with planning of shifts or with appraisal dates.",
)

KEY_PEOPLE = (
    Said(
        "works_council_informed",
        -6,
        2,
        "Concept, list of stored data and training plan handed over; meeting with seven members, eleven questions "
        "answered in writing.",
        INTRANET + "works-council",
        "We were informed before anything started, and our questions were answered. We look at the data list again "
        "after the first cycle.",
    ),
)
KEY_PEOPLE_GATE = Gate(
    "key_people",
    (-5, 1),
    "All roles are held, three coaches for 14 teams, and the works council has confirmed.",
    (-5, 2),
    "Go. The assessment came a day early; the condition is met.",
)

COACHING_GATE = Gate(
    "coaching",
    (-1, 0),
    "The last three blockers are gone: everyone who holds a role is trained, there is a seat for everybody, and "
    "each team has a certified coach.",
    (-1, 1),
    "Go. I have read the list of the people who are still learning; their leads have promised them the hours.",
)

FIRST_CYCLE_BEGUN = (
    Said(
        "okrs_written",
        1,
        1,
        "All 14 teams have drafted and entered their OKRs: 44 objectives, 131 key results. Six tasks were still "
        "found and turned into results in the second round.",
        INTRANET + "board/cycle-1",
    ),
    Said(
        "both_directions",
        1,
        2,
        "Proposed by a team: “Nobody waits twice for the same part”, by parts logistics. Leadership lowered its "
        "own target for installer growth after Software showed what it would cost.",
    ),
    Said(
        "okrs_communicated",
        2,
        0,
        "Published with two sentences a team on what it will not do. Final Test and Installer Partners were told "
        "in person, since four teams depend on them.",
        INTRANET + "announcement-cycle-1",
    ),
)
FIRST_CYCLE_ENDED = (
    Said(
        "worked_independently",
        7,
        2,
        "78 of 110 answered; 81% agree. The lowest answers have in common that a decision had to wait for the monthly "
        "meeting of the department.",
        INTRANET + "pulse-week-7",
    ),
    Said(
        "checkins_held",
        12,
        3,
        "160 of 182 planned check-ins took place, 88%. The lowest team had 10 of 13.",
        INTRANET + "check-in-log",
    ),
    Said(
        "results_reviewed",
        13,
        3,
        "14 review records. 83 of 131 key results achieved from 0.7. First-visit fix reached 74% on its way from "
        "60% to 80%: 0.7, and a cake in dispatch.",
        INTRANET + "reviews-cycle-1",
    ),
)
FIRST_CYCLE_GATE = Gate(
    "first_cycle",
    (14, 0),
    "One full cycle is behind us. 14 of 14 teams have scores that they can explain.",
    (14, 2),
    "Go. I was at five reviews; the two best ones were about missed goals.",
)

REFLECTION = (
    Said(
        "retrospective_held",
        15,
        3,
        "14 team retrospectives and one for the program, prepared with the survey of the participants.",
        INTRANET + "retrospectives-cycle-1",
    ),
    Said(
        "improvements_defined",
        16,
        1,
        "Four changes with owner and date. One is the leadership's: decisions between the monthly meetings within "
        "two days.",
        INTRANET + "improvements",
    ),
)
REFLECTION_GATE = Gate(
    "reflection",
    (16, 3),
    "The improvements are in the second cycle's calendar.",
    (17, 0),
    "Go. Mine is the first of the four, and it is already in force.",
)

ROLLOUT_PLAN_BEGUN = (
    Said(
        "pilot_reflected",
        28,
        1,
        "Report over two cycles: the goal of step 1 beside what happened. Slipping goals are noticed in week 4 on "
        "average; before the pilot it was week 15.",
        INTRANET + "pilot-report",
    ),
    Said(
        "feedback_collected",
        28,
        3,
        "86 of 110 answered, 78%. Focus 3.9 of 5, daily priorities 3.6, choice of key results 3.4, events 4.1.",
        INTRANET + "pilot-survey",
    ),
    Said(
        "learnings_in_one_place",
        29,
        2,
        "Key results before and after, agendas that worked, answers to objections. The coaches keep it.",
        INTRANET + "learnings",
    ),
)

WAIVED_ITEM = "on_the_job_dates"
WAIVER_REASON = (
    "The shift plan of dispatch and of the two service teams for the new quarter is published in week 1, so their "
    "dates with the coaches cannot be fixed before."
)
WAIVER_ACTION = (
    "Until then each of the three teams has a fixed coach who can be called every morning from 7:00, and one visit in "
    "week 1."
)
WAIVER_APPROVAL = "Understood, and better than dates that will be moved. Dates by the end of week 2."

ASKED_ITEM = "checkins_held"
ASKED_REASON = (
    "In the two teams with weekend stand-by, a check-in every week falls on somebody's free day. They ask to hold "
    "it every second week in the first cycle."
)
ASKED_ACTION = "Written updates in the weeks between, and a look at the numbers together with the coach in week 6."
ASKED_REJECTION = (
    "No. Of all meetings this is the one I want to keep. Hold it at shift handover, twenty minutes are enough."
)

QUOTES = {
    "trainer": (
        (4, "“You know your work, I know the method. Shall we swap?” Everybody was writing after four minutes."),
        (3, "Took a task from the wall and asked the room what it would change for an installer."),
        (3, "Asked the two team leads to read each other's draft aloud. The overlap was found at once."),
        (3, "Let the team score first and only then showed the figure from the system."),
        (4, "Praised one key result with a reason, and the next three were written the same way."),
    ),
    "coach2": (
        (3, "“Two minutes of silence, everybody writes.” Then she asked the newest colleague first."),
        (4, "“Who would notice?” Twice. By the third task the test engineer asked the question himself."),
        (3, "Had the dispatcher of the other team in the room, and both wrote down the same number."),
        (3, "Went from score to reason to “what do we change by Monday”. Nobody defended a figure."),
        (3, "“Your baseline is strong. What would make it 0.7?” Waited eleven seconds for the answer."),
    ),
    "coach3": (
        (3, "Put the clock on the wall and stopped the debate on wording after five minutes."),
        (3, "Left “release the app” on the board until somebody said: that is a to-do."),
        (4, "Named the conflict over the test bench that both sides had avoided, and let them choose."),
        (3, "Began with what went well. The two low scores came second and took most of the time."),
        (2, "Asked two leading questions in a row, noticed it, and started again with an open one."),
    ),
    "coach": (
        (3, "“Before we talk, three notes each.” Gave the pen back when he was asked to write."),
        (3, "“If we do all of that, what is different for the customer?” The list shrank from nine to two."),
        (3, "Called the owner of the parts list into the room instead of noting an action."),
        (3, "Every key result in four minutes: score, reason, decision. Ended three minutes early."),
        (4, "One question only, about the baseline, and the team found the rest."),
    ),
}
"""Scores and quotes of each coach's observation, in the order of the rubric."""
