"""How Nordwind steers when things do not go straight: a holiday, a hold, waivers of every risk, a waiting program."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from cms.demo.dates import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, DemoDates
from cms.demo.program import PilotProgram
from people.api import Unit, User, add_holiday, clock_at, set_working_week
from rollout.api import (
    GateDecision,
    Program,
    Waiver,
    accept_charter,
    approve_waiver,
    delegate_decisions,
    document_item,
    generate_meetings,
    lift_hold,
    name_external,
    pause_program,
    record_external_acceptance,
    request_waiver,
    save_draft,
    start_program_from_draft,
    write_remark,
)

WORKDAYS = range(1, 6)
HOLIDAYS = (
    (1, 1, "New Year's Day"),
    (5, 1, "Labor Day"),
    (10, 3, "German Unity Day"),
    (10, 31, "Reformation Day"),
    (12, 25, "Christmas Day"),
    (12, 26, "Second Christmas Day"),
)
"""Those with a fixed date in Schleswig-Holstein; the movable ones are added by the people lead each year."""

LOW = (
    "both_directions",
    "The alignment session of the two development teams has no date yet, because the test bench is fully booked.",
    "The coach reads both drafts side by side and tells both leads what does not fit.",
    "Agreed. Reading both drafts finds most of it; tell me what you found.",
)
HIGH = (
    "readiness_surveyed",
    "Production cannot be asked before the winter season is over: the assembly lines run three shifts until then.",
    "The works council talks with the shift leads, and we write down what they say before the next teams are chosen.",
    "With a heavy heart. We ask again as soon as the season is over.",
    "The conversations replace no survey. I agree because there is a date on which it is asked.",
)
LIFTED_BECAUSE = "Both shift leads have read it aloud, and one sentence became shorter. No need to wait until Friday."
PAGE = """Why we do this, first version.
Teams are to notice in week 3, not in month 5, that one of their goals is slipping, and they are to be allowed to act on
it without asking for permission first. What stays: shift targets, the monthly report, and your pay.
"""
PAGE_READ_ALOUD = """Why we do this, second version, read aloud in dispatch.
You notice in week 3, not in month 5, that a goal is slipping. You may act on it. What stays: shift targets, the monthly
report, and your pay.
"""
SEATS_ASKED = "I count 96 seats for 110 people. Where does the late shift of dispatch sit?"
SEATS_ANSWERED = "You count right. A ninth afternoon is being looked for; the room is the question, not the trainer."
SIGNED_PAPER = "Contract folder of People and Communication, number 2026-114"
SECOND_TITLE = "OKRs in Sales"
SECOND_AREA = "Sales"
SECOND_GOAL = "Tender by tender, everybody sees early which ones are worth the effort, and may let go of the others."
PAUSED_BECAUSE = (
    "The head of Sales leaves at the end of the month. We go on when the successor has read the charter and says yes."
)


def keep_the_calendar(dates: DemoDates, people: dict[str, User]) -> None:
    """The company works Monday to Friday; six holidays come every year."""
    company = Unit.objects.get(kind=Unit.Kind.COMPANY)
    with clock_at(dates.at(-13, MONDAY, 8)):
        set_working_week(unit=company, actor=people["people_lead"], weekdays=WORKDAYS)
        for month, day, name in HOLIDAYS:
            add_holiday(
                unit=company,
                actor=people["people_lead"],
                day=date(dates.start.year - 1, month, day),
                name=name,
                is_yearly=True,
            )


def lift(pilot: PilotProgram, held: GateDecision) -> None:
    """The sponsor ends her own hold a day early: the page was read aloud in dispatch."""
    with clock_at(pilot.dates.at(-8, THURSDAY, 11)):
        lift_hold(decision=held, actor=pilot.people["sponsor"], reason=LIFTED_BECAUSE)


def hand_in_the_page_twice(pilot: PilotProgram) -> None:
    """The page on the goal is handed in as a file, and again after it was read aloud; both versions are kept."""
    item = pilot.items["goal_written"]
    for day, text in ((WEDNESDAY, PAGE), (THURSDAY, PAGE_READ_ALOUD)):
        with clock_at(pilot.dates.at(-8, day, 12)):
            document_item(
                item=item,
                actor=pilot.holder[item.responsible],
                text=text.partition("\n")[0],
                file=SimpleUploadedFile("why-okr.txt", text.encode(), content_type="text/plain"),
            )


def talk_about_the_seats(pilot: PilotProgram) -> None:
    """A coach asks under a question, names the people lead, and gets an answer there."""
    dates, people = pilot.dates, pilot.people
    item = pilot.items["training_dates_agreed"]
    with clock_at(dates.at(-3, TUESDAY, 15)):
        asked = write_remark(item=item, actor=people["coach3"], text=SEATS_ASKED, named_ids=[people["people_lead"].pk])
    with clock_at(dates.at(-3, WEDNESDAY, 8)):
        write_remark(item=item, actor=people["people_lead"], text=SEATS_ANSWERED, parent=asked)


def hire_a_consultant(pilot: PilotProgram) -> None:
    """The consultant holds a role from outside; the signed paper is with the people lead."""
    dates, people = pilot.dates, pilot.people
    with clock_at(dates.at(-6, TUESDAY, 10)):
        external = name_external(
            slot=pilot.program.role_slots.get(key="consultant"),
            name="Ilse Vandermeer",
            company="Kompass Consulting",
            email="ilse.vandermeer@kompass.example",
            contact=people["people_lead"],
            until=max(dates.day(26, FRIDAY), dates.today + timedelta(days=60)),
            actor=people["lead"],
        )
    with clock_at(dates.at(-6, WEDNESDAY, 10)):
        record_external_acceptance(external=external, document=SIGNED_PAPER, actor=people["lead"])


def hand_over_for_the_holiday(pilot: PilotProgram) -> None:
    """The sponsor is away in the week of one gate, and has the chief operating officer decide in her name."""
    dates, people = pilot.dates, pilot.people
    with clock_at(dates.at(-8, THURSDAY, 9)):
        delegate_decisions(
            program=pilot.program,
            from_person=people["sponsor"],
            to_person=people["stand_in"],
            actor=people["sponsor"],
            starts_on=dates.day(-7, MONDAY),
            ends_on=dates.day(-7, FRIDAY),
            reason="One week on the island without a telephone.",
        )


def hand_over_ahead(pilot: PilotProgram) -> None:
    """The next holiday is ahead of the day of loading, and its decisions are handed over already."""
    dates, people = pilot.dates, pilot.people
    first = dates.workday(20)
    with clock_at(dates.ago(2, 17)):
        delegate_decisions(
            program=pilot.program,
            from_person=people["sponsor"],
            to_person=people["stand_in"],
            actor=people["sponsor"],
            starts_on=first,
            ends_on=first + timedelta(days=11),
            reason="Holiday. Ring the office if the building burns.",
        )


def waive_at_low_and_high_risk(pilot: PilotProgram) -> None:
    """A low risk is approved by the lead alone, a high one by the sponsor and the people lead."""
    dates, people = pilot.dates, pilot.people
    key, reason, action, approval = LOW
    with clock_at(dates.at(-4, TUESDAY, 10)):
        low = _ask(pilot, key, people["coach2"], Waiver.Risk.LOW, reason, action, dates.day(16, FRIDAY))
    with clock_at(dates.at(-4, WEDNESDAY, 9)):
        approve_waiver(waiver=low, actor=people["lead"], reason=approval)
    key, reason, action, by_sponsor, by_people_lead = HIGH
    with clock_at(dates.at(-4, WEDNESDAY, 15)):
        high = _ask(pilot, key, people["lead"], Waiver.Risk.HIGH, reason, action, dates.day(20, FRIDAY))
    with clock_at(dates.at(-4, THURSDAY, 9)):
        approve_waiver(waiver=high, actor=people["sponsor"], reason=by_sponsor)
    with clock_at(dates.at(-4, FRIDAY, 11)):
        approve_waiver(waiver=high, actor=people["people_lead"], reason=by_people_lead)


def _ask(pilot: PilotProgram, key: str, actor: User, risk: str, reason: str, action: str, expires_on: date) -> Waiver:
    return request_waiver(
        item=pilot.items[key],
        actor=actor,
        reason=reason,
        risk=risk,
        compensating_action=action,
        expires_on=expires_on,
    )


def start_a_second_program(pilot: PilotProgram) -> Program:
    """Sales was to follow, started on the guided pages with all its meetings, and waits for a new head."""
    dates, people = pilot.dates, pilot.people
    area = Unit.objects.get(name=SECOND_AREA, kind=Unit.Kind.DEPARTMENT)
    with clock_at(dates.ago(25, 10)):
        draft = save_draft(
            owner=people["lead"],
            answers={
                "title": SECOND_TITLE,
                "playbook_version": pilot.program.playbook_version_id,
                "goal": SECOND_GOAL,
                "approach": Program.Approach.PARTIAL,
                "pilot_size": 45,
                "area": area.pk,
                "units": [area.pk],
                "roles": {
                    "project_lead": [people["lead"].pk],
                    "sponsor": [people["stand_in"].pk],
                    "people_lead": [people["people_lead"].pk],
                },
                "starts_on": dates.today + timedelta(weeks=12),
            },
        )
        program = start_program_from_draft(draft=draft, actor=people["lead"])
        generate_meetings(wave=program.waves.get(number=0), actor=people["lead"])
    # The people lead has not read the third charter yet.
    for days, role, key in ((24, "project_lead", "lead"), (21, "sponsor", "stand_in")):
        with clock_at(dates.ago(days, 11)):
            accept_charter(slot=program.role_slots.get(key=role), actor=people[key])
    with clock_at(dates.ago(6, 15)):
        pause_program(
            program=program,
            actor=people["lead"],
            reason=PAUSED_BECAUSE,
            expected_until=dates.today + timedelta(days=24),
        )
    return program
