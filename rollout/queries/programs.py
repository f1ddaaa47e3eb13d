"""Reads about programs: what the playbook says, and which waves a piece of news concerns."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from people.api import User, today
from rollout.models import ExternalHolder, PlaybookVersion, Program, RoleAssignment, RoleSlot, RosterMember, Wave
from rollout.models.playbook_content import PlaybookContent
from rollout.models.roles import holding_now
from rollout.queries.holders import (
    EXTERNAL_FIELDS,
    Holders,
    accepted_by,
    accepted_on_paper,
    external_of,
    on_leave,
    slot_holders,
)


def content_of(version: PlaybookVersion) -> PlaybookContent:
    """Return the checked content of a version; parsed once per row object, since it never changes."""
    known: PlaybookContent | None = version.__dict__.get("_parsed_content")
    if known is None:
        known = version.__dict__["_parsed_content"] = PlaybookContent.model_validate(version.content)
    return known


PERSON_FIELDS = ("id", "email", "first_name", "last_name", "is_active")
ASSIGNMENT_FIELDS = ("id", "slot_id", "person_id", "is_deputy", "started_on", "until")
SLOT_FIELDS = (
    "id",
    "key",
    "title",
    "position",
    "is_required",
    "minimum",
    "per_teams",
    "learning",
    "no_learning_because",
    "charter_number",
    "allows_external",
)


FLAGS = ("has_accepted", "is_away", "paper")


def holders_in_one_query(program_id: int, content: PlaybookContent) -> Holders:
    """Return who holds which role now, as ``holders_in`` does, in one query.

    For evaluations only: people come with their names, and roles of the playbook that the program lacks are vacant.
    """
    slots = {
        role.key: RoleSlot(
            program_id=program_id, key=role.key, title=role.title, position=position, learning=list(role.learning)
        )
        for position, role in enumerate(content.roles)
    }
    assignments: dict[str, dict[int, RoleAssignment]] = {key: {} for key in slots}
    externals: dict[str, dict[int, ExternalHolder]] = {key: {} for key in slots}
    for row in _rows_of_holders(program_id):
        slot, held, person, outside, (has_accepted, is_away, paper) = _cut(row)
        key: str = slot[1]
        if key not in slots or slots[key].pk != slot[0]:
            slots[key] = RoleSlot.from_db("default", SLOT_FIELDS, slot)
            assignments.setdefault(key, {})
            externals.setdefault(key, {})
        if held[0] is not None and held[0] not in assignments[key] and person[-1]:
            assignment = RoleAssignment.from_db("default", ASSIGNMENT_FIELDS, held)
            assignment.person = User.from_db("default", PERSON_FIELDS, person)
            assignment.has_accepted, assignment.is_away = bool(has_accepted), bool(is_away)
            assignments[key][assignment.pk] = assignment
        if outside[0] is not None and outside[0] not in externals[key]:
            externals[key][outside[0]] = external_of(slots[key], outside, bool(paper))
    return Holders(
        program_id,
        {
            key: slot_holders(slot, list(assignments[key].values()), list(externals[key].values()))
            for key, slot in slots.items()
        },
    )


def today_of(program: Program) -> date:
    """Return the day on the program's own clock: today, or the day on which it was paused. No query."""
    return program.paused_on or today()


def _rows_of_holders(program_id: int) -> Iterable[tuple[Any, ...]]:
    """Return one row for each pairing of a role's assignments with its externals, of which there are few."""
    day = today()
    return (
        RoleSlot.objects.filter(program_id=program_id)
        .annotate(
            held=FilteredRelation("assignments", condition=holding_now(day, "assignments__")),
            outside=FilteredRelation("externals", condition=holding_now(day, "externals__")),
            has_accepted=accepted_by("held__person", "charter_number", "pk"),
            is_away=on_leave("held__person", day),
            paper=accepted_on_paper("outside__pk"),
        )
        .order_by("position", "pk", "held__started_on", "held__pk", "outside__started_on", "outside__pk")
        .values_list(
            *SLOT_FIELDS,
            *(f"held__{name}" for name in ASSIGNMENT_FIELDS),
            *(f"held__person__{name}" for name in PERSON_FIELDS),
            *(f"outside__{name}" for name in EXTERNAL_FIELDS),
            *FLAGS,
        )
    )


def _cut(row: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    start = 0
    for length in map(len, (SLOT_FIELDS, ASSIGNMENT_FIELDS, PERSON_FIELDS, EXTERNAL_FIELDS, FLAGS)):
        yield row[start : start + length]
        start += length


def running_waves() -> QuerySet[Wave]:
    """Return the waves of programs that are neither stopped nor paused, with program and playbook version."""
    return Wave.objects.filter(program__state=Program.State.RUNNING).select_related("program__playbook_version")


def waves_of_people(person_ids: Iterable[int]) -> list[int]:
    """Return the ids of running waves whose roster or role holders include one of the people. 1 query.

    ``person_ids`` may be a ``values_list`` queryset, which stays a subquery.
    """
    ids = person_ids if isinstance(person_ids, QuerySet) else list(person_ids)
    members = RosterMember.objects.filter(wave=OuterRef("pk"), left_on__isnull=True, person__in=ids)
    holders = RoleAssignment.objects.open().filter(slot__program=OuterRef("program"), person__in=ids)
    concerned = running_waves().filter(Q(Exists(members)) | Q(Exists(holders)))
    return list(concerned.order_by("pk").values_list("pk", flat=True))


def waves_of_courses(course_keys: Sequence[str]) -> list[int]:
    """Return the ids of running waves whose playbook or roles ask for one of the courses. 2 queries, and a look into
    each playbook version."""
    wanted = set(course_keys)
    learned: dict[int, set[str]] = {}
    for program_id, keys in RoleSlot.objects.order_by().values_list("program_id", "learning"):
        learned.setdefault(program_id, set()).update(keys)
    waves = running_waves().order_by("pk")
    return [wave.pk for wave in waves if wanted & (_courses_of(wave) | learned.get(wave.program_id, set()))]


def _courses_of(wave: Wave) -> set[str]:
    content = content_of(wave.program.playbook_version)
    return {*content.learning.roster, *(key for role in content.roles for key in role.learning)}
