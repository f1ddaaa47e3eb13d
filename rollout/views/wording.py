"""How waves, steps and duties read on the screens: pure functions from facts to words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from people.api import Answer, User, in_words, today
from rollout.models import ChecklistItem, GateDecision, GateSubmission, Step
from rollout.queries.boards import BoardFacts, GateHistory, WaveFacts
from rollout.queries.holders import Holders, gate_roles
from rollout.rules.evaluation import GateEvaluation, ItemEvaluation, ItemState
from rollout.rules.programs import may_open_enrollment, may_start_cycle

STATUS = {
    ItemState.MET: "met",
    ItemState.OPEN: "not_met",
    ItemState.WAIVED: "waived",
    ItemState.NOT_APPLICABLE: "not_applicable",
    ItemState.UNKNOWN: "unknown",
}


def count(number: int, one: str, many: str = "") -> str:
    """“1 question”, “3 questions”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def gate_url(step: Step) -> str:
    return reverse("rollout:gate", args=[step.wave.program.slug, step.wave.number, step.key])


def item_url(item: ChecklistItem) -> str:
    wave = item.step.wave
    return reverse("rollout:item", args=[wave.program.slug, wave.number, item.step.key, item.key])


def due_in_words(day: date) -> str:
    """“due today”, “due in 9 days”, “4 days overdue”."""
    days = (day - today()).days
    if days == 0:
        return "due today"
    return f"due in {count(days, 'day')}" if days > 0 else f"{count(-days, 'day')} overdue"


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


def wave_sentence(
    facts: WaveFacts,
    evaluation: GateEvaluation | None,
    submission: GateSubmission | None,
    decision: GateDecision | None,
    holders: Holders,
) -> str:
    """Say in one sentence how the wave stands: where it is, when its gate is due, and what is in the way."""
    step = facts.current
    last = facts.steps[-1].number if facts.steps else 0
    if not facts.steps:
        return "This wave has no steps yet."
    if step is None:
        return f"All {len(facts.steps)} gates are passed."
    where = f"Step {step.number} of {last}, {step.title}"
    if step.state == Step.State.STOPPED:
        return f"{where}: stopped."
    parts = []
    if step.state == Step.State.SUSPECT:
        parts.append(f"suspect, because {step.suspect_because[:1].lower()}{step.suspect_because[1:].rstrip('.')}")
    if step.target_on:
        parts.append(f"gate {due_in_words(step.target_on)}")
    if submission is not None:
        names = holders.names(*gate_roles(step).decided_by) or holders.title(*gate_roles(step).decided_by)
        when = in_words(localtime(submission.submitted_at).date())
        parts.append(f"waiting for {names} to decide since {when}")
    elif evaluation is not None:
        parts.append(_obstacles(evaluation))
    if submission is None and decision is not None and decision.revisit_on:
        parts.append(f"on hold until {in_words(decision.revisit_on)}")
    return f"{where}: {', '.join(parts) or step.get_state_display().lower()}."


def _obstacles(evaluation: GateEvaluation) -> str:
    musts, shoulds = len(evaluation.open_musts), len(evaluation.open_shoulds)
    if evaluation.verdict == "blocked":
        return f"blocked by {count(musts, 'question')}" if musts else "nothing to evaluate yet"
    if evaluation.verdict == "conditional":
        return f"ready to be submitted, with {count(shoulds, 'condition')}"
    return "ready to be submitted"


@dataclass
class Duty:
    """One thing that somebody owes, with the page on which to do it."""

    text: str
    url: str
    label: str
    strength: str
    due_on: date | None = None

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < today()


@dataclass
class Chase:
    """Somebody who owes something. ``person_id`` is None for a vacant role or a team."""

    name: str
    person_id: int | None
    role: str = ""
    duties: list[Duty] = field(default_factory=list)
    hidden: int = 0

    @property
    def is_blocking(self) -> bool:
        return any(duty.strength == "must" for duty in self.duties)


def people_to_chase(evaluation: GateEvaluation, holders: Holders) -> tuple[list[Chase], list[str]]:
    """Return who owes what for the gate, those who block first, and notes about what names nobody any more.

    Live findings name the people who are missing (at most 50 a finding; a note counts the rest); other open
    questions are owed by whoever has the next move: the confirmer of a claim, else the responsible role.
    """
    chases: dict[tuple[int | None, str], Chase] = {}
    notes: list[str] = []

    def owe(person_id: int | None, name: str, duty: Duty, role: str = "") -> None:
        chase = chases.setdefault((person_id, name if person_id is None else ""), Chase(name, person_id, role))
        chase.duties.append(duty)

    for e in evaluation.items:
        if not e.is_open:
            continue
        named = _owe_findings(e, owe, notes)
        if not named:
            _owe_answer(e, holders, owe)
    ordered = sorted(chases.values(), key=lambda one: (not one.is_blocking, -len(one.duties), one.name))
    return ordered, notes


def _owe_findings(e: ItemEvaluation, owe: Any, notes: list[str]) -> bool:
    named = False
    for finding in e.findings:
        if finding.status == "met":
            continue
        people = [row for row in finding.missing if row.get("person_id")]
        for row in people:
            named = True
            what = row.get("what") or finding.summary
            duty = Duty(_sentence(what), finding.fix_url or item_url(e.item), finding.fix_label, finding.strength)
            owe(row["person_id"], row["name"], duty)
        if people and finding.missing_count > len(people):
            notes.append(f"{finding.summary.rstrip('.')}: the first {len(people)} are listed.")
    return named


def _owe_answer(e: ItemEvaluation, holders: Holders, owe: Any) -> None:
    waits_for_confirmation = bool(e.item.confirmed_by) and (
        e.standing.claim is not None or (bool(e.findings) and all(f.status == "met" for f in e.findings))
    )
    key = e.item.confirmed_by if waits_for_confirmation else e.item.responsible
    fix = next((f for f in e.findings if f.status != "met" and f.fix_url), None)
    text = next((f.summary for f in e.findings if f.status != "met"), e.item.question)
    label = "Confirm" if waits_for_confirmation else (fix.fix_label if fix else "Answer")
    duty = Duty(
        e.item.question if waits_for_confirmation else _sentence(text),
        fix.fix_url if fix and not waits_for_confirmation else item_url(e.item),
        label,
        e.open_strength.value if e.open_strength else "",
        e.item.due_on,
    )
    people = holders.people(key)
    for person in people:
        owe(person.pk, person.get_full_name(), duty, holders.title(key))
    if not people:
        owe(None, f"{holders.title(key)} (vacant)", duty)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")


@dataclass
class Vacancy:
    """A role with fewer holders than it needs."""

    title: str
    needed: int
    held: int
    is_required: bool

    @property
    def sentence(self) -> str:
        if self.held == 0:
            return "vacant" if self.needed <= 1 else f"vacant, {self.needed} needed"
        return f"{self.held} of {self.needed}"


def needed_holders(per_teams: int | None, minimum: int, teams: int) -> int:
    """Return how many holders a role needs for so many teams."""
    return max(minimum, -(-teams // per_teams)) if per_teams else minimum


def vacancies(holders: Holders, teams: int) -> list[Vacancy]:
    """Return the roles with too few holders, required ones first."""
    found = []
    for role in holders.roles.values():
        needed = needed_holders(role.slot.per_teams, role.slot.minimum, teams)
        if len(role.holders) < needed:
            found.append(Vacancy(role.slot.title, needed, len(role.holders), role.slot.is_required))
    return sorted(found, key=lambda vacancy: not vacancy.is_required)


def coach_load(holders: Holders, teams: int) -> str:
    """Say how many teams a coach looks after, and whether that is too many; empty without coaches or teams."""
    coach = holders.roles.get("coach")
    if coach is None or not coach.holders or not teams:
        return ""
    each = teams / len(coach.holders)
    limit = coach.slot.per_teams or 5
    verdict = f"at most {limit} are advised" if each <= limit else f"too many: at most {limit} are advised"
    return f"{count(len(coach.holders), 'coach', 'coaches')} for {count(teams, 'team')}: {each:.1f} each, {verdict}."


def board_sentences(board: BoardFacts, evaluations: dict[int, GateEvaluation]) -> list[tuple[WaveFacts, str]]:
    """Return one opening sentence per wave."""
    lines = []
    for facts in board.waves:
        step = facts.current
        pk = step.pk if step else 0
        sentence = wave_sentence(
            facts, evaluations.get(pk), board.submissions.get(pk), board.decisions.get(pk), board.holders
        )
        lines.append((facts, sentence))
    return lines


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


def happened(history: GateHistory) -> list[Happening]:
    """Return submissions and decisions of a gate, newest first."""
    entries = []
    for decision in history.decisions:
        extra = ""
        if decision.revisit_on:
            extra = f"Looked at again on {in_words(decision.revisit_on)}. "
        elif decision.return_to:
            extra = f"Back to step {decision.return_to.number}, {decision.return_to.title}. "
        wave = decision.step.wave
        url = reverse("rollout:decision", args=[wave.program.slug, wave.number, decision.step.key, decision.pk])
        by, icon = decision.decided_by.get_full_name(), ICONS.get(decision.outcome, "circle-dot")
        title = f"Decided: {decision.get_outcome_display()}"
        entries.append(Happening(decision.decided_at, title, by, extra + decision.reason, icon, url))
    for submission in history.submissions:
        by = submission.submitted_by.get_full_name()
        entries.append(Happening(submission.submitted_at, "Submitted for a decision", by, submission.message, "send"))
        if submission.state == GateSubmission.State.WITHDRAWN and submission.closed_at:
            entries.append(Happening(submission.closed_at, "Submission taken back", "", "", "undo-2"))
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
