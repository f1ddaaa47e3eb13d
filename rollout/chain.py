"""How entries of a dossier hang together: each carries the hash of the one before, so none can be changed unseen."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

FIRST_PREVIOUS_HASH = "0" * 64
"""What the first entry of a program names as the hash before it."""


def canonical_json(data: Any) -> str:
    """Return the one way to write ``data`` as JSON: sorted keys, no spaces, text as it is."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hashed_facts(
    *,
    program_id: int,
    number: int,
    kind: str,
    step: str,
    created_at: datetime,
    payload: Mapping[str, Any],
    previous_hash: str,
) -> dict[str, Any]:
    """Return everything that the hash of an entry covers.

    ``step`` is the address of the step inside the program (“0/goal”), empty for entries about the whole program.
    """
    return {
        "program": program_id,
        "number": number,
        "kind": kind,
        "step": step,
        "created_at": created_at.astimezone(UTC).isoformat(),
        "payload": payload,
        "previous_hash": previous_hash,
    }


def entry_hash(**facts: Any) -> str:
    """Return the SHA-256 over everything an entry says (``hashed_facts``), the hash of the entry before it included."""
    return hashlib.sha256(canonical_json(hashed_facts(**facts)).encode()).hexdigest()


def snapshot_sha256(snapshot: Mapping[str, Any]) -> str:
    """Return the hash over the canonical JSON of ``snapshot`` without ``as_of`` and ``sha256``: proof of what was
    decided on, and equal for equal facts."""
    facts = {key: value for key, value in snapshot.items() if key not in ("as_of", "sha256")}
    return hashlib.sha256(canonical_json(facts).encode()).hexdigest()
