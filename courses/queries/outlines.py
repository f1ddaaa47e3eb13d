"""A course and its lessons as one person sees them: which lesson is done, which one comes next."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from courses.models import CoursePage, CourseVersion, Enrollment, LessonPage
from courses.queries.prepared import PreparedQuery, columns_of, from_columns
from courses.queries.progress import finished_keys

# Only what the screens show: a page row has fifty columns, and reading them costs more than the query.
PAGE_FIELDS = ("id", "page_ptr", "path", "depth", "slug", "title", "live")
COURSE_COLUMNS = columns_of(
    CoursePage,
    [*PAGE_FIELDS, "key", "summary", "outcomes", "level", "topic", "format", "personas", "minutes"],
)
LESSON_COLUMNS = columns_of(LessonPage, [*PAGE_FIELDS, "live_revision", "key", "module", "minutes", "required"])
VERSION_COLUMNS = columns_of(CourseVersion, ["id", "course", "number", "title", "lessons"])
ENROLLMENT_COLUMNS = columns_of(
    Enrollment,
    [
        *("id", "person", "course", "version", "cycle", "state", "source", "due_on", "last_lesson_key"),
        "completed_at",
    ],
)

_mine = PreparedQuery(
    lambda person_id, slug: (
        Enrollment.objects.unarchived()
        .of(person_id)
        .filter(course__slug=slug)
        .order_by("-cycle")
        .values_list(
            *ENROLLMENT_COLUMNS,
            *(f"version__{name}" for name in VERSION_COLUMNS),
            *(f"course__{name}" for name in COURSE_COLUMNS),
        )
    )
)
_lessons_below = PreparedQuery(
    lambda after, until, depth: (
        LessonPage.objects.filter(path__gt=after, path__lte=until, depth=depth)
        .order_by("path")
        .values_list(*LESSON_COLUMNS)
    )
)


@dataclass(frozen=True, slots=True)
class OutlineLesson:
    """One line of a course's outline; ``slug`` is empty when the page itself is gone.

    ``is_pinned`` is False for lessons that were added after the reader had enrolled: they need not be finished.
    """

    key: str
    title: str
    slug: str
    module: str
    minutes: int
    required: bool
    has_quiz: bool
    done: bool
    number: int
    is_pinned: bool = True


@dataclass(frozen=True, slots=True)
class Outline:
    """A course's lessons in order, for one person when ``enrollment`` is known, as visitors see it otherwise."""

    lessons: list[OutlineLesson]
    done: int = 0
    total: int = 0
    next: OutlineLesson | None = None

    @property
    def modules(self) -> list[tuple[str, list[OutlineLesson]]]:
        """Neighboring lessons of the same module, grouped under its name."""
        groups: list[tuple[str, list[OutlineLesson]]] = []
        for lesson in self.lessons:
            if not groups or groups[-1][0] != lesson.module:
                groups.append((lesson.module, []))
            groups[-1][1].append(lesson)
        return groups

    def around(self, key: str) -> tuple[OutlineLesson | None, OutlineLesson | None]:
        """Return the lessons before and after the one with ``key``, as far as their pages exist."""
        lessons = [lesson for lesson in self.lessons if lesson.slug]
        place = next((index for index, lesson in enumerate(lessons) if lesson.key == key), None)
        if place is None:
            return None, None
        return (lessons[place - 1] if place else None, lessons[place + 1] if place + 1 < len(lessons) else None)


def course_for(person_id: int | None, slug: str) -> tuple[CoursePage | None, Enrollment | None]:
    """Return the course with this slug, published or not, and the person's enrollment in it: the open one, else the
    newest completed one. One query for those who are enrolled, two for others."""
    if person_id is not None:
        found = [_enrollment_from(row) for row in _mine.rows(person_id, slug)]
        if found:
            enrollment = next((one for one in found if one.state == Enrollment.State.OPEN), found[0])
            return enrollment.course, enrollment
    return CoursePage.objects.only(*COURSE_COLUMNS).filter(slug=slug).order_by().first(), None


def _enrollment_from(row: Sequence[Any]) -> Enrollment:
    version_at = len(ENROLLMENT_COLUMNS)
    course_at = version_at + len(VERSION_COLUMNS)
    enrollment = from_columns(Enrollment, ENROLLMENT_COLUMNS, row[:version_at])
    enrollment.version = from_columns(CourseVersion, VERSION_COLUMNS, row[version_at:course_at])
    enrollment.course = from_columns(CoursePage, COURSE_COLUMNS, row[course_at:])
    return enrollment


def lesson_rows(course: CoursePage, enrollment: Enrollment | None) -> list[dict[str, Any]]:
    """Return what the outline and the player need of every lesson below ``course``, in order: rows of
    ``LESSON_COLUMNS`` and ``done`` (finished in ``enrollment``). One query, two with an enrollment."""
    finished = finished_keys(enrollment.pk) if enrollment is not None else set()
    last = course.path + "Z" * course.steplen
    rows = (
        dict(zip(LESSON_COLUMNS, row, strict=True)) for row in _lessons_below.rows(course.path, last, course.depth + 1)
    )
    return [{**row, "done": str(row["key"]) in finished} for row in rows]


def lesson_from(row: dict[str, Any]) -> LessonPage:
    """Return the page of a row of ``lesson_rows``; everything else of it, the body above all, is read when asked."""
    return from_columns(LessonPage, LESSON_COLUMNS, [row[name] for name in LESSON_COLUMNS])


def outline(course: CoursePage, enrollment: Enrollment | None, rows: Sequence[dict[str, Any]] | None = None) -> Outline:
    """Return the course's lessons in order: the pinned ones for an enrolled person, then what was added since.

    One query, none when the ``lesson_rows`` are given; one more when a pinned lesson has lost its page.
    """
    pages = {str(row["key"]): row for row in (lesson_rows(course, enrollment) if rows is None else rows)}
    if enrollment is None:
        lines = [_line(page, number) for number, page in enumerate((p for p in pages.values() if p["live"]), 1)]
        return Outline(lines, total=len(lines))
    done = {key for key, page in pages.items() if page["done"]}
    if any(pinned["key"] not in pages for pinned in enrollment.version.lessons):
        done |= finished_keys(enrollment.pk)
    lines = []
    for pinned in enrollment.version.lessons:
        page = pages.pop(pinned["key"], None)
        line = {**pinned, "slug": page["slug"] if page else "", "title": page["title"] if page else pinned["title"]}
        lines.append(_line(line, len(lines) + 1, done=pinned["key"] in done))
    for page in pages.values():
        if page["live"]:
            line = {**page, "required": False, "module": page["module"] if page["module"] else "New"}
            lines.append(_line(line, len(lines) + 1, done=str(page["key"]) in done, is_pinned=False))
    needed = [line for line in lines if line.required] or [line for line in lines if line.is_pinned]
    waiting = {line.key: line for line in needed if not line.done and line.slug}
    next_key = key_to_go_on_with([line.key for line in lines], waiting, str(enrollment.last_lesson_key or ""))
    return Outline(lines, sum(line.done for line in needed), len(needed), waiting.get(next_key))


def key_to_go_on_with(order: Sequence[str], waiting: Container[str], left_off: str) -> str:
    """Return the key of the lesson to go on with: the one left off if it is waiting, else the next waiting one after
    it in ``order``, else the first waiting one; empty when none is."""
    place = order.index(left_off) if left_off in order else 0
    return next((key for key in [*order[place:], *order[:place]] if key in waiting), "")


def _line(lesson: dict[str, Any], number: int, *, done: bool = False, is_pinned: bool = True) -> OutlineLesson:
    return OutlineLesson(
        key=str(lesson["key"]),
        title=lesson["title"],
        slug=lesson["slug"],
        module=lesson["module"],
        minutes=lesson["minutes"],
        required=lesson["required"],
        has_quiz=bool(lesson.get("quiz")),
        done=done,
        number=number,
        is_pinned=is_pinned,
    )
