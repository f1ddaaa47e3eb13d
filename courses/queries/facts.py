"""Facts about many people and courses at once, for gates and certificates: a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Aggregate, QuerySet, TextField

from courses.models import CourseVersion, Enrollment
from people.api import organization_zone

MOST_PARAMETERS = 2000
"""Above this many ids, people are filtered here instead of in the statement, which has a limit on parameters."""


class IdList(Aggregate):
    """All values of a group as one text, separated by commas: thousands of ids arrive as a single row."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            function="STRING_AGG",
            template="%(function)s((%(expressions)s)::text, ',')",
            **context,
        )


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """Who is or was enrolled in a course (archived cycles left out), and who has completed it."""

    enrolled: frozenset[int]
    completed: frozenset[int]


@dataclass(frozen=True, slots=True)
class CompletionFact:
    """A completed cycle: ``completed_on`` in the organization's calendar, ``title`` and ``minutes`` as pinned."""

    enrollment_id: int
    completed_on: date
    title: str
    minutes: int


def _among(
    rows: QuerySet[Enrollment], person_ids: Iterable[int] | QuerySet[Any]
) -> tuple[QuerySet[Enrollment], frozenset[int] | None]:
    """Narrow ``rows`` to these people; ids that are too many for one statement are returned to filter by."""
    if isinstance(person_ids, QuerySet):
        return rows.filter(person_id__in=person_ids.order_by()), None
    wanted = frozenset(person_ids)
    if len(wanted) > MOST_PARAMETERS:
        return rows, wanted
    return rows.filter(person_id__in=wanted), None


def training_facts(*, course_keys: Iterable[str], person_ids: Iterable[int] | QuerySet[Any]) -> dict[str, CourseFacts]:
    """Return for each of ``course_keys`` who of ``person_ids`` is enrolled and who has completed it. One query.

    ``person_ids`` is an iterable of ids or a ``values_list`` queryset, which becomes a subquery. Unknown courses
    have no people in them.
    """
    keys = list(course_keys)
    rows, wanted = _among(Enrollment.objects.unarchived().filter(course__key__in=keys), person_ids)
    groups = (
        rows.order_by()
        .values_list("course__key", "state")
        .annotate(people=IdList("person_id", output_field=TextField()))
    )
    enrolled: dict[str, set[int]] = {key: set() for key in keys}
    completed: dict[str, set[int]] = {key: set() for key in keys}
    for key, state, people in groups:
        ids = set(map(int, people.split(",")))
        if wanted is not None:
            ids &= wanted
        enrolled[key] |= ids
        if state == Enrollment.State.COMPLETED:
            completed[key] |= ids
    return {key: CourseFacts(frozenset(enrolled[key]), frozenset(completed[key])) for key in keys}


def completions(
    *, person_ids: Iterable[int] | QuerySet[Any], course_keys: Iterable[str]
) -> dict[tuple[int, str], CompletionFact]:
    """Return the newest completed cycle by person id and course key, for those who completed. Two queries."""
    zone = organization_zone()
    rows, wanted = _among(Enrollment.objects.completed().filter(course__key__in=list(course_keys)), person_ids)
    fields = ("person_id", "course__key", "pk", "completed_at", "version_id")
    newest = {
        (person_id, key): (pk, completed_at, version_id)
        for person_id, key, pk, completed_at, version_id in rows.order_by("cycle").values_list(*fields)
        if wanted is None or person_id in wanted
    }
    pinned = {
        pk: (title, sum(lesson["minutes"] for lesson in lessons))
        for pk, title, lessons in CourseVersion.objects.filter(
            pk__in={version_id for _, _, version_id in newest.values()}
        ).values_list("pk", "title", "lessons")
    }
    return {
        whose: CompletionFact(pk, completed_at.astimezone(zone).date(), *pinned[version_id])
        for whose, (pk, completed_at, version_id) in newest.items()
    }
