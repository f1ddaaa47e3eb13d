"""Reading dossiers, and checking that nobody has changed them."""

from dataclasses import dataclass

from django.db.models import QuerySet

from rollout.chain import FIRST_PREVIOUS_HASH, snapshot_sha256
from rollout.models import DossierEntry, GateDecision, Program, Step


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold. ``number`` is the entry's number, 0 when there is no entry to name."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"entry {self.number}: {self.reason}" if self.number else self.reason


def entries_of(program: Program, step: Step | None = None) -> QuerySet[DossierEntry]:
    """Return the entries of a program, or those about one step, in their order."""
    entries = DossierEntry.objects.filter(program=program).select_related("step__wave").order_by("number")
    return entries if step is None else entries.filter(step=step)


def first_break(program: Program) -> Break | None:
    """Return the first place where the dossier of ``program`` was tampered with, None when it is intact.

    Found: an entry that was changed, removed, inserted or moved, a decision whose snapshot was changed, and a
    decision that no entry tells of (entries cut off at the end). Reads entries one by one, so size does not matter.
    """
    expected, previous, told = 1, FIRST_PREVIOUS_HASH, set()
    decisions = {
        pk: (sha256, snapshot)
        for pk, sha256, snapshot in GateDecision.objects.filter(step__wave__program=program).values_list(
            "pk", "snapshot_sha256", "snapshot"
        )
    }
    for entry in entries_of(program).iterator(chunk_size=500):
        if entry.number != expected:
            return Break(expected, f"is missing; the next one is number {entry.number}")
        if entry.previous_hash != previous:
            return Break(entry.number, "does not follow from the entry before it")
        if entry.computed_hash() != entry.hash:
            return Break(entry.number, "was changed after it was written")
        if entry.kind == DossierEntry.Kind.DECISION:
            decision_id = entry.payload["facts"]["decision_id"]
            told.add(decision_id)
            sha256, snapshot = decisions.get(decision_id, ("", {}))
            if not sha256 == snapshot_sha256(snapshot) == entry.payload["facts"]["snapshot_sha256"]:
                return Break(entry.number, "tells of a decision whose snapshot was changed or removed")
        expected, previous = expected + 1, entry.hash
    if untold := sorted(decisions.keys() - told):
        return Break(0, f"decision {untold[0]} stands in no entry: the end of the dossier was cut off")
    return None
