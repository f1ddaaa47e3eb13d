"""How a program stands, evaluated once: the facts that board, sponsor page, digest and reminders all speak from."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rollout.models import Program, Step
from rollout.queries.boards import BoardFacts, WaveFacts
from rollout.queries.holders import Holders
from rollout.rules.evaluation import GateEvaluation, ItemEvaluation


@dataclass
class ProgramStanding:
    """A program's facts and the evaluations that were made of its current gates, by step id."""

    facts: BoardFacts
    evaluations: dict[int, GateEvaluation] = field(default_factory=dict)

    @property
    def program(self) -> Program:
        return self.facts.program

    @property
    def holders(self) -> Holders:
        return self.facts.holders

    @property
    def running(self) -> WaveFacts | None:
        """The first wave that still has a gate ahead of it."""
        return next((wave for wave in self.facts.waves if wave.current), None)

    @property
    def current(self) -> Step | None:
        """The step that wave is at."""
        return self.running.current if self.running else None

    @property
    def evaluation(self) -> GateEvaluation | None:
        """How the gate of the current step stands; None when all gates are passed or the program was stopped."""
        return self.evaluations.get(self.current.pk) if self.current else None

    @property
    def blocking(self) -> list[ItemEvaluation]:
        """What is open at the current gate: musts first, then shoulds."""
        return [*self.evaluation.open_musts, *self.evaluation.open_shoulds] if self.evaluation else []

    @property
    def ready(self) -> set[int]:
        """Ids of the steps whose gate can be decided, or waits to be."""
        return {pk for pk, one in self.evaluations.items() if one.verdict != "blocked"} | set(self.facts.submissions)


def placed(evaluations: Iterable[GateEvaluation]) -> None:
    """Hand every item its step, so that addresses are made without a query."""
    for evaluation in evaluations:
        for e in evaluation.items:
            e.item.step = evaluation.step
