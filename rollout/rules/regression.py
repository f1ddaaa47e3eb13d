"""When does a passed gate become suspect? Never by itself reset, only marked (product.md, rules 9 and 10). Pure."""

from collections.abc import Mapping
from typing import Any

from people.api import in_words
from rollout.models import Waiver
from rollout.rules.evaluation import GateEvaluation, ItemEvaluation, ItemState, rank

SHOULD_RANK = rank("should")


def causes_of_suspicion(
    evaluation: GateEvaluation, snapshot: Mapping[str, Any], waivers_gone: Mapping[int, Waiver]
) -> list[str]:
    """Return, in words, why a gate that passed on ``snapshot`` can no longer be relied on; empty when it can.

    A live item counts when it stands worse than at the decision; latched items do not. An item whose waiver (in
    ``waivers_gone`` by item id) ended without being met counts either way. Unknown is no regression: it says that the
    data could not be read, not that it turned.
    """
    then = {item["key"]: item for item in snapshot.get("items", ())}
    causes = []
    for item in evaluation.items:
        before = then.get(item.item.key)
        if before is None or item.state is not ItemState.OPEN or rank(item.open_strength) < SHOULD_RANK:
            continue
        if (waiver := waivers_gone.get(item.item.pk)) is not None:
            causes.append(_waiver_ended(item, waiver))
        elif _regressed(item, before):
            causes.append(
                f"“{item.item.question}” was answered when the gate passed and is open again. {item.sentence}"
            )
    return causes


def _regressed(item: ItemEvaluation, before: Mapping[str, Any]) -> bool:
    was_waived = before["state"] == ItemState.WAIVED
    return item.item.is_live and not was_waived and rank(item.open_strength) > rank(before["open_strength"])


def _waiver_ended(item: ItemEvaluation, waiver: Waiver) -> str:
    if waiver.state == Waiver.State.EXPIRED:
        ended = f"expired after {in_words(waiver.expires_on)}"
    elif waiver.state == Waiver.State.FULFILLED:
        return (
            f"“{item.item.question}” was waived when the gate passed, was met later, and is open again. {item.sentence}"
        )
    else:
        ended = f"is {waiver.get_state_display().lower()}"
    return f"The waiver of “{item.item.question}” {ended}, and the question is still open. {item.sentence}"
