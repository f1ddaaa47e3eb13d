"""Whether a program is on track, by a rule that is stated with the answer. Pure; no blended score."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from people.api import in_words
from rollout.models import Program, Step, Waiver
from rollout.queries.decisions import revisit_day
from rollout.queries.holders import PROJECT_LEAD, SPONSOR
from rollout.queries.programs import today_of
from rollout.rules.evaluation import day_of
from rollout.rules.standing import ProgramStanding
from rollout.rules.words import count, gate_url, item_url, vacancies

WATCHED_DAYS = 14
RULE = (
    "On track means: no gate is overdue or suspect, no condition is overdue, sponsor and project lead are named, and "
    f"in the last {WATCHED_DAYS} days before a gate nothing is open that must be met."
)


@dataclass(frozen=True)
class Sign:
    """One thing that stands in the way (``is_off``) or deserves a look, heaviest first, with where to see to it."""

    text: str
    url: str
    is_off: bool


@dataclass(frozen=True)
class Track:
    """The answer: ``status`` is a status code, ``headline`` says it, ``signs`` say why."""

    status: str
    headline: str
    signs: tuple[Sign, ...] = ()
    rule: str = RULE

    @property
    def risk(self) -> Sign | None:
        """The one risk: what weighs most."""
        return self.signs[0] if self.signs else None


def track_of(standing: ProgramStanding) -> Track:
    """Return whether the program is on track, and why not. No query."""
    program = standing.program
    if program.state == Program.State.STOPPED:
        return Track("stopped", "Stopped")
    if program.state == Program.State.PAUSED:
        since = f" since {in_words(program.paused_on)}" if program.paused_on else ""
        return Track("suspended", f"Paused{since}: the clocks stand still")
    signs = tuple(sorted(_signs(standing), key=lambda sign: not sign.is_off))
    if any(sign.is_off for sign in signs):
        return Track("blocked", "Not on track", signs)
    if standing.running is None:
        return Track("met", "All gates are passed", signs)
    if signs:
        return Track("warning", f"On track, with {count(len(signs), 'thing')} to watch", signs)
    return Track("met", "On track")


def _signs(standing: ProgramStanding) -> Iterator[Sign]:
    yield from _late_gates(standing)
    yield from _conditions(standing)
    yield from _roles(standing)
    yield from _current_gate(standing)
    for waiver in standing.facts.waivers:
        if waiver.state == Waiver.State.ACTIVE and waiver.risk == Waiver.Risk.HIGH:
            until = in_words(waiver.expires_on)
            yield Sign(f"High risk waived until {until}: {waiver.item.question}", item_url(waiver.item), False)


def _late_gates(standing: ProgramStanding) -> Iterator[Sign]:
    day = today_of(standing.program)
    for wave in standing.facts.waves:
        for step in wave.steps:
            name = f"gate of step {step.number}, {step.title}"
            if step.state == Step.State.SUSPECT:
                because = step.suspect_because.rstrip(".")
                yield Sign(f"The {name} is suspect: {because}", gate_url(step), True)
            elif step.state not in Step.PASSED_STATES and step.target_on and step.target_on < day:
                late = count((day - step.target_on).days, "day")
                yield Sign(f"The {name} is overdue by {late}", gate_url(step), True)


def _conditions(standing: ProgramStanding) -> Iterator[Sign]:
    day = today_of(standing.program)
    for condition in standing.facts.conditions:
        if condition.due_on < day:
            owner = condition.owner.get_full_name()
            text = f"A condition of {owner} was due on {in_words(condition.due_on)}: {condition.item.question}"
            yield Sign(text, item_url(condition.item), True)


def _roles(standing: ProgramStanding) -> Iterator[Sign]:
    url = reverse("rollout:roles", args=[standing.program.slug])
    vital = {standing.holders.title(key) for key in (SPONSOR, PROJECT_LEAD) if key in standing.holders.roles}
    teams = standing.running.teams if standing.running else 0
    for vacancy in vacancies(standing.holders, teams):
        if vacancy.is_required:
            yield Sign(f"{vacancy.title}: {vacancy.sentence}", url, vacancy.title in vital and vacancy.held == 0)


def _current_gate(standing: ProgramStanding) -> Iterator[Sign]:
    step, evaluation = standing.current, standing.evaluation
    if step is None or evaluation is None or step.state == Step.State.SUSPECT:
        return
    day = today_of(standing.program)
    name = f"step {step.number}, {step.title}"
    musts = len(evaluation.open_musts)
    if step.target_on and day <= step.target_on <= day + timedelta(days=WATCHED_DAYS) and musts:
        what = count(musts, "question")
        text = f"The gate of {name} is due {in_words(step.target_on)}, and {what} must still be met"
        yield Sign(text, gate_url(step), True)
    decision = standing.facts.decisions.get(step.pk)
    on = revisit_day(decision) if decision is not None else None
    if on is not None and step.pk not in standing.facts.submissions:
        yield Sign(f"The gate of {name} is on hold until {in_words(on)}", gate_url(step), False)
    if evaluation.unknowns:
        what = count(len(evaluation.unknowns), "question")
        yield Sign(f"At {name}, {what} could not be read from data", gate_url(step), False)


@dataclass(frozen=True)
class GateLine:
    """One gate: when it was planned, when it was passed, and the difference in words."""

    wave: str
    step: Step
    planned: date | None
    actual: date | None
    words: str
    status: str


def gate_lines(standing: ProgramStanding) -> list[GateLine]:
    """Return planned and actual date of every gate, wave by wave. No query."""
    day = today_of(standing.program)
    return [_gate_line(wave.wave.title, step, day) for wave in standing.facts.waves for step in wave.steps]


def _gate_line(wave: str, step: Step, day: date) -> GateLine:
    planned = step.target_on
    is_passed = step.state in (*Step.PASSED_STATES, Step.State.SUSPECT)
    actual = day_of(step.passed_at) if step.passed_at and is_passed else None
    if actual is not None:
        words = _difference((actual - planned).days) if planned else "passed"
        return GateLine(wave, step, planned, actual, words, step.state)
    if planned is None:
        return GateLine(wave, step, None, None, "no date yet", step.state)
    days = (planned - day).days
    if days < 0:
        return GateLine(wave, step, planned, None, f"{count(-days, 'day')} overdue", "overdue")
    return GateLine(wave, step, planned, None, "due today" if days == 0 else f"in {count(days, 'day')}", step.state)


def _difference(days: int) -> str:
    if days == 0:
        return "on the day"
    return f"{count(days, 'day')} late" if days > 0 else f"{count(-days, 'day')} early"
