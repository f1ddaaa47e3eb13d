"""The dossier of a gate, on a page and as a PDF: made from frozen snapshots and the chained entries of the program."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.dateparse import parse_date, parse_datetime

from people.api import in_words, now, typeset
from rollout.chain import snapshot_sha256
from rollout.models import DossierEntry, GateDecision, Statement, Step
from rollout.queries.dossiers import Break, entries_of, first_break
from rollout.rules.reports import ProgramReport

STATUS = {"open": "not_met"}
STATES = {
    "met": "Met",
    "not_met": "Open",
    "unknown": "Unknown",
    "waived": "Waived",
    "not_applicable": "Not applicable",
}


def dossier(decision: GateDecision) -> dict[str, Any]:
    """Return what the page of a decision shows. ``is_intact`` says whether the snapshot still has the hash it was
    stored with.

    Names are those of the time: they come from the snapshot, not from the people of today.
    """
    snapshot = decision.snapshot
    return {
        "decision": decision,
        "snapshot": snapshot,
        "items": _items(snapshot),
        "votes": list(decision.submission.votes.select_related("voter", "acting_for").order_by("at", "pk")),
        "conditions": list(decision.conditions.select_related("item", "owner")),
        "is_intact": snapshot_sha256(snapshot) == decision.snapshot_sha256,
    }


def report_pdf(report: ProgramReport, *, title: str = "Sponsor page", show_changes: bool = False) -> bytes:
    """Return the report as a tagged PDF, A4 portrait."""
    context = {"report": report, "title": title, "show_changes": show_changes}
    return typeset(render_to_string("rollout/report_pdf.html", context), stylesheet="documents/report.css")


def _items(snapshot: dict[str, Any]) -> list[dict[str, Any]]:
    items = []
    for item in snapshot.get("items", ()):
        status = STATUS.get(item["state"], item["state"])
        items.append({**item, "status": status, "state_word": STATES.get(status, status)})
    return items


@dataclass
class EntryLine:
    """An entry as people read it. ``facts`` are label and text; a decision comes with the items it was made on."""

    number: int
    title: str
    at: datetime
    sentence: str
    by: str
    acting_for: str
    sha256: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    conditions: list[dict[str, str]] = field(default_factory=list)
    votes: list[dict[str, str]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class GateDossier:
    """Everything that the dossier of one gate shows, as of a moment."""

    step: Step
    as_of: datetime
    lines: list[EntryLine]
    statements: list[Statement]
    broken: Break | None
    comment_count: int = 0


def gate_dossier(step: Step) -> GateDossier:
    """Return the dossier of a gate: the entries about it in their order and what people said about its questions.

    Fetch ``step`` with its wave and program. 5 queries, and one read of the program's whole chain to check it.
    """
    entries = list(entries_of(step.wave.program, step))
    snapshots = dict(GateDecision.objects.filter(step=step).values_list("pk", "snapshot"))
    said = Statement.objects.filter(item__step=step).select_related("by", "item", "evidence").order_by("at", "pk")
    return GateDossier(
        step=step,
        as_of=now(),
        lines=[_line(entry, snapshots) for entry in entries],
        statements=list(said),
        broken=first_break(step.wave.program),
    )


def _line(entry: DossierEntry, snapshots: dict[int, dict[str, Any]]) -> EntryLine:
    facts = entry.payload.get("facts", {})
    return EntryLine(
        number=entry.number,
        title=entry.get_kind_display(),
        at=entry.created_at,
        sentence=_sentence(entry.payload.get("sentence", "")),
        by=_name(entry.payload.get("by")),
        acting_for=_name(entry.payload.get("acting_for")),
        sha256=entry.hash,
        facts=list(_facts(facts)),
        conditions=[
            {"question": one["question"], "owner": _name(one["owner"]), "due_on": _day(one["due_on"])}
            for one in facts.get("conditions", ())
        ],
        votes=[_vote(one) for one in facts.get("votes", ())],
        items=_items(snapshots.get(facts["decision_id"], {})) if entry.kind == DossierEntry.Kind.DECISION else [],
    )


def _vote(vote: dict[str, Any]) -> dict[str, str]:
    return {
        "by": _name(vote.get("by")),
        "acting_for": _name(vote.get("acting_for")),
        "choice": str(vote.get("outcome", "")).replace("_", " "),
        "reason": str(vote.get("reason", "")),
    }


LABELS = {
    "reason": "Reason",
    "because": "Because",
    "message": "Message with the submission",
    "submitted_by": "Submitted by",
    "question": "Question",
    "risk": "Risk",
    "compensating_action": "Instead",
    "requested_by": "Asked for by",
    "answer": "Answer",
    "expires_on": "Until",
    "revisit_on": "Looked at again on",
    "return_to": "Back to",
    "due_on": "Due on",
    "owner": "Owner",
}


def _facts(facts: dict[str, Any]) -> Iterable[tuple[str, str]]:
    for key, label in LABELS.items():
        value = facts.get(key)
        if value:
            text = _name(value) if isinstance(value, dict) else str(value)
            yield label, _day(text) if key.endswith("_on") else text


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""


def _name(person: dict[str, Any] | None) -> str:
    return str(person["name"]) if person else ""


def _day(text: str) -> str:
    day = parse_date(text) or (moment.date() if (moment := parse_datetime(text)) else None)
    return in_words(day) if day else text


def gate_dossier_pdf(found: GateDossier) -> bytes:
    """Return the dossier as a tagged PDF, A4 portrait."""
    html = render_to_string("rollout/dossier_print.html", {"dossier": found, "program": found.step.wave.program})
    return typeset(html, stylesheet="documents/report.css")


def dossier_data(entries: Iterable[DossierEntry], snapshots: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return entries as data that can be checked elsewhere: everything the hash covers, and the snapshots decided on.

    The hash is the SHA-256 over the canonical JSON (sorted keys, no spaces) of ``program``, ``number``, ``kind``,
    ``step``, ``created_at``, ``payload`` and ``previous_hash``.
    """
    rows = []
    for entry in entries:
        row = {**entry.hashed(), "hash": entry.hash}
        decision_id = entry.payload.get("facts", {}).get("decision_id")
        if entry.kind == DossierEntry.Kind.DECISION and decision_id in snapshots:
            row["snapshot"] = snapshots[decision_id]
        rows.append(row)
    return rows
