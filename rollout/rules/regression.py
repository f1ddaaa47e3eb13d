"""Why a passed gate can no longer be relied on, in words. Never reset, only called into question (product.md, rules 9
and 10). Pure: ``services.suspicion`` brings the facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from people.api import in_words
from rollout.models import Condition, Finding, Suspicion, Waiver
from rollout.queries.holders import SlotHolders
from rollout.rules.evaluation import GateEvaluation, ItemEvaluation, ItemState, day_of, rank

Kind = Suspicion.Kind
SHOULD_RANK = rank("should")
ROSTER_TOLERANCE_PERCENT = 10


@dataclass(frozen=True)
class Cause:
    """One reason for doubt. ``kind`` and ``about`` say together what it is about, so that it is said once."""

    kind: Kind
    about: str
    because: str
    since: date


def causes_in_evidence(
    evaluation: GateEvaluation, snapshot: Mapping[str, Any], waivers_gone: Mapping[int, Waiver]
) -> list[Cause]:
    """Return the live items that stand worse than in ``snapshot``, and the waivers it leaned on that are gone.

    Latched items do not count. An item whose waiver (in ``waivers_gone`` by item id) ended without being met counts
    either way. Unknown is no regression: it says that the data could not be read, not that it turned.
    """
    then = {item["key"]: item for item in snapshot.get("items", ())}
    causes = []
    for item in evaluation.items:
        before = then.get(item.item.key)
        if before is None or item.state is not ItemState.OPEN or rank(item.open_strength) < SHOULD_RANK:
            continue
        if (waiver := waivers_gone.get(item.item.pk)) is not None:
            causes.append(_waiver_ended(item, waiver, day_of(evaluation.as_of)))
        elif _regressed(item, before):
            causes.append(_regression(item, day_of(evaluation.as_of)))
    return causes


def regressed_musts(evaluation: GateEvaluation) -> list[str]:
    """Return, in words, which musts and conditions of a submitted gate are open again; empty when none is.

    A gate is submitted only without open musts, so whatever is open has turned since. Unknown is no regression.
    """
    causes = [
        f"“{item.item.question}” was answered when the gate was submitted and is open again. {item.sentence}"
        for item in evaluation.open_musts
        if item.state is ItemState.OPEN
    ]
    causes += [
        f"The condition “{one.question}” was met when the gate was submitted and is open again. {one.e.sentence}"
        for one in evaluation.open_conditions
        if not one.is_unknown
    ]
    return causes


def _regressed(item: ItemEvaluation, before: Mapping[str, Any]) -> bool:
    was_waived = before["state"] == ItemState.WAIVED
    return item.item.is_live and not was_waived and rank(item.open_strength) > rank(before["open_strength"])


def _regression(item: ItemEvaluation, today: date) -> Cause:
    turned = [day_of(finding.changed_at) for finding in item.findings if finding.status == Finding.Status.NOT_MET]
    if item.last_statement is not None and not turned:
        turned.append(day_of(item.last_statement.at))
    since = max(turned, default=today)
    because = (
        f"“{item.item.question}” was answered when the gate passed and is open again since {in_words(since)}. "
        f"{item.sentence}"
    )
    return Cause(Kind.REGRESSED, item.item.key, because, since)


def _waiver_ended(item: ItemEvaluation, waiver: Waiver, today: date) -> Cause:
    question = item.item.question
    since = day_of(waiver.closed_at) if waiver.closed_at else today
    if waiver.state == Waiver.State.FULFILLED:
        because = f"“{question}” was waived when the gate passed, was met later, and is open again."
        since = today
    elif waiver.state == Waiver.State.EXPIRED or (waiver.state == Waiver.State.ACTIVE and waiver.expires_on < today):
        because = f"The waiver of “{question}” expired after {in_words(waiver.expires_on)}, and the question is open."
        since = waiver.expires_on + timedelta(days=1)
    else:
        because = (
            f"The waiver of “{question}” was {waiver.get_state_display().lower()} on {in_words(since)}, and the "
            "question is open."
        )
    return Cause(Kind.WAIVER_ENDED, str(waiver.pk), f"{because} {item.sentence}", since)


def vacancy(role: SlotHolders, since: date) -> Cause:
    """Nobody holds a role that the whole program hangs on."""
    title = role.slot.title
    return Cause(Kind.ROLE_VACANT, role.slot.key, f"The role {title} is vacant since {in_words(since)}.", since)


def roster_change(size: int, joined: int, left: int, decided_on: date, today: date) -> list[Cause]:
    """Joiners and leavers since the decision are more than 10 % of the ``size`` it was made for; a roster of nobody,
    or of unknown size, tells nothing."""
    if size <= 0 or (joined + left) * 100 <= ROSTER_TOLERANCE_PERCENT * size:
        return []
    moves = [f"{joined} joined" if joined else "", f"{left} left" if left else ""]
    because = (
        f"The roster changed by more than {ROSTER_TOLERANCE_PERCENT} % since {in_words(decided_on)}: of {size} people, "
        f"{' and '.join(filter(None, moves))}."
    )
    return [Cause(Kind.ROSTER_CHANGED, decided_on.isoformat(), because, today)]


def overdue(condition: Condition) -> Cause:
    """A condition under which the gate passed is past its day and not met."""
    because = (
        f"The condition “{condition.item.question}” ({condition.owner.get_full_name()}) was due on "
        f"{in_words(condition.due_on)} and is not met."
    )
    return Cause(Kind.CONDITION_OVERDUE, str(condition.pk), because, condition.due_on + timedelta(days=1))


def differences(snapshot: Mapping[str, Any], evaluation: GateEvaluation) -> list[str]:
    """Say question by question what stands otherwise than in ``snapshot``; empty when nothing that a decision
    depends on (``rules.gates.facts_digest``) has changed."""
    then = {item["key"]: item for item in snapshot.get("items", ())}
    found = []
    for e in evaluation.items:
        before = then.pop(e.item.key, None)
        if before is None:
            found.append(f"“{e.item.question}” was not asked when the gate passed.")
        elif before["state"] != e.state.value:
            found.append(f"“{e.item.question}”: {_word(before['state'])} then, {_word(e.state.value)} now.")
        elif before["open_strength"] != (e.open_strength.value if e.open_strength else None):
            found.append(f"“{e.item.question}”: what is open weighs otherwise than then. {e.sentence}")
        elif (before["waiver"] or {}).get("id") != (e.waiver.pk if e.waiver else None):
            found.append(f"“{e.item.question}” rests on another waiver than then.")
    found += [f"“{before['question']}” is not asked any more." for before in then.values()]
    return found + _different_conditions(snapshot, evaluation)


def _different_conditions(snapshot: Mapping[str, Any], evaluation: GateEvaluation) -> list[str]:
    then = {one["id"]: one["state"] for one in snapshot.get("conditions", ())}
    now = {one.condition.pk: one for one in evaluation.conditions}
    found = [f"The condition “{one.question}” is new." for pk, one in now.items() if pk not in then]
    found += [
        f"The condition “{one.question}”: {_word(then[pk])} then, {_word(one.e.state.value)} now."
        for pk, one in now.items()
        if pk in then and then[pk] != one.e.state.value
    ]
    gone = sum(pk not in now for pk in then)
    return [*found, f"{gone} of the conditions due here then are not due here now."] if gone else found


def _word(state: str) -> str:
    return state.replace("_", " ")


def joined_words(causes: Sequence[str], limit: int = 1000) -> str:
    """Return all causes as one text of at most ``limit`` characters."""
    text = " ".join(causes)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
