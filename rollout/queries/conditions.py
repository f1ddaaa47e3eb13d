"""What conditional decisions asked for, as far as it still stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from rollout.models import Condition, GateDecision, Step

PASSING = (GateDecision.Outcome.GO, GateDecision.Outcome.CONDITIONAL_GO)
UNDER_CONDITIONS = (Step.State.PASSED_WITH_CONDITIONS, Step.State.SUSPECT)


@dataclass(frozen=True, slots=True)
class StandingCondition:
    """A condition that a gate passed under. ``next_step_id`` is the step at whose gate it is a must; None after the
    last one."""

    condition: Condition
    step_number: int
    next_step_id: int | None


def _standing() -> QuerySet[Condition]:
    """Conditions of the decision by which a step passed last, while the step counts as passed or is suspect."""
    later = GateDecision.objects.filter(
        step=OuterRef("decision__step"), outcome__in=PASSING, pk__gt=OuterRef("decision_id")
    )
    return Condition.objects.filter(~Exists(later), decision__step__state__in=UNDER_CONDITIONS)


def has_standing_conditions(wave_id: int) -> Exists:
    """Whether the wave has any, to be asked along with another query."""
    return Exists(_standing().filter(decision__step__wave=wave_id))


def standing_conditions(*, wave_ids: Iterable[int]) -> list[StandingCondition]:
    """Return the standing conditions of the waves, met ones too, with item, owner, decision and step. 1 query."""
    following = Step.objects.filter(
        wave=OuterRef("decision__step__wave"), number__gt=OuterRef("decision__step__number")
    ).order_by("number")
    rows = (
        _standing()
        .filter(decision__step__wave__in=list(wave_ids))
        .annotate(next_step_id=Subquery(following.values("pk")[:1]))
        .select_related("item", "owner", "decision__step")
        .defer("decision__snapshot")
        .order_by("decision__step__number", "due_on", "pk")
    )
    return [StandingCondition(row, row.decision.step.number, getattr(row, "next_step_id", None)) for row in rows]


def overdue_conditions(*, wave_ids: Iterable[int], day: date) -> list[Condition]:
    """Return the standing conditions that are open after their last day, as of ``day``, with item, owner, decision and
    step. 1 query."""
    return [
        one.condition
        for one in standing_conditions(wave_ids=wave_ids)
        if one.condition.met_at is None and one.condition.due_on < day
    ]


def condition_owner(item_id: int) -> int | None:
    """Return who owes the item as a standing condition, None when nobody does. 1 query."""
    return _standing().filter(item=item_id).values_list("owner_id", flat=True).first()
