"""Today: what waits for one person, gathered from every floor as finished data, in a fixed number of queries."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from certification.api import NextAction, next_step, waiting_observations
from courses.api import CoursePage, Enrollment, learning_overview, my_sessions
from people.api import Membership, Persona, User, end_of_day, personas_of, reports_of, today
from rollout.api import everything_waiting_for, open_mentions, program_lines, programs_of, with_open_mentions

DUE_WITHIN_DAYS = 14
SESSION_DAYS = 7
FIRST_DAYS = 30
FIRST_COURSE = "first-30-days"
TEAM_LINES = 8


@dataclass(frozen=True, slots=True)
class Action:
    """The page's one primary button."""

    label: str
    url: str


@dataclass(slots=True)
class TeamLine:
    """One of the manager's own reports and what they have to finish, soonest first."""

    name: str
    courses: list[str]
    due_on: date
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Team:
    """The direct reports of a manager: how many, and what they owe. No scores, no ranking (product.md, rule 15)."""

    size: int
    overdue_people: int
    due_soon_people: int
    lines: list[TeamLine]
    more: int

    @property
    def sentence(self) -> str:
        """How the team stands, as it follows “N people report to you.”"""
        for number, what in ((self.overdue_people, "overdue"), (self.due_soon_people, "due soon")):
            if number:
                return f"{number} {'has' if number == 1 else 'have'} something {what}."
        return "Nobody has anything due."


@dataclass(frozen=True, slots=True)
class FirstDays:
    """Where a new hire stands in the first 30 days; ``day`` counts from 1."""

    day: int
    manager: str
    course_title: str
    course_url: str


@dataclass(frozen=True, slots=True)
class ProgramLine:
    """A program that the person carries, with one sentence for each wave."""

    title: str
    url: str
    sentences: list[str]
    names_me: bool = False


@dataclass(frozen=True, slots=True)
class MentionLine:
    """A comment that names the person and that they have not opened yet."""

    by: str
    question: str
    text: str
    url: str


@dataclass(slots=True)
class TodayBoard:
    """Everything that Today shows, in the order in which it is shown."""

    person: User
    day: date
    due: list[Any] = field(default_factory=list)
    later: int = 0
    continue_with: Any = None
    decisions: list[Any] = field(default_factory=list)
    duties: list[Any] = field(default_factory=list)
    mentions: list[MentionLine] = field(default_factory=list)
    observations: list[Any] = field(default_factory=list)
    sessions: list[Any] = field(default_factory=list)
    programs: list[ProgramLine] = field(default_factory=list)
    certificate: NextAction | None = None
    team: Team | None = None
    first_days: FirstDays | None = None
    has_learning: bool = False

    @property
    def has_aside(self) -> bool:
        return bool(self.programs or self.certificate or self.team)

    @property
    def overdue(self) -> list[Any]:
        return [standing for standing in self.due if standing.status == "overdue"]

    @property
    def to_record(self) -> list[Any]:
        """The observations that have taken place."""
        return [observation for observation in self.observations if observation.observed_on <= self.day]

    @property
    def sentence(self) -> str:
        """How things stand, in one sentence."""
        waiting = []
        if self.decisions:
            waiting.append(counted(len(self.decisions), "decision", "decisions", "waits for you", "wait for you"))
        if self.duties:
            waiting.append(
                counted(len(self.duties), "duty", "duties", "is open in your programs", "are open in your programs")
            )
        if self.to_record:
            waiting.append(
                counted(len(self.to_record), "observation", "observations", "is to be recorded", "are to be recorded")
            )
        if self.overdue:
            waiting.append(counted(len(self.overdue), "course", "courses", "is overdue", "are overdue"))
        soon = len(self.due) - len(self.overdue)
        if soon:
            waiting.append(counted(soon, "course", "courses", "is due soon", "are due soon"))
        if waiting:
            return sentence_of(waiting)
        if self.team and self.team.overdue_people:
            return f"Nothing is due for you. Of your {self.team.size} people, {self.team.sentence}"
        if self.continue_with:
            return f"Nothing is due. You can go on with “{self.continue_with.title}” whenever you like."
        if self.first_days:
            return f"Welcome. This is day {self.first_days.day} of your first {FIRST_DAYS}, and nothing is due yet."
        if self.programs and self.programs[0].sentences:
            return f"Nothing is due for you. {self.programs[0].sentences[0]}."
        if self.sessions:
            number = len(self.sessions)
            return f"Nothing is due. {'One session is' if number == 1 else f'{number} sessions are'} in your week."
        return "Nothing waits for you today."

    @property
    def action(self) -> Action:
        """The one next thing to do."""
        if self.decisions:
            return Action("Look at the decision", self.decisions[0].url)
        if self.duties:
            return Action(self.duties[0].word, self.duties[0].url)
        if self.to_record:
            return Action("Record the observation", reverse("certification:observation", args=[self.to_record[0].pk]))
        if self.overdue:
            return Action(f"Go on with “{self.overdue[0].title}”", self.overdue[0].url)
        if self.continue_with:
            return Action("Go on where you left off", self.continue_with.url)
        if self.due:
            return Action(f"Go on with “{self.due[0].title}”", self.due[0].url)
        if self.first_days and self.first_days.course_url:
            return Action("Begin with your first 30 days", self.first_days.course_url)
        if self.programs:
            return Action("Open the program board", self.programs[0].url)
        return Action("Look through the catalog", reverse("courses:catalog"))


def counted(number: int, one: str, many: str, does: str, do: str) -> str:
    """Return “one course is overdue” or “3 courses are overdue”."""
    return f"one {one} {does}" if number == 1 else f"{number} {many} {do}"


def sentence_of(parts: list[str]) -> str:
    """Return the parts as one sentence with a capital and a full stop."""
    whole = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{whole[:1].upper()}{whole[1:]}."


def today_board(person: User) -> TodayBoard:
    """Return what waits for ``person`` today; the same number of queries for one course and for hundreds."""
    day, personas = today(), personas_of(person)
    learning = learning_overview(person)
    horizon = day + timedelta(days=DUE_WITHIN_DAYS)
    board = TodayBoard(
        person,
        day,
        due=[standing for standing in learning.due if standing.due_on and standing.due_on <= horizon],
        continue_with=learning.continue_with,
        observations=list(waiting_observations(person)),
        sessions=my_sessions(person, until=end_of_day(day + timedelta(days=SESSION_DAYS - 1))),
        has_learning=bool(learning.due or learning.in_progress or learning.done),
    )
    board.later = len(learning.due) - len(board.due) + len(learning.in_progress)
    board.programs = _programs(person, day)
    if board.programs:
        # Only people with a role in a program decide or owe anything there.
        waiting = everything_waiting_for(person)
        board.decisions, board.duties = waiting.decisions, waiting.duties
        if any(line.names_me for line in board.programs):
            board.mentions = _mentions(person)
    if Persona.COACH in personas:
        board.certificate = next_step(person)
    if Persona.MANAGER in personas:
        board.team = _team(person, day)
    if Persona.NEW_HIRE in personas:
        board.first_days = _first_days(person, day)
    return board


def _programs(person: User, day: date) -> list[ProgramLine]:
    lines = []
    for program, waves in program_lines(with_open_mentions(programs_of(person), person)):
        sentences = []
        for facts in waves:
            step = facts.current
            if step is None:
                sentences.append(f"{facts.wave.title}: all gates passed")
                continue
            due = f", gate {due_in_words(step.target_on, day)}" if step.target_on else ""
            sentences.append(f"{facts.wave.title}: step {step.number}, {step.title}{due}")
        url = reverse("rollout:board", args=[program.slug])
        lines.append(ProgramLine(program.title, url, sentences, bool(getattr(program, "names_me", False))))
    return lines


def _mentions(person: User) -> list[MentionLine]:
    lines = []
    for mention in open_mentions(person):
        remark = mention.remark
        step = remark.item.step
        address = [step.wave.program.slug, step.wave.number, step.key, remark.item.key]
        url = f"{reverse('rollout:item', args=address)}#comment-{remark.pk}"
        lines.append(MentionLine(remark.by.get_full_name(), remark.item.question, remark.text, url))
    return lines


def due_in_words(due_on: date, day: date) -> str:
    """Return “due in 9 days”, “due today”, “due tomorrow” or “overdue by 1 day”."""
    days = (due_on - day).days
    if days in (0, 1):
        return "due tomorrow" if days else "due today"
    unit = "day" if abs(days) == 1 else "days"
    return f"due in {days} {unit}" if days > 0 else f"overdue by {-days} {unit}"


def _team(person: User, day: date) -> Team:
    reports = {report.pk: report for report in reports_of(person.pk)}
    owed = (
        Enrollment.objects.open()
        .filter(person__in=list(reports), due_on__lte=day + timedelta(days=DUE_WITHIN_DAYS))
        .select_related(None)
        .order_by("due_on", "person__last_name", "pk")
        .values_list("person_id", "course__title", "due_on")
    )
    lines: dict[int, TeamLine] = {}
    for pk, title, due_on in owed:
        if due_on is None:  # asked for above; said again for the type checker
            continue
        line = lines.setdefault(pk, TeamLine(reports[pk].get_full_name(), [], due_on, due_on < day))
        line.courses.append(title)
    overdue = sum(line.is_overdue for line in lines.values())
    shown = list(lines.values())[:TEAM_LINES]
    return Team(len(reports), overdue, len(lines) - overdue, shown, len(lines) - len(shown))


def _first_days(person: User, day: date) -> FirstDays | None:
    place = Membership.objects.open().of(person.pk).select_related("manager").first()
    number = (day - place.hired_on).days + 1 if place else 0
    if place is None or not 1 <= number <= FIRST_DAYS:
        return None
    course = CoursePage.objects.live().filter(key=FIRST_COURSE).only("title", "slug").first()
    return FirstDays(
        number,
        place.manager.get_full_name() if place.manager else "",
        course.title if course else "",
        reverse("courses:course", args=[course.slug]) if course else "",
    )
