"""How the gates of a wave stand, always fresh from data (product.md: an evaluation is computed whenever shown).

The classes live in ``rollout.rules.evaluation`` so that rules may ask them; import them from either place.
A fixed number of queries whatever the number of people, items and steps.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from people.api import now
from rollout.evidence import WaveContext, read_evidence
from rollout.models import ChecklistItem, RosterMember, Statement, Step, Waiver, Wave
from rollout.queries.conditions import StandingCondition, has_standing_conditions, standing_conditions
from rollout.queries.holders import Holders
from rollout.queries.programs import content_of, today_of
from rollout.rules.evaluation import (
    ConditionEvaluation,
    GateEvaluation,
    ItemEvaluation,
    ItemState,
    Outcome,
    Standing,
    Strength,
    Verdict,
    percent_of,
    snapshot_sha256,
    strongest,
)
from rollout.rules.judgment import judge_item

__all__ = [
    "ConditionEvaluation",
    "GateEvaluation",
    "ItemEvaluation",
    "ItemState",
    "Outcome",
    "Standing",
    "Strength",
    "Verdict",
    "evaluate_gate",
    "evaluate_steps",
    "freeze",
    "percent_of",
    "snapshot_sha256",
    "strongest",
    "wave_context",
]


def wave_context(wave: Wave, holders: Holders | None = None) -> WaveContext:
    """Return what evidence sources read from, for today in the organization's time zone, or for the day on which the
    program was paused."""
    content = content_of(wave.program.playbook_version)
    return WaveContext(wave=wave, today=today_of(wave.program), content=content, known_holders=holders)


def evaluate_steps(
    *, wave: Wave, steps: Iterable[Step] | None = None, holders: Holders | None = None
) -> dict[int, GateEvaluation]:
    """Return the evaluation of each of ``steps`` (default: all of the wave, in order) by step id.

    Every evidence source is asked once for all steps together. Fetch ``wave`` with
    ``select_related("program__playbook_version")`` to save two queries; ``holders`` (``queries.holders``), when they
    are at hand, save one more.
    """
    chosen = list(wave.steps.order_by("number") if steps is None else steps)
    as_of, context = now(), wave_context(wave, holders)
    rows = ChecklistItem.objects.filter(step__in=chosen).annotate(wave_has_conditions=has_standing_conditions(wave.pk))
    items: list[ChecklistItem] = list(rows.order_by("step__number", "position"))
    asked = any(getattr(item, "wave_has_conditions", False) for item in items)
    conditions = standing_conditions(wave_ids=[wave.pk]) if asked else []
    for one in conditions:
        one.condition.decision.step.wave = wave
        one.condition.item.step = one.condition.decision.step
    known = {item.pk for item in items}
    # What earlier gates asked for is read together with the rest, so that every source is asked once.
    items += [one.condition.item for one in conditions if one.condition.item_id not in known]
    statements = _statements_of(items)
    waivers = {
        waiver.item_id: waiver
        for waiver in Waiver.objects.filter(item__in=[item.pk for item in items], state=Waiver.State.ACTIVE).order_by(
            "pk"
        )
    }
    findings = read_evidence(context, items)
    by_step: dict[int, list[ItemEvaluation]] = defaultdict(list)
    by_item: dict[int, ItemEvaluation] = {}
    own_conditions = {one.condition.item_id: one.condition for one in conditions}
    for item in items:
        judged = judge_item(
            item,
            statements=statements.get(item.pk, ()),
            findings=findings.get(item.pk, ()),
            waiver=waivers.get(item.pk),
            holders=context.holders,
            today=context.today,
            condition=own_conditions.get(item.pk),
        )
        by_item[item.pk] = judged
        by_step[item.step_id].append(judged)
    return {
        step.pk: GateEvaluation(
            step=step,
            items=tuple(by_step[step.pk]),
            as_of=as_of,
            conditions=_due_at(step, conditions, by_item),
        )
        for step in chosen
    }


def _due_at(
    step: Step, conditions: Sequence[StandingCondition], by_item: Mapping[int, ItemEvaluation]
) -> tuple[ConditionEvaluation, ...]:
    """The conditions of the gate before ``step``, and whatever is open of gates before that."""
    judged = [(one, ConditionEvaluation(one.condition, by_item[one.condition.item_id])) for one in conditions]
    return tuple(
        evaluation
        for one, evaluation in judged
        if one.next_step_id == step.pk or (one.step_number < step.number and evaluation.is_open)
    )


def evaluate_gate(*, step: Step, holders: Holders | None = None) -> GateEvaluation:
    """Return the evaluation of one step's gate. Fetch ``step`` with
    ``select_related("wave__program__playbook_version")`` to save three queries."""
    return evaluate_steps(wave=step.wave, steps=[step], holders=holders)[step.pk]


def freeze(evaluation: GateEvaluation) -> dict[str, Any]:
    """Return the snapshot on which a gate is decided or confirmed again: the facts, and for how many people they were
    looked at (``roster_size``). 1 query."""
    snapshot = evaluation.as_snapshot()
    wave = evaluation.step.wave
    members = RosterMember.objects.filter(wave=wave).counted(today_of(wave.program))
    snapshot["roster_size"] = members.count()
    return {**snapshot, "sha256": snapshot_sha256(snapshot)}


def _statements_of(items: Sequence[ChecklistItem]) -> dict[int, list[Statement]]:
    found: dict[int, list[Statement]] = defaultdict(list)
    rows = (
        Statement.objects.filter(item__in=[item.pk for item in items])
        .select_related("by", "evidence")
        .order_by("at", "pk")
    )
    for statement in rows:
        found[statement.item_id].append(statement)
    return found
