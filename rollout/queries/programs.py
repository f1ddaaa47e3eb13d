"""Reads about programs: what the playbook says, and which waves a piece of news concerns."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from rollout.models import PlaybookVersion, Program, RoleAssignment, RoleSlot, RosterMember, Wave
from rollout.models.playbook_content import PlaybookContent
from rollout.queries.holders import Holders, SlotHolders


def content_of(version: PlaybookVersion) -> PlaybookContent:
    """Return the checked content of a version; parsed once per row object, since it never changes."""
    known: PlaybookContent | None = version.__dict__.get("_parsed_content")
    if known is None:
        known = version.__dict__["_parsed_content"] = PlaybookContent.model_validate(version.content)
    return known


def holders_in_one_query(program_id: int, content: PlaybookContent) -> Holders:
    """Return who holds which role now, as ``holders_in`` does, in one query.

    For evaluations only: people come with their names, slots with key and title.
    """
    slots = {
        role.key: RoleSlot(program_id=program_id, key=role.key, title=role.title, position=position)
        for position, role in enumerate(content.roles)
    }
    assignments: dict[str, list[RoleAssignment]] = {key: [] for key in slots}
    # Names and keys only, and no row object per slot: a large wave has hundreds of coaches.
    current = (
        RoleAssignment.objects.open()
        .filter(slot__program_id=program_id, person__is_active=True)
        .annotate(role=F("slot__key"), role_title=F("slot__title"))
        .select_related("person")
        .only("slot_id", "is_deputy", "started_on", "person__email", "person__first_name", "person__last_name")
        .order_by("slot_id", "started_on", "pk")
    )
    for assignment in current:
        key: str = assignment.role
        if key not in slots:
            slots[key], assignments[key] = RoleSlot(program_id=program_id, key=key), []
        slots[key].pk, slots[key].title = assignment.slot_id, assignment.role_title
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


def running_waves() -> QuerySet[Wave]:
    """Return the waves of programs that have not been stopped, with program and playbook version."""
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
    """Return the ids of running waves whose playbook asks for one of the courses. 1 query, and a look into each
    playbook version."""
    wanted = set(course_keys)
    return [wave.pk for wave in running_waves().order_by("pk") if wanted & _courses_of(wave)]


def _courses_of(wave: Wave) -> set[str]:
    content = content_of(wave.program.playbook_version)
    return {*content.learning.roster, *(key for role in content.roles for key in role.learning)}
