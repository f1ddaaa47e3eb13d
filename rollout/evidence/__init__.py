"""Live evidence: sources register themselves, and are asked once each for all checks of their kind.

A source takes a ``WaveContext`` and its checks and returns one unsaved ``Finding`` per check, in their order. One
that raises makes its own findings unknown, with the reason; unknown is not met (product.md, rule 6).
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.db import DatabaseError, connection

from people.api import Refused, User
from rollout.evidence.context import Check, WaveContext
from rollout.models import ChecklistItem, Finding

logger = logging.getLogger(__name__)

Source = Callable[[WaveContext, Sequence[Check]], list[Finding]]

SOURCES: dict[str, Source] = {}


def evidence_source(name: str) -> Callable[[Source], Source]:
    """Register the decorated function as the evidence source ``name``; a name can be taken once."""

    def register(source: Source) -> Source:
        if SOURCES.setdefault(name, source) is not source:
            raise ValueError(f"There are two evidence sources named “{name}”.")
        return source

    return register


def checks_of(item: ChecklistItem) -> list[Check]:
    """Return the item's checks, numbered from 0; a check without a strength has the item's."""
    return [
        Check(
            item=item,
            number=number,
            source=check["source"],
            parameters=check.get("parameters") or {},
            strength=check.get("strength") or item.strength,
        )
        for number, check in enumerate(item.checks)
    ]


def read_evidence(context: WaveContext, items: Iterable[ChecklistItem]) -> dict[int, tuple[Finding, ...]]:
    """Return the fresh findings of ``items`` by item id, in the order of their checks.

    The number of queries hangs on which sources are asked, never on how many checks or people there are.
    """
    by_source: dict[str, list[Check]] = defaultdict(list)
    for item in items:
        for check in checks_of(item):
            by_source[check.source].append(check)
    findings = [finding for name, checks in by_source.items() for finding in _ask(name, context, checks)]
    _name_the_missing(findings)
    by_item: dict[int, list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda finding: finding.check_number):
        by_item[finding.item_id].append(finding)
    return {item_id: tuple(found) for item_id, found in by_item.items()}


def _ask(name: str, context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    source = SOURCES.get(name)
    if source is None:
        return [_unknown(check, f"there is no evidence source named “{name}”") for check in checks]
    try:
        findings = source(context, checks)
        asked = [(check.item.pk, check.number) for check in checks]
        if [(finding.item_id, finding.check_number) for finding in findings] != asked:
            raise ValueError("the source did not answer every check")
    except Exception as error:
        # Whatever goes wrong in one source must not take the others down, and must not open anything.
        logger.exception("Evidence source %s failed for wave %s", name, context.wave.pk)
        if isinstance(error, DatabaseError) and connection.in_atomic_block and connection.vendor == "postgresql":
            # PostgreSQL answers nothing more in this transaction, so the deed that asked is refused as a whole.
            raise Refused(
                f"The evidence “{name.replace('_', ' ')}” could not be read just now, so nothing was changed. "
                "Try again in a few minutes."
            ) from error
        return [_unknown(check, str(error) or type(error).__name__) for check in checks]
    return findings


def _unknown(check: Check, reason: str) -> Finding:
    return check.finding(Finding.Status.UNKNOWN, f"Could not be read: {reason.rstrip('.')}")


def _name_the_missing(findings: Iterable[Finding]) -> None:
    rows = [row for finding in findings for row in finding.missing if row["person_id"] is not None]
    if not rows:
        return
    people = User.objects.filter(pk__in={row["person_id"] for row in rows}).order_by()
    names = {person.pk: str(person) for person in people.only("first_name", "last_name", "email")}
    for row in rows:
        row["name"] = names.get(row["person_id"], "")


from rollout.evidence import (  # noqa: E402 - the sources register themselves with what is defined above
    certified_coaches,
    charters_accepted,
    hierarchy_levels,
    learning_settled,
    meeting_dates_set,
    parameters_recorded,
    roles_filled,
    roster_frozen,
    session_trainers,
    sessions_planned,
    training_completed,
    training_enrolled,
)

__all__ = [
    "SOURCES",
    "Check",
    "WaveContext",
    "certified_coaches",
    "charters_accepted",
    "checks_of",
    "evidence_source",
    "hierarchy_levels",
    "learning_settled",
    "meeting_dates_set",
    "parameters_recorded",
    "read_evidence",
    "roles_filled",
    "roster_frozen",
    "session_trainers",
    "sessions_planned",
    "training_completed",
    "training_enrolled",
]
