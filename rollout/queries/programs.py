"""Reads about programs: what the playbook says, and which waves a piece of news concerns."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from people.api import User, today
from rollout.models import PlaybookVersion, Program, RoleAssignment, RoleSlot, RosterMember, Wave
from rollout.models.playbook_content import PlaybookContent
from rollout.queries.holders import Holders, SlotHolders


def content_of(version: PlaybookVersion) -> PlaybookContent:
    """Return the checked content of a version; parsed once per row object, since it never changes."""
    known: PlaybookContent | None = version.__dict__.get("_parsed_content")
    if known is None:
        known = version.__dict__["_parsed_content"] = PlaybookContent.model_validate(version.content)
    return known


PERSON_FIELDS = ("id", "email", "first_name", "last_name", "is_active")
ASSIGNMENT_FIELDS = ("id", "slot_id", "person_id", "is_deputy", "started_on")
SLOT_FIELDS = ("id", "key", "title", "position", "is_required", "minimum", "per_teams", "learning")
SLOT_WORDS = ("no_learning_because", "allows_external")


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
    assignments: dict[str, list[RoleAssignment]] = {key: [] for key in slots}
    held = FilteredRelation("assignments", condition=Q(assignments__ended_on__isnull=True))
    slot_fields, person_fields = (*SLOT_FIELDS, *SLOT_WORDS), [f"held__person__{name}" for name in PERSON_FIELDS]
    rows = (
        RoleSlot.objects.filter(program_id=program_id)
        .annotate(held=held)
        .order_by("position", "pk", "held__started_on", "held__pk")
        .values_list(*slot_fields, *(f"held__{name}" for name in ASSIGNMENT_FIELDS), *person_fields)
    )
    at, end = len(slot_fields), len(slot_fields) + len(ASSIGNMENT_FIELDS)
    for row in rows:
        key: str = row[1]
        if key not in assignments or slots[key].pk != row[0]:
            slots[key] = RoleSlot.from_db("default", slot_fields, row[:at])
            assignments.setdefault(key, [])
        if row[at] is not None:
            assignment = RoleAssignment.from_db("default", ASSIGNMENT_FIELDS, row[at:end])
            assignment.person = User.from_db("default", PERSON_FIELDS, row[end:])
            if assignment.person.is_active:
                assignments[key].append(assignment)
    return Holders(
        program_id,
        {
            key: SlotHolders(
                slot,
                tuple(a.person for a in assignments[key] if not a.is_deputy),
                tuple(a.person for a in assignments[key] if a.is_deputy),
                tuple(assignments[key]),
            )
            for key, slot in slots.items()
        },
    )


def today_of(program: Program) -> date:
    """Return the day on the program's own clock: today, or the day on which it was paused. No query."""
    return program.paused_on or today()


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
