"""How one item is judged from its statements, findings and waiver (product.md, rules 2, 6 and 7). Pure."""

from collections.abc import Sequence
from datetime import date

from people.api import User, in_words
from rollout.models import ChecklistItem, Condition, Finding, Statement, Waiver
from rollout.queries.holders import Holders
from rollout.rules.evaluation import (
    ItemEvaluation,
    ItemState,
    Standing,
    Strength,
    day_of,
    replay,
    strongest,
)

Verification = ChecklistItem.Verification
Status = Finding.Status


def judge_item(
    item: ChecklistItem,
    *,
    statements: Sequence[Statement],
    findings: Sequence[Finding],
    waiver: Waiver | None,
    holders: Holders,
    today: date,
    condition: Condition | None = None,
) -> ItemEvaluation:
    """Return how ``item`` stands; ``condition`` is the one that its own gate passed under.

    ``statements`` in the order they were made, ``findings`` one per check, ``waiver`` the item's active waiver if
    there is one; it counts through ``expires_on`` (organization's calendar) and only when the item may be waived.
    """
    standing = replay(statements)
    state, open_strength, sentence, clause = _facts(item, standing, findings, holders)
    if waiver is not None and not (
        waiver.state == Waiver.State.ACTIVE and waiver.expires_on >= today and item.waivable
    ):
        waiver = None
    if standing.not_applicable is not None and item.may_be_not_applicable:
        reason = standing.not_applicable.text.rstrip(".")
        state, open_strength, sentence, clause = ItemState.NOT_APPLICABLE, None, f"Not applicable: {reason}.", ""
    elif waiver is not None and open_strength is not None:
        state, open_strength, clause = ItemState.WAIVED, None, ""
        sentence = f"Waived until {in_words(waiver.expires_on)}: {waiver.reason.rstrip('.')}. Not met: {sentence}"
    return ItemEvaluation(
        item=item,
        state=state,
        open_strength=open_strength,
        sentence=sentence,
        findings=tuple(findings),
        waiver=waiver,
        holders=_people(holders, item.responsible),
        last_statement=statements[-1] if statements else None,
        clause=clause,
        confirmers=_people(holders, item.confirmed_by),
        standing=standing,
        condition=condition,
    )


def _people(holders: Holders, key: str) -> tuple[User, ...]:
    role = holders.roles.get(key)
    return role.people if role else ()


def _owed_by(holders: Holders, key: str) -> str:
    """Return “the project lead (Anna Berg)”, or that nobody holds the role."""
    title = holders.title(key)
    # Abbreviations such as OKR and HR keep their capitals.
    title = title if title[1:2].isupper() else title[:1].lower() + title[1:]
    return f"the {title} ({holders.names(key) or 'vacant'})"


Facts = tuple[ItemState, Strength | None, str, str]


def _facts(item: ChecklistItem, standing: Standing, findings: Sequence[Finding], holders: Holders) -> Facts:
    match item.verification:
        case Verification.ATTEST:
            return _attested(item, standing, holders)
        case Verification.DOCUMENT:
            return _documented(item, standing, holders)
        case Verification.FOUR_EYES:
            return _seen_by_four_eyes(item, standing, holders)
    state, strength, sentence, clause = _live(item, findings)
    if item.verification == Verification.LIVE_CONFIRM and state is ItemState.MET:
        return _confirmed(item, standing, holders, sentence)
    return state, strength, sentence, clause


def _open(item: ChecklistItem, sentence: str, clause: str) -> Facts:
    return ItemState.OPEN, Strength(item.strength), sentence, clause


def _said(statement: Statement) -> str:
    return f"{statement.by} on {in_words(day_of(statement.at))}"


def _attested(item: ChecklistItem, standing: Standing, holders: Holders) -> Facts:
    if standing.answer is not None:
        return ItemState.MET, None, f"Stated by {_said(standing.answer)}.", ""
    owed = _owed_by(holders, item.responsible)
    return _open(item, f"Waits for an answer from {owed}.", f"“{item.question}” waits for {owed}")


def _documented(item: ChecklistItem, standing: Standing, holders: Holders) -> Facts:
    answer = standing.answer
    if answer is not None and (answer.link or answer.evidence_id):
        return ItemState.MET, None, f"Documented by {_said(answer)}.", ""
    owed = _owed_by(holders, item.responsible)
    if answer is not None:
        sentence = f"Stated by {_said(answer)}, but the file or link is missing. It is up to {owed}."
    else:
        sentence = f"Waits for a file or link from {owed}."
    return _open(item, sentence, f"“{item.question}” needs a file or link from {owed}")


def _seen_by_four_eyes(item: ChecklistItem, standing: Standing, holders: Holders) -> Facts:
    claim, confirmation = standing.claim, standing.confirmation
    # The service refuses it too; a confirmation of one's own claim is worth nothing wherever it came from.
    if claim is not None and confirmation is not None and confirmation.by_id != claim.by_id:
        return ItemState.MET, None, f"Stated by {_said(claim)}, confirmed by {_said(confirmation)}.", ""
    if claim is not None:
        owed = _owed_by(holders, item.confirmed_by)
        return _open(
            item,
            f"Stated by {_said(claim)}; waits for confirmation by {owed}.",
            f"“{item.question}” waits for confirmation by {owed}",
        )
    owed = _owed_by(holders, item.responsible)
    clause = f"“{item.question}” waits for {owed}"
    if standing.rejection is not None:
        text = standing.rejection.text.rstrip(".")
        reason = f": {text}" if text else ""
        return _open(item, f"Not confirmed by {_said(standing.rejection)}{reason}. Waits for {owed}.", clause)
    return _open(item, f"Waits for a statement from {owed}, then for {_owed_by(holders, item.confirmed_by)}.", clause)


def _confirmed(item: ChecklistItem, standing: Standing, holders: Holders, sentence: str) -> Facts:
    if standing.confirmation is not None:
        return ItemState.MET, None, f"{sentence} Confirmed by {_said(standing.confirmation)}.", ""
    owed = _owed_by(holders, item.confirmed_by)
    return _open(item, f"{sentence} Waits for confirmation by {owed}.", f"“{item.question}” waits for {owed}")


def _live(item: ChecklistItem, findings: Sequence[Finding]) -> Facts:
    if len(findings) != len(item.checks) or not findings:
        sentence = "It is unknown how this stands: not every check was read."
        return ItemState.UNKNOWN, Strength(item.strength), sentence, f"“{item.question}” could not be read from data"
    pending = [finding for finding in findings if finding.status != Status.MET]
    if not pending:
        return ItemState.MET, None, _sentences(findings), ""
    strength = strongest(finding.strength for finding in pending)
    not_met = any(finding.status == Status.NOT_MET for finding in pending)
    # The clause names what weighs most: an open should must not hide the must beside it.
    heaviest = [finding for finding in pending if finding.strength == strength]
    clause = "; ".join(_lower(finding.summary) for finding in heaviest)
    return ItemState.OPEN if not_met else ItemState.UNKNOWN, strength, _sentences(pending), clause


def _sentences(findings: Sequence[Finding]) -> str:
    return " ".join(f"{finding.summary.rstrip('.')}." for finding in findings)


def _lower(text: str) -> str:
    text = text.rstrip(".")
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
