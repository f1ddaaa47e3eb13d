"""What goes into a program's dossier. Called by deeds, inside their transaction; an entry never stands alone.

Add an entry with ``record_in_dossier``; gate decisions and waivers have their own shape below.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from people.api import User, now
from rollout.chain import FIRST_PREVIOUS_HASH
from rollout.models import Delegation, DossierEntry, GateDecision, Program, Statement, Step, Waiver
from rollout.queries.history_words import sentence_of
from rollout.services.locks import lock_program

Kind = DossierEntry.Kind


def record_in_dossier(
    *,
    program: Program,
    kind: str,
    action: str,
    facts: Mapping[str, Any],
    step: Step | None = None,
    by: User | None = None,
    acting_for: User | None = None,
    subject: str = "",
) -> DossierEntry:
    """Append an entry to the dossier of ``program`` and return it.

    ``action`` is the deed's log action, whose sentence is frozen with the entry (``subject``: what it is about);
    ``facts`` is JSON-able data, people in it as ``person_facts``. ``by`` None is the product itself. Must run inside
    the deed's transaction; the program is locked, so two deeds make one chain.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A dossier entry is written in the transaction of its deed.")
    lock_program(program.pk)
    last = DossierEntry.objects.filter(program=program).order_by("-number").only("number", "hash").first()
    entry = DossierEntry(
        program=program,
        number=last.number + 1 if last else 1,
        kind=kind,
        step=step,
        payload={
            "sentence": sentence_of(action, facts, subject=subject or _words_for(step)),
            "by": person_facts(by),
            "acting_for": person_facts(acting_for),
            "facts": dict(facts),
        },
        previous_hash=last.hash if last else FIRST_PREVIOUS_HASH,
        created_at=now(),
    )
    entry.hash = entry.computed_hash()
    entry.save()
    return entry


def _words_for(step: Step | None) -> str:
    return f"step {step.number}, {step.title}" if step is not None else ""


def person_facts(person: User | None) -> dict[str, Any] | None:
    """Return a person as a dossier names them: the name of the time stays."""
    return None if person is None else {"id": person.pk, "name": person.get_full_name()}


def record_decision(*, decision: GateDecision) -> DossierEntry:
    """Append a gate decision: outcome and reason, who submitted, conditions, waivers and statements it was made on.

    The snapshot itself stays with the decision; its fingerprint is chained here.
    """
    step, submission = decision.step, decision.submission
    snapshot = decision.snapshot
    conditions = decision.conditions.select_related("item", "owner").order_by("due_on", "pk")
    facts = {
        "decision_id": decision.pk,
        "outcome": str(decision.outcome),
        "reason": decision.reason,
        "revisit_on": decision.revisit_on.isoformat() if decision.revisit_on else "",
        "return_to": str(decision.return_to) if decision.return_to else "",
        "submitted_by": person_facts(submission.submitted_by),
        "submitted_at": submission.submitted_at.isoformat(),
        "message": submission.message,
        "sentence": snapshot.get("sentence", ""),
        "conditions": [
            {
                "question": condition.item.question,
                "owner": person_facts(condition.owner),
                "due_on": condition.due_on.isoformat(),
            }
            for condition in conditions
        ],
        "todo": list(decision.todo),
        "votes": [
            {
                "by": person_facts(vote.voter),
                "acting_for": person_facts(vote.acting_for),
                "outcome": str(vote.outcome),
                "reason": vote.reason,
                "at": vote.at.isoformat(),
            }
            for vote in submission.votes.select_related("voter", "acting_for").order_by("at", "pk")
        ],
        "statements": list(_statements(snapshot.get("items", ()))),
        "waivers": [
            {"question": item["question"], **item["waiver"]} for item in snapshot.get("items", ()) if item.get("waiver")
        ],
        "snapshot_sha256": decision.snapshot_sha256,
    }
    return record_in_dossier(
        program=step.wave.program,
        kind=Kind.DECISION,
        action="rollout.gate_decided",
        facts=facts,
        step=step,
        by=decision.decided_by,
        acting_for=decision.acting_for,
    )


def _statements(items: Sequence[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    said_ids = [item["statement"]["id"] for item in items if item.get("statement")]
    with_file = Statement.objects.filter(pk__in=said_ids, evidence__isnull=False).order_by()
    hashes = dict(with_file.values_list("pk", "evidence__sha256"))
    for item in items:
        said = item.get("statement")
        if said:
            kept = ("id", "kind", "by_name", "at", "text", "link", "file")
            facts = {key: said[key] for key in kept if key in said}
            yield {"question": item["question"], **facts, "file_sha256": hashes.get(said["id"], "")}


def record_waiver(*, waiver: Waiver, action: str, by: User | None) -> DossierEntry:
    """Append what happened to a waiver: ``action`` is the deed's log action. Fetch ``item`` with its program."""
    step = waiver.item.step
    facts = {
        "waiver_id": waiver.pk,
        "question": waiver.item.question,
        "state": str(waiver.state),
        "risk": str(waiver.risk),
        "reason": waiver.reason,
        "compensating_action": waiver.compensating_action,
        "expires_on": waiver.expires_on.isoformat(),
        "requested_by": person_facts(waiver.requested_by),
        "answer": waiver.closed_because or waiver.decision_reason,
        "approvals": [
            {
                "by": person_facts(approval.approved_by),
                "acting_for": person_facts(approval.acting_for),
                "role": approval.role,
                "at": approval.approved_at.isoformat(),
                "reason": approval.reason,
            }
            for approval in waiver.approvals.select_related("approved_by", "acting_for").order_by("approved_at", "pk")
        ],
    }
    return record_in_dossier(
        program=step.wave.program,
        kind=Kind.WAIVER,
        action=action,
        facts=facts,
        step=step,
        by=by,
        subject=waiver.item.question,
    )


def record_delegation(*, delegation: Delegation, action: str, by: User) -> DossierEntry:
    """Append that decisions may be made in somebody's name, or no longer: ``action`` is the deed's log action."""
    facts = {
        "delegation_id": delegation.pk,
        "from": person_facts(delegation.from_person),
        "to": person_facts(delegation.to_person),
        "role": delegation.role_key,
        "starts_on": delegation.starts_on.isoformat(),
        "ends_on": delegation.ends_on.isoformat(),
        "reason": delegation.revoked_because or delegation.reason,
    }
    return record_in_dossier(program=delegation.program, kind=Kind.DELEGATION, action=action, facts=facts, by=by)
