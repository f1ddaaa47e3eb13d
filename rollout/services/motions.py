"""What somebody moves at a gate: the outcome and what it has to come with. Checked here, written by ``gates``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from people.api import Refused, User, require, today
from rollout.models import ChecklistItem, GateDecision, GateSubmission, Step
from rollout.queries.holders import Holders, gate_roles
from rollout.rules.evaluation import GateEvaluation
from rollout.rules.gates import may_return_to, may_revisit_on
from rollout.rules.votes import ANY

Outcome = GateDecision.Outcome
MOST_TASKS = 60
LONGEST_TASK = 500


@dataclass(frozen=True)
class ConditionTerms:
    """What a conditional go asks for: the open item, who takes care of it, and until when."""

    item: ChecklistItem
    owner: User
    due_on: date


@dataclass(frozen=True)
class ReturnTask:
    """What a return asks for: a question that has to be answered again, a task in words, or both."""

    text: str = ""
    item: ChecklistItem | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the task as the decision keeps it."""
        item = self.item
        return {
            "step": item.step.key if item else "",
            "key": item.key if item else "",
            "question": item.question if item else "",
            "text": self.text.strip(),
        }


@dataclass(frozen=True)
class Motion:
    """An outcome that passed every rule, with the facts it was weighed on."""

    step: Step
    submission: GateSubmission
    holders: Holders
    evaluation: GateEvaluation
    actor: User
    principal: User | None
    outcome: str
    reason: str
    conditions: tuple[ConditionTerms, ...] = ()
    revisit_on: date | None = None
    return_to: Step | None = None
    todo: tuple[ReturnTask, ...] = ()

    @property
    def needs_votes(self) -> bool:
        """Whether several people have to agree. A stop is the sponsor's alone."""
        return gate_roles(self.step).quorum != ANY and self.outcome != Outcome.STOP

    def terms_as_json(self) -> dict[str, Any]:
        """Return what the outcome comes with; voices agree when outcome and terms are equal."""
        return {
            "conditions": [[term.item.pk, term.owner.pk, term.due_on.isoformat()] for term in self.conditions],
            "revisit_on": self.revisit_on.isoformat() if self.revisit_on else None,
            "return_to": self.return_to.pk if self.return_to else None,
            "todo": [task.as_json() for task in self.todo],
        }


def require_terms(
    outcome: str,
    evaluation: GateEvaluation,
    reason: str,
    conditions: Sequence[ConditionTerms],
    revisit_on: date | None,
    return_to: Step | None,
) -> list[ConditionTerms]:
    """Check what an outcome has to come with, and return the conditions in the order of the checklist."""
    if outcome == Outcome.HOLD:
        require(may_revisit_on(revisit_on))
    elif outcome == Outcome.RETURN:
        require(may_return_to(evaluation.step, return_to))
        if not reason.strip():
            raise Refused("A return needs a reason: what has to be done before this gate is looked at again.")
    elif outcome == Outcome.STOP:
        if not reason.strip():
            raise Refused("Stopping a program needs a reason.")
    elif outcome == Outcome.CONDITIONAL_GO:
        by_item = {term.item.pk: term for term in conditions}
        terms = []
        for e in evaluation.open_shoulds:
            term = by_item.get(e.item.pk)
            if term is None:
                raise Refused(f"“{e.item.question}” is open: give it an owner and a date.")
            if term.due_on < today():
                raise Refused(f"The date for “{e.item.question}” is over already.")
            if not term.owner.is_active:
                raise Refused(f"{term.owner.get_full_name()} has left, so “{e.item.question}” needs another owner.")
            terms.append(term)
        return terms
    return []


def require_tasks(step: Step, return_to: Step, todo: Sequence[ReturnTask]) -> tuple[ReturnTask, ...]:
    """Check the list of a return: questions of the steps that open again or are asked anew, and tasks with words."""
    tasks = tuple(task for task in todo if task.item is not None or task.text.strip())
    if len(tasks) > MOST_TASKS:
        raise Refused(f"A return lists at most {MOST_TASKS} things to do.")
    for task in tasks:
        if len(task.text.strip()) > LONGEST_TASK:
            raise Refused(f"One thing to do has at most {LONGEST_TASK} letters.")
        if task.item is None:
            continue
        asked = task.item.step
        if asked.wave_id != step.wave_id or not return_to.number <= asked.number <= step.number:
            raise Refused(
                f"“{task.item.question}” belongs to neither “{return_to}” nor a step up to “{step}”, so it cannot be "
                "on the list."
            )
    return tasks
