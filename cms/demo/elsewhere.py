"""What else is learned at Nordwind around the day of loading: new hires, a team with a course due, leaders half way."""

from datetime import date, timedelta

from cms.demo.dates import DemoDates
from cms.demo.school import School
from courses.api import assign_course, book_seat, enroll, plan_session
from people.api import Membership, User, clock_at, reports_of

NEW_HIRE_COURSE = "first-30-days"


def learn_elsewhere(school: School, dates: DemoDates, people: dict[str, User], *, has_trained: bool) -> None:
    """Enroll joiners in their first 30 days; once people are trained, also give a team and some leaders work."""
    _first_days(school, dates, people)
    if has_trained:
        _one_team(school, dates, people)
        _leaders(school, dates, people)
    else:
        with clock_at(dates.ago(1, 10)):
            enroll(person=people["employee"], course=school.courses["okr-key-results"], actor=people["employee"])


def _first_days(school: School, dates: DemoDates, people: dict[str, User]) -> None:
    """Everybody hired in the last four weeks has the course, due on their thirtieth day; some have begun it."""
    recent = Membership.objects.open().filter(hired_on__gt=dates.today - timedelta(days=28)).select_related("person")
    for place, membership in enumerate(recent.order_by("hired_on", "person__email")):
        hired: date = membership.hired_on
        with clock_at(max(dates.on(hired, 8), dates.ago(8, 10))):
            assign_course(
                person_ids=[membership.person_id],
                course=school.courses[NEW_HIRE_COURSE],
                actor=people["people_lead"],
                due_on=hired + timedelta(days=29),
            )
        lessons = 2 if membership.person_id == people["new_hire"].pk else place
        begin = dates.ago(6, 9)
        school.learn(membership.person, NEW_HIRE_COURSE, begin=begin, end=begin + timedelta(days=4), last=lessons)


def _one_team(school: School, dates: DemoDates, people: dict[str, User]) -> None:
    """The manager's team has two courses: one was due three days ago, one is due in five."""
    team = list(reports_of(people["manager"].pk).order_by("email"))
    employee = people["employee"]
    with clock_at(dates.ago(21, 9)):
        assign_course(
            person_ids=[person.pk for person in team],
            course=school.courses["okr-key-results"],
            actor=people["people_lead"],
            due_on=dates.today - timedelta(days=3),
        )
    with clock_at(dates.ago(14, 9)):
        assign_course(
            person_ids=[person.pk for person in team[::2]] + [employee.pk],
            course=school.courses["okr-rhythm"],
            actor=people["people_lead"],
            due_on=dates.today + timedelta(days=5),
        )
        enroll(person=employee, course=school.courses["okr-alignment"], actor=employee)
    others = [person for person in team if person.pk != employee.pk]
    for person in others[:4]:
        school.learn(person, "okr-key-results", begin=dates.ago(18, 9), end=dates.ago(6, 15))
    for person in others[4:6]:
        school.learn(person, "okr-key-results", begin=dates.ago(12, 9), end=dates.ago(5, 15), last=3)
    school.learn(employee, "okr-key-results", begin=dates.ago(10, 9), end=dates.ago(2, 15), last=3)
    day = dates.workday(2)
    with clock_at(dates.ago(7, 9)):
        session = plan_session(
            course=school.courses["okr-key-results"],
            title="Drafting workshop, Service Team North",
            starts_at=dates.on(day, 9),
            ends_at=dates.on(day, 12),
            place="Room Amrum",
            seats=10,
            actor=people["people_lead"],
            lead_trainer=people["trainer"],
        )
        for person in team:
            book_seat(session=session, person=person, actor=people["manager"])


def _leaders(school: School, dates: DemoDates, people: dict[str, User]) -> None:
    """Leads of other teams are on their way through “Leading with OKRs”, each at another lesson."""
    known = {person.pk for person in people.values()}
    leads = (
        Membership.objects.open()
        .filter(job_title__istartswith="Team lead")
        .exclude(person_id__in=known)
        .select_related("person")
        .order_by("person__email")
    )
    for place, membership in enumerate(leads[:6]):
        begin = dates.ago(16 - place, 9)
        school.learn(membership.person, "okr-leading", begin=begin, end=begin + timedelta(days=5), last=1 + place)
    manager = people["manager"]
    school.learn(manager, "okr-leading", begin=dates.ago(9, 16), end=dates.ago(3, 17), last=3)
