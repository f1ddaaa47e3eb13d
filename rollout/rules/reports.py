"""One page about a program, for the sponsor and for the weekly letter: the same figures as the board. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from people.api import now
from rollout.models import Program, Waiver
from rollout.queries.holders import gate_roles
from rollout.queries.programs import today_of
from rollout.rules.changes import Change
from rollout.rules.duties import program_duties
from rollout.rules.standing import ProgramStanding
from rollout.rules.track import GateLine, Track, gate_lines, track_of
from rollout.rules.waivers import open_seats, who_approves
from rollout.rules.words import Vacancy, board_sentences, coach_load, count, gate_url, item_url, vacancies


@dataclass(frozen=True)
class WaitingDecision:
    """A gate or a waiver that waits: its name, who decides it, since when."""

    text: str
    who: str
    since: datetime
    url: str
    is_gate: bool = True


@dataclass(frozen=True)
class ProgramReport:
    """How a program stands, ready to be shown, printed or mailed."""

    program: Program
    day: date
    as_of: datetime
    track: Track
    sentences: tuple[tuple[str, str], ...]
    """Title and sentence of every wave."""
    gates: tuple[GateLine, ...]
    waiting: tuple[WaitingDecision, ...]
    owing: str
    """“12 people owe something”, empty when nobody does."""
    open_conditions: int
    vacancies: tuple[Vacancy, ...]
    coach_load: str
    changes: tuple[Change, ...]

    @property
    def waivers(self) -> list[WaitingDecision]:
        """The waivers that wait."""
        return [one for one in self.waiting if not one.is_gate]

    @property
    def goal(self) -> str:
        return self.program.goal

    @property
    def success_score(self) -> Decimal | None:
        return self.program.success_score


def report_of(standing: ProgramStanding, changes: Sequence[Change] = ()) -> ProgramReport:
    """Return the report; ``changes`` are those since the reader's last one. No query."""
    chases, _ = program_duties(standing)
    people = sum(chase.person_id is not None for chase in chases)
    verb = "owes" if people == 1 else "owe"
    teams = standing.running.teams if standing.running else 0
    holders = standing.holders
    waiting: list[WaitingDecision] = []
    for one in standing.facts.submissions.values():
        roles = gate_roles(one.step).decided_by
        who = holders.deciders(*roles) or f"{holders.title(*roles)} (vacant)"
        text = f"Gate of step {one.step.number}, {one.step.title}"
        waiting.append(WaitingDecision(text, who, one.submitted_at, gate_url(one.step) + "#decision"))
    for waiver in standing.facts.waivers:
        if waiver.state == Waiver.State.REQUESTED:
            who = who_approves(open_seats(waiver), holders)
            url = item_url(waiver.item) + "#waiver"
            waiting.append(WaitingDecision(f"Waiver: {waiver.item.question}", who, waiver.requested_at, url, False))
    return ProgramReport(
        program=standing.program,
        day=today_of(standing.program),
        as_of=now(),
        track=track_of(standing),
        sentences=tuple(
            (facts.wave.title, sentence) for facts, sentence in board_sentences(standing.facts, standing.evaluations)
        ),
        gates=tuple(gate_lines(standing)),
        waiting=tuple(waiting),
        owing=f"{count(people, 'person', 'people')} {verb} something" if people else "",
        open_conditions=len(standing.facts.conditions),
        vacancies=tuple(vacancies(holders, teams)),
        coach_load=coach_load(holders, teams),
        changes=tuple(changes),
    )
