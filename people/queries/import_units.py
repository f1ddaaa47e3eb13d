"""Which units a people file means: found by code, then by their names from the top, else to be created."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import slugify

from people.models import Unit
from people.queries.import_plan import FieldChange, UnitChange
from people.queries.people_file import PersonRow, Problem

Key = tuple[str, ...]


def unit_key(path: Iterable[str]) -> Key:
    """Return what two spellings of the same path have in common: case does not make a second unit."""
    return tuple(name.casefold() for name in path)


def derived_code(parent_code: str, name: str, key: Key) -> str:
    """Return the code of a unit whose file names none: readable, at most 60 characters, the same every time."""
    slug = slugify(name)
    code = f"{parent_code}-{slug}" if parent_code and slug else slug
    if not slug or len(code) > 60:
        digest = hashlib.sha256("\n".join(key).encode()).hexdigest()[:8]
        code = f"{slug[:51] or 'unit'}-{digest}"
    return code


@dataclass(slots=True)
class KnownUnit:
    unit_id: int
    code: str
    name: str
    path: Key
    shown: tuple[str, ...]
    mp_path: str


class UnitBook:
    """The units of one file, resolved against those in the database (one query)."""

    def __init__(self, rows: list[PersonRow], problems: list[Problem]) -> None:
        self.problems = problems
        self.by_code: dict[str, KnownUnit] = {}
        self.by_key: dict[Key, list[KnownUnit]] = defaultdict(list)
        self.names: dict[int, str] = {}
        self._load()
        self.spelled: dict[Key, tuple[str, ...]] = {}
        self.codes: dict[Key, str] = {}
        self._declare(rows)
        self.declared = set(self.codes.values())
        self.taken = set(self.by_code) | self.declared
        self.found: dict[Key, KnownUnit | None] = {}
        self.final_codes: dict[Key, str] = {}
        self.inner = {key[:depth] for key in self.spelled for depth in range(1, len(key))}
        for row in rows:
            self.resolve(unit_key(row.unit_path), row.line)

    def _load(self) -> None:
        paths: dict[str, tuple[str, ...]] = {}
        for pk, code, name, path in Unit.objects.order_by("path").values_list("pk", "code", "name", "path"):
            shown = paths[path] = (*paths.get(path[: -Unit.steplen], ()), name)
            key = unit_key(shown)
            unit = KnownUnit(pk, code, name, key, shown, path)
            self.by_code[code] = unit
            self.names[pk] = name
            self.by_key[key].append(unit)

    def _declare(self, rows: list[PersonRow]) -> None:
        """Take down the paths and their codes; one code stands for one path and one path for one code."""
        owner: dict[str, tuple[Key, int]] = {}
        for row in rows:
            key = unit_key(row.unit_path)
            if key not in self.spelled:
                for depth in range(1, len(key) + 1):
                    self.spelled.setdefault(key[:depth], row.unit_path[:depth])
            if not row.unit_code:
                continue
            if row.unit_code in owner and owner[row.unit_code][0] != key:
                reason = f"The code “{row.unit_code}” stands for another unit on line {owner[row.unit_code][1]}."
                self.problems.append(Problem(row.line, "unit_code", reason))
            elif self.codes.get(key, row.unit_code) != row.unit_code:
                reason = f"This unit has the code “{self.codes[key]}” on line {owner[self.codes[key]][1]}."
                self.problems.append(Problem(row.line, "unit_code", reason))
            else:
                owner.setdefault(row.unit_code, (key, row.line))
                self.codes[key] = row.unit_code

    def resolve(self, key: Key, line: int) -> KnownUnit | None:
        """Return the unit that ``key`` means, or None for a new one; resolves what is above it first."""
        if key in self.found:
            return self.found[key]
        if key[:-1]:
            self.resolve(key[:-1], line)
        code = self.codes.get(key, "")
        unit = self.by_code.get(code) if code else None
        if unit is None:
            same_path = [known for known in self.by_key.get(key, ()) if known.code not in self.declared]
            if len(same_path) > 1:
                reason = f"{len(same_path)} units are called so. Add the column unit_code to say which one is meant."
                self.problems.append(Problem(line, "unit_path", reason))
            unit = same_path[0] if same_path else None
        self.found[key] = unit
        self.final_codes[key] = code or (unit.code if unit else self._new_code(key))
        return unit

    def _new_code(self, key: Key) -> str:
        code = derived_code(self.final_codes.get(key[:-1], ""), self.spelled[key][-1], key)
        if code in self.taken:
            digest = hashlib.sha256("\n".join(key).encode()).hexdigest()[:8]
            code = f"{code[:51]}-{digest}"
        self.taken.add(code)
        return code

    def unit_id(self, key: Key) -> int | None:
        """Return the id of the unit that ``key`` means, None when it is to be created."""
        unit = self.found.get(key)
        return unit.unit_id if unit else None

    def ids(self) -> dict[Key, int]:
        """Return the ids of the units that exist already."""
        return {key: unit.unit_id for key, unit in self.found.items() if unit}

    def changes(self) -> list[UnitChange]:
        """Return the units to create and to change, parents first."""
        changes = []
        for key in sorted(self.found, key=lambda key: (len(key), key)):
            unit, path, code = self.found[key], self.spelled[key], self.final_codes[key]
            if unit is None:
                changes.append(UnitChange(key, path, code, self._kind(key)))
            elif words := self._words(key, unit, path, code):
                changes.append(UnitChange(key, path, code, "", unit.unit_id, words))
        return changes

    def _kind(self, key: Key) -> str:
        if len(key) == 1:
            return Unit.Kind.COMPANY.value
        return (Unit.Kind.DEPARTMENT if len(key) == 2 or key in self.inner else Unit.Kind.TEAM).value

    def _words(self, key: Key, unit: KnownUnit, path: tuple[str, ...], code: str) -> tuple[FieldChange, ...]:
        words = []
        if unit.path[-1] != key[-1]:
            words.append(FieldChange("name", unit.name, path[-1]))
        parent = self.found.get(key[:-1])
        parent_path = unit.mp_path[: -Unit.steplen]
        if (parent.mp_path if parent else "") != parent_path or (key[:-1] and parent is None):
            words.append(FieldChange("parent", " > ".join(unit.shown[:-1]), " > ".join(path[:-1])))
        if code != unit.code:
            words.append(FieldChange("code", unit.code, code))
        return tuple(words)
