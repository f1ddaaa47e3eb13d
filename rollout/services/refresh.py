"""Keep what the product shows in step with the data: findings, expired waivers, suspect gates.

Looks again for itself each time, so it may run twice, late, or after the news was lost (docs/decisions/0002).
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import transaction

from people.api import announce
from rollout.models import Condition, Finding, Step, Waiver, Wave
from rollout.queries.programs import running_waves
from rollout.rules.evaluation import GateEvaluation, ItemState
from rollout.rules.regression import regressed_musts
from rollout.services.evaluation import evaluate_steps, wave_context
from rollout.services.gates import withdraw_if_regressed
from rollout.services.locks import lock_wave
from rollout.services.moves import follow_moves
from rollout.services.outcomes import open_submissions
from rollout.services.suspicion import call_into_question, find_causes
from rollout.services.waivers import expire_waiver, fulfill_waiver
from rollout.signals import findings_turned

logger = logging.getLogger(__name__)

FINDING_FIELDS = (
    "source",
    "strength",
    "status",
    "summary",
    "value",
    "target",
    "missing",
    "missing_count",
    "warnings",
    "fix_label",
    "fix_url",
    "as_of",
    "changed_at",
)


@dataclass(frozen=True)
class Refreshed:
    """What a refresh changed: item ids whose finding turned, waivers that expired or were fulfilled, steps that
    became suspect."""

    turned: tuple[int, ...] = ()
    expired: tuple[int, ...] = ()
    fulfilled: tuple[int, ...] = ()
    suspect: tuple[int, ...] = ()
    withdrawn: tuple[int, ...] = ()


def refresh_wave(*, wave_id: int) -> Refreshed:
    """Evaluate the wave's gates anew and write down what turned. Raises ``Wave.DoesNotExist``.

    Findings are replaced (``changed_at`` moves only when the status turned), waivers past their last day expire,
    those of items that are met now are fulfilled, conditions of items that are met now are met, and a passed step
    becomes suspect, with the cause in words, when a live item regressed or a waiver that the decision leaned on is
    gone. Nothing is ever reset. Waves of stopped programs stay as they are. Announces only its own changes, so it
    never calls itself again.
    """
    wave = running_waves().filter(pk=wave_id).first()
    if wave is None:
        Wave.objects.get(pk=wave_id)
        return Refreshed()
    steps = {step.pk: step for step in wave.steps.order_by("number")}
    # Before the locks: a source that fails in the database must not take the transaction with it.
    evaluations = evaluate_steps(wave=wave, steps=steps.values())
    return _write(wave, steps, evaluations)


@transaction.atomic
def _write(wave: Wave, steps: dict[int, Step], evaluations: dict[int, GateEvaluation]) -> Refreshed:
    lock_wave(wave.pk)
    locked = {step.pk: step for step in Step.objects.select_for_update(no_key=True).filter(wave=wave).order_by("pk")}
    turned = _write_findings(evaluations.values())
    expired, fulfilled = _close_waivers(wave, evaluations.values())
    _meet_conditions(evaluations.values())
    withdrawn = _withdraw_what_regressed(evaluations)
    # A gate that was decided since the data was read is left to the next refresh.
    seen = [
        replace(evaluation, step=locked[step_id])
        for step_id, evaluation in evaluations.items()
        if (locked[step_id].state, locked[step_id].passed_at) == (steps[step_id].state, steps[step_id].passed_at)
    ]
    causes = find_causes(wave, seen)
    suspect = [step_id for step_id, found in causes.items() if call_into_question(locked[step_id], found)]
    if turned:
        announce(findings_turned, wave_id=wave.pk, item_ids=list(turned))
    return Refreshed(turned=turned, expired=expired, fulfilled=fulfilled, suspect=tuple(suspect), withdrawn=withdrawn)


def _write_findings(evaluations: Iterable[GateEvaluation]) -> tuple[int, ...]:
    evaluations = list(evaluations)
    items = [(item, evaluation.as_of) for evaluation in evaluations for item in evaluation.items if item.item.checks]
    standing = {
        (finding.item_id, finding.check_number): finding
        for finding in Finding.objects.filter(item__in=[item.item.pk for item, _ in items])
    }
    rows: list[Finding] = []
    turned: list[int] = []
    kept: set[tuple[int, int]] = set()
    for item, as_of in items:
        for finding in item.findings:
            key = (finding.item_id, finding.check_number)
            before = standing.get(key)
            kept.add(key)
            if before is not None and before.as_of > as_of:
                continue  # a refresh that started later was faster
            has_turned = before is None or before.status != finding.status
            finding.as_of, finding.changed_at = as_of, as_of if before is None or has_turned else before.changed_at
            if has_turned:
                turned.append(finding.item_id)
            rows.append(finding)
    if rows:
        Finding.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["item", "check_number"], update_fields=FINDING_FIELDS
        )
    if stale := [finding.pk for key, finding in standing.items() if key not in kept]:
        Finding.objects.filter(pk__in=stale).delete()
    return tuple(dict.fromkeys(turned))


def _close_waivers(wave: Wave, evaluations: Iterable[GateEvaluation]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Expire waivers past their last day and fulfill active ones of items that are met; return the ids of both.

    The evaluations need not be made again: they count neither a waiver that is over nor one that is not needed.
    """
    met = {e.item.pk for evaluation in evaluations for e in evaluation.items if e.state is ItemState.MET}
    live = (
        Waiver.objects.select_for_update(of=("self",), no_key=True)
        .live()
        .filter(item__step__wave=wave)
        .select_related("item")
        .order_by("pk")
    )
    day = wave_context(wave).today
    expired, fulfilled = [], []
    for waiver in live:
        if waiver.expires_on < day:
            expired.append(expire_waiver(waiver=waiver).pk)
        elif waiver.state == Waiver.State.ACTIVE and waiver.item_id in met:
            fulfilled.append(fulfill_waiver(waiver=waiver).pk)
    return tuple(expired), tuple(fulfilled)


def _meet_conditions(evaluations: Iterable[GateEvaluation]) -> None:
    """Keep ``met_at`` of the standing conditions in step with their questions. Unknown leaves it as it is."""
    for evaluation in evaluations:
        for e in evaluation.items:
            if e.condition is None or e.state is ItemState.UNKNOWN:
                continue
            is_met = e.state is ItemState.MET
            if is_met != (e.condition.met_at is not None):
                Condition.objects.filter(pk=e.condition.pk).update(met_at=evaluation.as_of if is_met else None)


def _withdraw_what_regressed(evaluations: Mapping[int, GateEvaluation]) -> tuple[int, ...]:
    """Take back the submissions whose gate has a must that is open again."""
    turned = [pk for pk, evaluation in evaluations.items() if regressed_musts(evaluation)]
    withdrawn = [withdraw_if_regressed(submission=one) for one in open_submissions(step_ids=turned)] if turned else []
    return tuple(one.pk for one in withdrawn if one is not None)


def refresh_waves(*, wave_ids: Iterable[int]) -> int:
    """Refresh several waves, each for itself; return how many succeeded. One that fails is logged and left to the
    sweep."""
    done = 0
    for wave_id in wave_ids:
        try:
            refresh_wave(wave_id=wave_id)
        except Exception:
            logger.exception("Wave %s could not be refreshed", wave_id)
        else:
            done += 1
    return done


def sweep() -> int:
    """Find whatever news was lost: let rosters and roles follow the organization, then refresh every running wave."""
    try:
        follow_moves()
    except Exception:
        logger.exception("Rosters could not follow the organization")
    return refresh_waves(wave_ids=list(running_waves().order_by("pk").values_list("pk", flat=True)))
