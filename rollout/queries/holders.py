"""Who holds which role of a program now. Items and gates name roles; the holder is looked up at the last moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef

from people.api import Absence, User, today
from rollout.models import (
    CharterAcceptance,
    Delegation,
    ExternalHolder,
    Program,
    RoleAssignment,
    RoleSlot,
    Step,
    in_whose_name,
)
from rollout.models.roles import holding_now

SPONSOR = "sponsor"
PROJECT_LEAD = "project_lead"
WORKS_COUNCIL = "works_council"
PEOPLE_LEAD = "people_lead"


@dataclass(frozen=True, slots=True)
class ActingAs:
    """In which role somebody decides, and for whom: ``principal`` is None in their own right, as holder or deputy."""

    slot: RoleSlot
    principal: User | None = None
    delegation: Delegation | None = None
    is_deputy: bool = False

    @property
    def words(self) -> str:
        """“as Executive sponsor” or “for Anna Berg (Executive sponsor)”."""
        if self.principal is None:
            return f"as {self.slot.title}"
        return f"for {self.principal.get_full_name()} ({self.slot.title})"


@dataclass(frozen=True, slots=True)
class SlotHolders:
    """A role and the active people who hold it now; ``deputies`` act when the holders do not.

    ``delegations`` are those of its holders and deputies that hold today; delegates decide in their name. ``externals``
    hold the role without an account: they count and are named, and are never asked to act.
    """

    slot: RoleSlot
    holders: tuple[User, ...]
    deputies: tuple[User, ...]
    assignments: tuple[RoleAssignment, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    externals: tuple[ExternalHolder, ...] = ()
    away: frozenset[int] = frozenset()
    """Ids of holders and deputies on long leave: they keep the role, and others act."""

    @property
    def is_vacant(self) -> bool:
        return not self.holders and not self.deputies and not self.externals

    @property
    def present(self) -> tuple[User, ...]:
        """The holders who are not on long leave."""
        return tuple(person for person in self.holders if person.pk not in self.away)

    @property
    def deputies_present(self) -> tuple[User, ...]:
        """The deputies who are not on long leave."""
        return tuple(person for person in self.deputies if person.pk not in self.away)

    @property
    def filled(self) -> int:
        """How many places of the role are taken, by people of the company or from outside. Deputies take none but that
        of a holder on long leave."""
        stood_in_for = min(len(self.holders) - len(self.present), len(self.deputies_present))
        return len(self.present) + stood_in_for + len(self.externals)

    @property
    def people(self) -> tuple[User, ...]:
        return self.holders + self.deputies


@dataclass(frozen=True, slots=True)
class Holders:
    """All roles of one program. Built by ``holders_in``, asked as often as a page likes."""

    program_id: int
    roles: dict[str, SlotHolders]

    def holds(self, person_id: int | None, *keys: str) -> bool:
        """Whether the person holds one of the roles, as holder or as deputy."""
        return any(person.pk == person_id for key in keys if key in self.roles for person in self.roles[key].people)

    def holds_any(self, person_id: int | None) -> bool:
        return self.holds(person_id, *self.roles)

    def acting(self, person_id: int | None, *keys: str, barred: int | None = None) -> ActingAs | None:
        """In which of the roles the person may decide today: in their own right before somebody else's name; None
        when they may not. ``barred`` is somebody in whose name nobody decides (whoever submitted)."""
        roles = [self.roles[key] for key in keys if key in self.roles]
        for role in roles:
            if any(person.pk == person_id for person in role.people):
                return ActingAs(role.slot, is_deputy=all(person.pk != person_id for person in role.holders))
        for role in roles:
            for one in role.delegations:
                if one.to_person_id == person_id and one.from_person_id != barred:
                    return ActingAs(role.slot, one.from_person, one)
        return None

    def acts_in_any(self, person_id: int | None) -> bool:
        """Whether the person holds a role or decides in the name of somebody who does."""
        return self.acting(person_id, *self.roles) is not None

    def deciders(self, *keys: str) -> str:
        """As ``names``, with those who may decide in their name today: “Anna Berg or Karl Reif for Anna Berg”."""
        named = [person.get_full_name() for person in self.people(*keys)]
        named += [
            in_whose_name(one.to_person, one.from_person)
            for key in keys
            if key in self.roles
            for one in self.roles[key].delegations
        ]
        return or_list(dict.fromkeys(named))

    def people(self, *keys: str) -> list[User]:
        """The holders of the roles, or their deputies where a role has no holder; nobody twice."""
        found: dict[int, User] = {}
        for key in keys:
            if role := self.roles.get(key):
                found.update({person.pk: person for person in _acting(role)})
        return list(found.values())

    def title(self, *keys: str) -> str:
        """The roles' titles as they read in a sentence: “Executive sponsor or Project lead”."""
        return or_list(self.roles[key].slot.title if key in self.roles else key.replace("_", " ") for key in keys)

    def names(self, *keys: str) -> str:
        """The people's names as they read in a sentence; empty when every one of the roles is vacant."""
        return or_list(person.get_full_name() for person in self.people(*keys))

    def titles_held(self, person_id: int | None) -> list[str]:
        """The person's roles, and those in which they decide for somebody: “Executive sponsor for Anna Berg”."""
        held = [role.slot.title for role in self.roles.values() if any(p.pk == person_id for p in role.people)]
        return held + [
            f"{role.slot.title} for {one.from_person.get_full_name()}"
            for role in self.roles.values()
            for one in role.delegations
            if one.to_person_id == person_id
        ]


@dataclass(frozen=True, slots=True)
class GateRoles:
    """Which roles may submit and which may decide the gate of a step, and the words the playbook has for it."""

    submitted_by: tuple[str, ...]
    decided_by: tuple[str, ...]
    purpose: str = ""
    done_when: str = ""
    quorum: str | int = "any"
    """“any” of the deciding roles, “all” of them, or how many people."""


def _acting(role: SlotHolders) -> tuple[User, ...]:
    return role.present or role.deputies_present or role.holders or role.deputies


def or_list(words: Iterable[str]) -> str:
    """“a”, “a or b”, “a, b or c”."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} or {last}" if first else last


def and_list(words: Iterable[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


EXTERNAL_FIELDS = ("pk", "name", "company", "email", "contact_id", "started_on", "until")


def accepted_by(person: str, number: str, slot: str) -> Exists:
    """Return whether the person at ``person`` has accepted the edition ``number`` of the charter of ``slot``; the
    arguments name fields of the outer query."""
    return Exists(
        CharterAcceptance.objects.filter(
            text__slot=OuterRef(slot), text__number=OuterRef(number), person=OuterRef(person)
        )
    )


def accepted_on_paper(external: str) -> Exists:
    """Return whether the external at ``external`` has accepted the charter that counts."""
    return Exists(
        CharterAcceptance.objects.filter(external=OuterRef(external), text__number=F("text__slot__charter_number"))
    )


def on_leave(person: str, day: date) -> Exists:
    """Return whether the person at ``person`` is on long leave on ``day``."""
    return Exists(Absence.objects.on(day).filter(person=OuterRef(person)))


def external_of(slot: RoleSlot, values: Sequence[Any], has_accepted: bool) -> ExternalHolder:
    """Return the external holder from the values of ``EXTERNAL_FIELDS``."""
    external = ExternalHolder(slot=slot, **dict(zip(EXTERNAL_FIELDS, values, strict=True)))
    external.has_accepted = has_accepted
    external._state.adding = False
    return external


def holders_in(program_id: int) -> Holders:
    """Return which active people hold which role of the program now, who from outside, and who decides in their name.

    Two queries; a third only while somebody has delegated.
    """
    day = today()
    slots: dict[int, RoleSlot] = {}
    externals: dict[int, list[ExternalHolder]] = {}
    standing = Delegation.objects.standing(day).filter(program_id=program_id)
    outside = FilteredRelation("externals", condition=holding_now(day, "externals__"))
    rows = (
        RoleSlot.objects.filter(program_id=program_id)
        .annotate(has_delegations=Exists(standing.filter(program_id=OuterRef("program_id"))))
        .annotate(outside=outside, paper=accepted_on_paper("outside__pk"))
        .annotate(**{f"outside_{name}": F(f"outside__{name}") for name in EXTERNAL_FIELDS})
        .order_by("position", "pk", "outside__started_on", "outside__pk")
    )
    for row in rows:
        slot = slots.setdefault(row.pk, row)
        found = externals.setdefault(row.pk, [])
        values = [getattr(row, f"outside_{name}") for name in EXTERNAL_FIELDS]
        if values[0] is not None:
            found.append(external_of(slot, values, bool(row.paper)))
    assignments: dict[int, list[RoleAssignment]] = {pk: [] for pk in slots}
    current = (
        RoleAssignment.objects.open()
        .filter(slot__program_id=program_id, person__is_active=True)
        .annotate(accepted=accepted_by("person", "slot__charter_number", "slot"), leave=on_leave("person", day))
        .select_related("person")
        .order_by("slot_id", "started_on", "pk")
    )
    for assignment in current:
        assignment.has_accepted, assignment.is_away = bool(assignment.accepted), bool(assignment.leave)
        assignments[assignment.slot_id].append(assignment)
    delegations: list[Delegation] = []
    if any(getattr(slot, "has_delegations", False) for slot in slots.values()):
        active = standing.filter(to_person__is_active=True, from_person__is_active=True)
        delegations = list(active.select_related("from_person", "to_person").order_by("starts_on", "pk"))
    return Holders(
        program_id,
        {slot.key: slot_holders(slot, assignments[pk], externals[pk], delegations) for pk, slot in slots.items()},
    )


def slot_holders(
    slot: RoleSlot,
    assignments: Sequence[RoleAssignment],
    externals: Sequence[ExternalHolder],
    delegations: Iterable[Delegation] = (),
) -> SlotHolders:
    """Return a role with its people, holders before deputies."""
    return SlotHolders(
        slot,
        tuple(a.person for a in assignments if not a.is_deputy),
        tuple(a.person for a in assignments if a.is_deputy),
        tuple(assignments),
        _delegations_of(slot, assignments, delegations),
        tuple(externals),
        frozenset(a.person_id for a in assignments if a.is_away),
    )


def _delegations_of(
    slot: RoleSlot, assignments: Iterable[RoleAssignment], delegations: Iterable[Delegation]
) -> tuple[Delegation, ...]:
    """Those given by somebody who holds the role themselves: a delegate has nothing to pass on."""
    held_by = {assignment.person_id for assignment in assignments}
    return tuple(
        one
        for one in delegations
        if one.from_person_id in held_by and one.to_person_id not in held_by and one.role_key in ("", slot.key)
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
                part.get("quorum", "any"),
            )
    return GateRoles((PROJECT_LEAD,), (SPONSOR,))
