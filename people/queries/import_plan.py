"""What a people file would do: the plan that is shown first and applied later. Reading only.

A plan is a function of the file, of the rows in the database and of the day. Its ``fingerprint`` covers everything that
would be written, so that two plans with the same fingerprint do the same.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from people.queries.people_file import PersonRow, Problem


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, in words: what it says now and what it would say."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit to create (``unit_id`` None) or to rename, move or give another code."""

    key: tuple[str, ...]
    path: tuple[str, ...]
    code: str
    kind: str
    unit_id: int | None = None
    changes: tuple[FieldChange, ...] = ()

    @property
    def name(self) -> str:
        return " > ".join(self.path)


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What happens to one person. ``changes`` says it in words, the other fields say what to write.

    ``opens``: a new membership begins on ``starts_on`` (joined, moved or came back). ``ends_on``: the last day of the
    membership ``membership_id``. ``in_place``: names of membership fields to write into it. ``returns``: the account is
    turned on again. ``leaves``: it is turned off.
    """

    row: PersonRow
    unit_key: tuple[str, ...]
    person_id: int | None = None
    membership_id: int | None = None
    changes: tuple[FieldChange, ...] = ()
    on_person: tuple[str, ...] = ()
    in_place: tuple[str, ...] = ()
    opens: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    returns: bool = False
    leaves: bool = False

    @property
    def line(self) -> int:
        return self.row.line

    @property
    def email(self) -> str:
        return self.row.email

    @property
    def name(self) -> str:
        return self.row.name


@dataclass(slots=True)
class ImportPlan:
    """Everything a file would do, and everything that is wrong with it. Nothing is possible while there are problems.

    ``missing``: active members who are not in the file; they stay. ``addresses``: ids of people in the file whose
    e-mail is no verified sign-in address yet. ``unit_ids``: the units that exist already, by their key.
    """

    row_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    units: list[UnitChange] = field(default_factory=list)
    unit_ids: dict[tuple[str, ...], int] = field(default_factory=dict)
    created: list[PersonChange] = field(default_factory=list)
    changed: list[PersonChange] = field(default_factory=list)
    ended: list[PersonChange] = field(default_factory=list)
    addresses: list[int] = field(default_factory=list)
    unchanged: int = 0
    missing: int = 0

    @property
    def has_changes(self) -> bool:
        return bool(self.units or self.created or self.changed or self.ended or self.addresses)

    @property
    def new_units(self) -> list[UnitChange]:
        return [unit for unit in self.units if unit.unit_id is None]

    @property
    def changed_units(self) -> list[UnitChange]:
        return [unit for unit in self.units if unit.unit_id is not None]

    @property
    def fingerprint(self) -> str:
        """Return a digest of all that would be written."""
        digest = hashlib.sha256()
        parts: Iterable[object] = (
            *self.units,
            *self.created,
            *self.changed,
            *self.ended,
            *self.addresses,
            self.unit_ids,
        )
        for part in parts:
            digest.update(repr(part).encode())
            digest.update(b"\n")
        return digest.hexdigest()

    def sentence(self) -> str:
        """Say in one sentence what the file would do."""
        if self.problems:
            where = f" in {count(self.row_count, 'row')}" if self.row_count else ""
            return f"{count(len(self.problems), 'problem')}{where}: nothing can be applied yet."
        if not self.has_changes:
            return f"Everything in the file is already so: {count(self.row_count, 'row')}, nothing to change."
        return (
            f"{count(self.row_count, 'row')}: {len(self.created)} to create, {len(self.changed)} to change, "
            f"{len(self.ended)} to end, {self.unchanged} unchanged."
        )


SHOWN_PROBLEMS = 200
SHOWN_ROWS = 50


def summary_of(plan: ImportPlan) -> dict[str, Any]:
    """Return the plan as stored and shown: all counts, and the first rows of each kind."""

    def entry(change: PersonChange) -> dict[str, Any]:
        return {
            "line": change.line,
            "name": change.name,
            "email": change.email,
            "unit": " > ".join(change.row.unit_path),
            "manager_email": change.row.manager_email or "",
            "changes": [[words.field, words.old, words.new] for words in change.changes],
        }

    return {
        "sentence": plan.sentence(),
        "has_changes": plan.has_changes,
        "fingerprint": plan.fingerprint,
        "row_count": plan.row_count,
        "unchanged": plan.unchanged,
        "missing": plan.missing,
        "notices": plan.notices,
        "problem_count": len(plan.problems),
        "problems": [[problem.line, problem.column, problem.reason] for problem in plan.problems[:SHOWN_PROBLEMS]],
        "unit_count": len(plan.units),
        "units": [
            {"name": unit.name, "code": unit.code, "changes": [[w.field, w.old, w.new] for w in unit.changes]}
            for unit in plan.units[:SHOWN_ROWS]
        ],
        "created_count": len(plan.created),
        "created": [entry(change) for change in plan.created[:SHOWN_ROWS]],
        "changed_count": len(plan.changed),
        "changed": [entry(change) for change in plan.changed[:SHOWN_ROWS]],
        "ended_count": len(plan.ended),
        "ended": [entry(change) for change in plan.ended[:SHOWN_ROWS]],
    }


def count(number: int, noun: str) -> str:
    """Return "1 row" or "1,200 rows"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
