"""What a gate's facts amount to: pure judgment, no database. ``services.evaluation`` brings the facts.

Rules module so that predicates (``rules.gates``) can ask an evaluation; services re-export everything here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal

from people.api import User, in_words, organization_zone
from rollout.chain import snapshot_sha256
from rollout.models import ChecklistItem, Condition, Finding, GateDecision, Statement, Step, Waiver

Strength = ChecklistItem.Strength
Outcome = GateDecision.Outcome
Verdict = Literal["clear", "conditional", "blocked"]

RANK: dict[str, int] = {Strength.MAY: 1, Strength.SHOULD: 2, Strength.MUST: 3}
SENTENCE_REASONS = 3


class ItemState(str, Enum):  # noqa: UP042 - StrEnum's members print differently inside templates
    """How a checklist item stands now. A waived item is never met (product.md, rule 7)."""

    MET = "met"
    OPEN = "open"
    WAIVED = "waived"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return self.value

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


def strongest(strengths: Iterable[str]) -> Strength | None:
    """Return the strongest of ``strengths``, None when there is none."""
    ranked = max(strengths, key=lambda strength: RANK[strength], default=None)
    return None if ranked is None else Strength(ranked)


def rank(strength: str | None) -> int:
    """Return 0 for nothing, 1 for may, 2 for should, 3 for must."""
    return RANK[strength] if strength else 0


def day_of(moment: datetime) -> date:
    """Return the calendar day of ``moment`` in the organization's time zone."""
    return moment.astimezone(organization_zone()).date()


def percent_of(met: int, total: int) -> int:
    """Return met / total in whole percent, rounded down so that 100 means all; 100 when nothing is asked."""
    return 100 if total == 0 else met * 100 // total


@dataclass(frozen=True)
class Standing:
    """What of an item's statements still stands after replaying them in order."""

    answer: Statement | None = None
    """The attestation or document that stands."""
    claim: Statement | None = None
    confirmation: Statement | None = None
    rejection: Statement | None = None
    not_applicable: Statement | None = None


def replay(statements: Sequence[Statement]) -> Standing:
    """Return what still stands of ``statements`` (in the order in which they were made)."""
    kinds = Statement.Kind
    answer = claim = confirmation = rejection = not_applicable = None
    for statement in statements:
        match statement.kind:
            case kinds.ATTESTED | kinds.DOCUMENTED:
                answer, not_applicable = statement, None
            case kinds.CLAIMED:
                claim, confirmation, rejection, not_applicable = statement, None, None, None
            case kinds.CONFIRMED:
                confirmation, rejection = statement, None
            case kinds.REJECTED:
                rejection, claim, confirmation = statement, None, None
            case kinds.WITHDRAWN:
                answer = claim = confirmation = rejection = not_applicable = None
            case kinds.NOT_APPLICABLE:
                not_applicable = statement
    return Standing(answer, claim, confirmation, rejection, not_applicable)


@dataclass(frozen=True)
class ItemEvaluation:
    """One question as it stands.

    ``open_strength`` is the strongest strength of what is still open or unknown, None when the item is met, waived
    or not applicable. ``sentence`` says how it stands; ``clause`` is the same as a part of the gate's sentence.
    ``holders`` hold the responsible role (deputies last), ``confirmers`` the confirming one.
    """

    item: ChecklistItem
    state: ItemState
    open_strength: Strength | None
    sentence: str
    findings: tuple[Finding, ...] = ()
    waiver: Waiver | None = None
    holders: tuple[User, ...] = ()
    last_statement: Statement | None = None
    clause: str = ""
    confirmers: tuple[User, ...] = ()
    standing: Standing = Standing()
    condition: Condition | None = None
    """The condition under which the gate of this item's own step passed; its owner may answer, too."""

    @property
    def is_open(self) -> bool:
        return self.open_strength is not None

    def as_snapshot(self) -> dict[str, Any]:
        """Return the item as plain JSON-able data, without the time at which the data was read."""
        statement, waiver = self.last_statement, self.waiver
        return {
            "key": self.item.key,
            "question": self.item.question,
            "strength": str(self.item.strength),
            "verification": str(self.item.verification),
            "is_live": self.item.is_live,
            "state": self.state.value,
            "open_strength": str(self.open_strength.value) if self.open_strength else None,
            "sentence": self.sentence,
            "findings": [
                {
                    "check": finding.check_number,
                    "source": finding.source,
                    "strength": str(finding.strength),
                    "status": str(finding.status),
                    "summary": finding.summary,
                    "value": finding.value,
                    "target": finding.target,
                    "missing": finding.missing,
                    "missing_count": finding.missing_count,
                    "warnings": finding.warnings,
                }
                for finding in self.findings
            ],
            "waiver": None
            if waiver is None
            else {
                "id": waiver.pk,
                "reason": waiver.reason,
                "risk": str(waiver.risk),
                "compensating_action": waiver.compensating_action,
                "expires_on": waiver.expires_on.isoformat(),
                "requested_by": waiver.requested_by_id,
                "decided_by": waiver.decided_by_id,
                "approvals": [
                    {
                        "role": approval.role,
                        "by": approval.approved_by_id,
                        "by_name": str(approval.approved_by),
                        "acting_for": approval.acting_for_id,
                        "acting_for_name": str(approval.acting_for) if approval.acting_for else "",
                        "at": approval.approved_at.isoformat(),
                        "reason": approval.reason,
                    }
                    for approval in waiver.approvals.select_related("approved_by", "acting_for")
                ],
            },
            "statement": None
            if statement is None
            else {
                "id": statement.pk,
                "kind": str(statement.kind),
                "by": statement.by_id,
                "by_name": str(statement.by),
                "at": statement.at.isoformat(),
                "text": statement.text,
                "link": statement.link,
                "file": (statement.evidence.file.name or "") if statement.evidence else "",
            },
        }


@dataclass(frozen=True)
class ConditionEvaluation:
    """A condition of an earlier gate: a must of this one, met when its question is (``e``). A waiver or “does not
    apply” does not meet it, because somebody promised the answer."""

    condition: Condition
    e: ItemEvaluation

    @property
    def is_open(self) -> bool:
        return self.e.state is not ItemState.MET

    @property
    def is_unknown(self) -> bool:
        return self.e.state is ItemState.UNKNOWN

    @property
    def question(self) -> str:
        return self.e.item.question

    @property
    def clause(self) -> str:
        """The condition as a part of the gate's sentence."""
        owner, day = self.condition.owner.get_full_name(), in_words(self.condition.due_on)
        return f"“{self.question}” is a condition of the gate before, owed by {owner} until {day}"

    def as_snapshot(self) -> dict[str, Any]:
        """Return the condition as plain JSON-able data."""
        return {
            "id": self.condition.pk,
            "key": self.e.item.key,
            "question": self.question,
            "state": self.e.state.value,
            "sentence": self.e.sentence,
            "owner": self.condition.owner_id,
            "owner_name": self.condition.owner.get_full_name(),
            "due_on": self.condition.due_on.isoformat(),
        }


@dataclass(frozen=True)
class GateEvaluation:
    """The gate of one step as the facts stand at ``as_of``. Decides nothing; says what may be decided.

    ``conditions`` are those of earlier gates that are due here; they count as musts, not in the percentage.
    """

    step: Step
    items: tuple[ItemEvaluation, ...]
    as_of: datetime
    conditions: tuple[ConditionEvaluation, ...] = ()

    @property
    def open_conditions(self) -> tuple[ConditionEvaluation, ...]:
        return tuple(one for one in self.conditions if one.is_open)

    @property
    def open_musts(self) -> tuple[ItemEvaluation, ...]:
        return tuple(item for item in self.items if item.open_strength == Strength.MUST)

    @property
    def open_shoulds(self) -> tuple[ItemEvaluation, ...]:
        return tuple(item for item in self.items if item.open_strength == Strength.SHOULD)

    @property
    def unknowns(self) -> tuple[ItemEvaluation, ...]:
        return tuple(item for item in self.items if item.state is ItemState.UNKNOWN)

    @property
    def waived(self) -> tuple[ItemEvaluation, ...]:
        return tuple(item for item in self.items if item.state is ItemState.WAIVED)

    @property
    def met_count(self) -> int:
        return sum(item.state is ItemState.MET for item in self.items)

    @property
    def total_count(self) -> int:
        """All questions except those that are not applicable."""
        return sum(item.state is not ItemState.NOT_APPLICABLE for item in self.items)

    @property
    def percent(self) -> int:
        """Whole percent of the questions that are met; waived ones are not (product.md, rules 7 and 11)."""
        return percent_of(self.met_count, self.total_count) if self.items else 0

    @property
    def verdict(self) -> Verdict:
        """``blocked``: a must or a condition is open or unknown, or nothing was evaluated · ``conditional``: only
        shoulds are · ``clear``: neither. Open mays inform and block nothing."""
        if self.open_musts or self.open_conditions or not self.items:
            return "blocked"
        return "conditional" if self.open_shoulds else "clear"

    def possible_outcomes(self) -> tuple[Outcome, ...]:
        """Return the outcomes that the facts allow; hold, return and stop always are."""
        first: dict[Verdict, tuple[Outcome, ...]] = {
            "clear": (Outcome.GO,),
            "conditional": (Outcome.CONDITIONAL_GO,),
            "blocked": (),
        }
        return (*first[self.verdict], Outcome.HOLD, Outcome.RETURN, Outcome.STOP)

    @property
    def sentence(self) -> str:
        """Return the evaluation in words, ending with what may be decided now."""
        opening = {
            "clear": "Go is possible",
            "conditional": "Go is possible with conditions only",
            "blocked": "Go is not possible",
        }[self.verdict]
        if not self.items:
            return f"{opening}: this step has no questions that could be evaluated. Possible now: hold, return, stop."
        parts = [self._counts()]
        pending = sorted(
            (item for item in self.items if rank(item.open_strength) > 1), key=lambda item: -rank(item.open_strength)
        )
        clauses = [one.clause for one in self.open_conditions] + [item.clause for item in pending]
        parts += [clause for clause in clauses[:SENTENCE_REASONS] if clause]
        if len(clauses) > SENTENCE_REASONS:
            more = len(clauses) - SENTENCE_REASONS
            parts.append(f"{more} more {'question is' if more == 1 else 'questions are'} open")
        possible = ", ".join(str(outcome.label).lower() for outcome in self.possible_outcomes())
        return f"{opening}: {'; '.join(parts)}. Possible now: {possible}."

    def _counts(self) -> str:
        total, met, waived = self.total_count, self.met_count, len(self.waived)
        if total == 0:
            return "none of the questions applies here"
        if met == total:
            return "the one question is answered" if total == 1 else f"all {total} questions are answered"
        waivers = f" and {waived} {'is' if waived == 1 else 'are'} waived" if waived else ""
        questions, are = "question" if total == 1 else "questions", "is" if met == 1 else "are"
        return f"{met} of {total} {questions} {are} answered{waivers}"

    def as_snapshot(self) -> dict[str, Any]:
        """Return all of it as JSON-able data with ``sha256``, which is the same for equal facts at any time."""
        snapshot: dict[str, Any] = {
            "step": self.step.key,
            "step_number": self.step.number,
            "step_title": self.step.title,
            "wave": self.step.wave_id,
            "as_of": self.as_of.isoformat(),
            "verdict": self.verdict,
            "sentence": self.sentence,
            "met": self.met_count,
            "total": self.total_count,
            "percent": self.percent,
            "waived": len(self.waived),
            "possible_outcomes": [str(outcome.value) for outcome in self.possible_outcomes()],
            "items": [item.as_snapshot() for item in self.items],
        }
        if self.conditions:
            snapshot["conditions"] = [one.as_snapshot() for one in self.conditions]
        return {**snapshot, "sha256": snapshot_sha256(snapshot)}
