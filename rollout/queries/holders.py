"""Who holds which role of a program now. Items and gates name roles; the holder is looked up at the last moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from people.api import User
from rollout.models import Program, RoleAssignment, RoleSlot, Step

SPONSOR = "sponsor"
PROJECT_LEAD = "project_lead"
PEOPLE_LEAD = "people_lead"


@dataclass(frozen=True, slots=True)
class SlotHolders:
    """A role and the active people who hold it now; ``deputies`` act when the holders do not."""

    slot: RoleSlot
    holders: tuple[User, ...]
    deputies: tuple[User, ...]
    assignments: tuple[RoleAssignment, ...] = ()

    @property
    def is_vacant(self) -> bool:
        return not self.holders and not self.deputies

    @property
    def people(self) -> tuple[User, ...]:
        return self.holders + self.deputies


@dataclass(frozen=True, slots=True)
class Holders:
    """All roles of one program. Built in two queries, asked as often as a page likes."""

    program_id: int
    roles: dict[str, SlotHolders]

    def holds(self, person_id: int | None, *keys: str) -> bool:
        """Whether the person holds one of the roles, as holder or as deputy."""
        return any(person.pk == person_id for key in keys if key in self.roles for person in self.roles[key].people)

    def holds_any(self, person_id: int | None) -> bool:
        return self.holds(person_id, *self.roles)

    def people(self, *keys: str) -> list[User]:
        """The holders of the roles, or their deputies where a role has no holder; nobody twice."""
        found: dict[int, User] = {}
        for key in keys:
            if role := self.roles.get(key):
                found.update({person.pk: person for person in role.holders or role.deputies})
        return list(found.values())

    def title(self, *keys: str) -> str:
        """The roles' titles as they read in a sentence: “Executive sponsor or Project lead”."""
        return or_list(self.roles[key].slot.title if key in self.roles else key.replace("_", " ") for key in keys)

    def names(self, *keys: str) -> str:
        """The people's names as they read in a sentence; empty when every one of the roles is vacant."""
        return or_list(person.get_full_name() for person in self.people(*keys))

    def titles_held(self, person_id: int | None) -> list[str]:
        return [role.slot.title for role in self.roles.values() if any(p.pk == person_id for p in role.people)]


@dataclass(frozen=True, slots=True)
class GateRoles:
    """Which roles may submit and which may decide the gate of a step, and the words the playbook has for it."""

    submitted_by: tuple[str, ...]
    decided_by: tuple[str, ...]
    purpose: str = ""
    done_when: str = ""


def or_list(words: Iterable[str]) -> str:
    """“a”, “a or b”, “a, b or c”."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} or {last}" if first else last


def and_list(words: Iterable[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def holders_in(program_id: int) -> Holders:
    """Return which active people hold which role of the program now. Two queries."""
    slots = list(RoleSlot.objects.filter(program_id=program_id).order_by("position", "pk"))
    assignments: dict[int, list[RoleAssignment]] = {slot.pk: [] for slot in slots}
    current = (
        RoleAssignment.objects.open()
        .filter(slot__program_id=program_id, person__is_active=True)
        .select_related("person")
        .order_by("slot_id", "started_on", "pk")
    )
    for assignment in current:
        assignments[assignment.slot_id].append(assignment)
    return Holders(
        program_id,
        {
            slot.key: SlotHolders(
                slot,
                tuple(a.person for a in assignments[slot.pk] if not a.is_deputy),
                tuple(a.person for a in assignments[slot.pk] if a.is_deputy),
                tuple(assignments[slot.pk]),
            )
            for slot in slots
        },
    )


def gate_roles(step: Step, program: Program | None = None) -> GateRoles:
    """Return who submits and decides the step's gate, from the program's pinned playbook version."""
    content: dict[str, Any] = (program or step.wave.program).playbook_version.content
    for part in content["steps"]:
        if part["key"] == step.key:
            return GateRoles(
                tuple(part["submitted_by"]),
                tuple(part["decided_by"]),
                part.get("purpose", ""),
                part.get("done_when", ""),
            )
    return GateRoles((PROJECT_LEAD,), (SPONSOR,))
