"""How waves, steps and roles read in a sentence, on screens, in mail and on paper: pure functions from facts to
words."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.timezone import localtime

from people.api import in_words, today
from rollout.models import ChecklistItem, GateDecision, GateSubmission, Step
from rollout.queries.boards import BoardFacts, WaveFacts
from rollout.queries.decisions import is_standing_hold, revisit_day
from rollout.queries.holders import Holders, gate_roles
from rollout.queries.programs import today_of
from rollout.rules.evaluation import GateEvaluation


def count(number: int, one: str, many: str = "") -> str:
    """“1 question”, “3 questions”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def gate_url(step: Step) -> str:
    return reverse("rollout:gate", args=[step.wave.program.slug, step.wave.number, step.key])


def item_url(item: ChecklistItem) -> str:
    wave = item.step.wave
    return reverse("rollout:item", args=[wave.program.slug, wave.number, item.step.key, item.key])


def due_in_words(day: date, as_of: date | None = None) -> str:
    """“due today”, “due in 9 days”, “4 days overdue”, seen from ``as_of`` (default: today)."""
    days = (day - (as_of or today())).days
    if days == 0:
        return "due today"
    return f"due in {count(days, 'day')}" if days > 0 else f"{count(-days, 'day')} overdue"


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
        parts.append(f"gate {due_in_words(step.target_on, today_of(facts.wave.program))}")
    if submission is not None:
        names = holders.deciders(*gate_roles(step).decided_by) or holders.title(*gate_roles(step).decided_by)
        when = in_words(localtime(submission.submitted_at).date())
        parts.append(f"waiting for {names} to decide since {when}")
    elif evaluation is not None:
        parts.append(_obstacles(evaluation))
    if submission is None and decision is not None and is_standing_hold(decision):
        parts.append(f"on hold until {in_words(revisit_day(decision) or today())}")
    return f"{where}: {', '.join(parts) or step.get_state_display().lower()}."


def _obstacles(evaluation: GateEvaluation) -> str:
    musts, shoulds = len(evaluation.open_musts), len(evaluation.open_shoulds)
    if evaluation.verdict == "blocked":
        owed = [count(musts, "question")] if musts else []
        if conditions := len(evaluation.open_conditions):
            owed.append(count(conditions, "condition of the gate before", "conditions of the gate before"))
        return f"blocked by {' and '.join(owed)}" if owed else "nothing to evaluate yet"
    if evaluation.verdict == "conditional":
        return f"ready to be submitted, with {count(shoulds, 'condition')}"
    return "ready to be submitted"


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
        if role.filled < needed:
            found.append(Vacancy(role.slot.title, needed, role.filled, role.slot.is_required))
    return sorted(found, key=lambda vacancy: not vacancy.is_required)


def coach_load(holders: Holders, teams: int) -> str:
    """Say how many teams a coach looks after, and whether that is too many; empty without coaches or teams."""
    coach = holders.roles.get("coach")
    if coach is None or not coach.filled or not teams:
        return ""
    each = teams / coach.filled
    limit = coach.slot.per_teams or 5
    verdict = f"at most {limit} are advised" if each <= limit else f"too many: at most {limit} are advised"
    return f"{count(coach.filled, 'coach', 'coaches')} for {count(teams, 'team')}: {each:.1f} each, {verdict}."


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
