"""The dossier of a gate decision: made again from the frozen snapshot whenever somebody opens it."""

from typing import Any

from django.template.loader import render_to_string

from people.api import typeset
from rollout.models import GateDecision
from rollout.rules.evaluation import snapshot_sha256
from rollout.rules.reports import ProgramReport

STATUS = {"open": "not_met"}


def dossier(decision: GateDecision) -> dict[str, Any]:
    """Return what the dossier shows. ``is_intact`` says whether the snapshot still has the hash it was stored with.

    Names are those of the time: they come from the snapshot, not from the people of today.
    """
    snapshot = decision.snapshot
    items = [{**item, "status": STATUS.get(item["state"], item["state"])} for item in snapshot.get("items", ())]
    return {
        "decision": decision,
        "snapshot": snapshot,
        "items": items,
        "votes": list(decision.submission.votes.select_related("voter", "acting_for").order_by("at", "pk")),
        "conditions": list(decision.conditions.select_related("item", "owner")),
        "is_intact": snapshot_sha256(snapshot) == decision.snapshot_sha256,
    }


def report_pdf(report: ProgramReport, *, title: str = "Sponsor page", show_changes: bool = False) -> bytes:
    """Return the report as a tagged PDF, A4 portrait."""
    context = {"report": report, "title": title, "show_changes": show_changes}
    return typeset(render_to_string("rollout/report_pdf.html", context), stylesheet="documents/report.css")
