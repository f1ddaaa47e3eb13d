"""How the parts of the program screens read: rails, histories, commitments."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from people.api import Answer, User, in_words
from rollout.models import Condition, GateDecision, GateSubmission, Step, in_whose_name
from rollout.queries.boards import GateHistory, WaveFacts
from rollout.queries.decisions import revisit_day
from rollout.queries.holders import Holders
from rollout.rules.evaluation import GateEvaluation, ItemState
from rollout.rules.programs import may_open_enrollment, may_start_cycle
from rollout.rules.words import gate_url, item_url

STATUS = {
    ItemState.MET: "met",
    ItemState.OPEN: "not_met",
    ItemState.WAIVED: "waived",
    ItemState.NOT_APPLICABLE: "not_applicable",
    ItemState.UNKNOWN: "unknown",
}


@dataclass
class RailStep:
    """A tread of the stair, as the rail component wants it."""

    number: int
    title: str
    url: str
    state: str
    gate: str
    is_current: bool
    step: Step


def rail_of(facts: WaveFacts, shown: Step | None, ready: Iterable[int] = ()) -> list[RailStep]:
    """Return the wave's steps for the rail; ``ready`` are ids of steps whose gate can be or waits to be decided."""
    gates = {
        Step.State.PASSED: "passed",
        Step.State.PASSED_WITH_CONDITIONS: "conditional",
        Step.State.SUSPECT: "suspect",
    }
    return [
        RailStep(
            step.number,
            step.title,
            gate_url(step),
            step.state,
            gates.get(Step.State(step.state), "ready" if step.pk in ready else "closed"),
            shown is not None and step.pk == shown.pk,
            step,
        )
        for step in facts.steps
    ]


@dataclass
class Happening:
    """An entry of the gate's history, newest first."""

    at: Any
    title: str
    by: str
    text: str = ""
    icon: str = "circle-dot"
    url: str = ""


ICONS = {"go": "flag", "conditional_go": "flag", "hold": "circle-pause", "return": "undo-2", "stop": "circle-stop"}


def condition_url(condition: Condition) -> str:
    """The page of a condition; its decision's step has to be at hand with wave and program."""
    step = condition.decision.step
    wave = step.wave
    return reverse("rollout:condition", args=[wave.program.slug, wave.number, step.key, condition.pk])


@dataclass
class TodoLine:
    """One thing that a return asks for; ``status`` is empty where only people can tell."""

    text: str
    question: str = ""
    url: str = ""
    status: str = ""
    word: str = ""


def todo_of(decision: GateDecision, evaluation: GateEvaluation) -> list[TodoLine]:
    """Return the list of a return as it stands at the step of ``evaluation``."""
    by_key = {e.item.key: e for e in evaluation.items}
    lines = []
    for task in decision.todo:
        e = by_key.get(task.get("key", "")) if task.get("step") == evaluation.step.key else None
        line = TodoLine(task.get("text", ""), task.get("question", ""))
        if e is not None:
            line.url = item_url(e.item)
            said_since = e.last_statement is not None and e.last_statement.at > decision.decided_at
            if e.state == ItemState.MET and said_since:
                line.status, line.word = "met", "Answered again"
            else:
                line.status, line.word = "not_met", "Not answered again yet"
        lines.append(line)
    return lines


def happened(history: GateHistory) -> list[Happening]:
    """Return submissions and decisions of a gate, newest first."""
    entries = []
    for decision in history.decisions:
        extra = ""
        if on := revisit_day(decision):
            moved = ", moved by a pause" if on != decision.revisit_on else ""
            extra = f"Looked at again on {in_words(on)}{moved}. "
        elif decision.return_to:
            extra = f"Back to step {decision.return_to.number}, {decision.return_to.title}. "
        wave = decision.step.wave
        url = reverse("rollout:decision", args=[wave.program.slug, wave.number, decision.step.key, decision.pk])
        by, icon = decision.deciders, ICONS.get(decision.outcome, "circle-dot")
        title = f"Decided: {decision.get_outcome_display()}"
        entries.append(Happening(decision.decided_at, title, by, extra + decision.reason, icon, url))
        if hasattr(decision, "lift"):
            lift = decision.lift
            entries.append(Happening(lift.at, "Hold lifted", lift.lifters, lift.reason, "flag"))
    for submission in history.submissions:
        by = submission.submitted_by.get_full_name()
        entries.append(Happening(submission.submitted_at, "Submitted for a decision", by, submission.message, "send"))
        if submission.state == GateSubmission.State.WITHDRAWN and submission.closed_at:
            by = submission.closed_by.get_full_name() if submission.closed_by else "Pilotage"
            entries.append(
                Happening(submission.closed_at, "Submission taken back", by, submission.closed_because, "undo-2")
            )
    for one in history.reopenings:
        by = in_whose_name(one.reopened_by, one.acting_for)
        entries.append(Happening(one.reopened_at, "Reopened", by, one.reason, "triangle-alert"))
    for again in history.reconfirmations:
        title = "Confirmed again" if again.is_final else "Confirmed again, in part"
        entries.append(Happening(again.confirmed_at, title, again.by_words, again.note, "shield-check"))
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


@dataclass
class Commitment:
    """A deed that commits people: shown with the reason as long as it is locked."""

    title: str
    meaning: str
    button: str
    url: str
    answer: Answer
    done: str = ""


def commitments_of(actor: User, facts: WaveFacts, holders: Holders) -> list[Commitment]:
    """Return the two commitments of a wave: open enrollment and start the cycle. No query."""
    wave, at = facts.wave, [facts.wave.program.slug, facts.wave.number]
    opened, started = wave.enrollment_opened_at, wave.cycle_started_at
    return [
        Commitment(
            "Enrollment",
            "Enrolls everybody on the roster and every role holder in their training.",
            "Enroll whoever has come since" if opened else "Open enrollment",
            reverse("rollout:open_enrollment", args=at),
            may_open_enrollment(actor, wave, steps=facts.steps, holders=holders),
            f"Open since {in_words(localtime(opened).date())}" if opened else "",
        ),
        Commitment(
            "First cycle",
            "Tells everybody that the first cycle runs from now on.",
            "Start the first cycle",
            reverse("rollout:start_cycle", args=at),
            may_start_cycle(actor, wave, steps=facts.steps, holders=holders),
            f"Started on {in_words(localtime(started).date())}" if started else "",
        ),
    ]
