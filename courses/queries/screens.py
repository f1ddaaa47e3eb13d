"""What the courses screens show, as finished data: catalog cards, and how somebody stands in a course."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.core.cache import caches
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, Left
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from wagtail.models import PageViewRestriction

from courses.models import CatalogPage, CoursePage, Enrollment, LessonCompletion, LessonPage
from courses.queries.outlines import Outline, key_to_go_on_with
from people.api import organization_zone, today

DUE_SOON_DAYS = 7
LENGTHS: dict[str, tuple[str, Q]] = {
    "short": ("Up to 30 minutes", Q(minutes__lte=30)),
    "medium": ("31 to 45 minutes", Q(minutes__gt=30, minutes__lte=45)),
    "long": ("More than 45 minutes", Q(minutes__gt=45)),
}
LESSON_COUNTS_KEY = "courses:lesson-counts"
CARD_FIELDS = ("pk", "path", "slug", "title", "summary", "level", "topic", "format", "minutes", "personas")


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands in one course. This one state decides badge and call to action on every screen."""

    course_id: int
    slug: str
    title: str
    minutes: int
    state: str
    enrollment_id: int | None = None
    done: int = 0
    total: int = 0
    next_title: str = ""
    due_on: date | None = None
    completed_on: date | None = None
    last_lesson_key: str = ""
    days_left: int | None = None

    @property
    def status(self) -> str:
        """The word of the shared status component."""
        if self.state in {"enrolled", "in_progress"} and self.days_left is not None:
            if self.days_left < 0:
                return "overdue"
            if self.days_left <= DUE_SOON_DAYS:
                return "due_soon"
        return {"enrolled": "open", "in_progress": "in_progress", "completed": "completed"}.get(self.state, "")

    @property
    def words(self) -> str:
        """What the badge says."""
        match self.status:
            case "overdue" if self.due_on:
                return f"Overdue since {date_format(self.due_on)}"
            case "due_soon" if self.due_on:
                return "Due today" if self.days_left == 0 else f"Due {date_format(self.due_on)}"
            case "in_progress":
                return f"{self.done} of {self.total} lessons done"
            case "completed" if self.completed_on:
                return f"Completed {date_format(self.completed_on)}"
            case "open":
                return f"Enrolled, due {date_format(self.due_on)}" if self.due_on else "Enrolled, not started"
        return ""

    @property
    def short_words(self) -> str:
        """What the badge says beside a progress bar, which counts the lessons already."""
        if self.status in {"in_progress", "open"}:
            begun = "In progress" if self.status == "in_progress" else "Not started"
            return f"{begun}, due {date_format(self.due_on)}" if self.due_on else begun
        return self.words

    @property
    def call(self) -> str:
        """What the button says."""
        return {"enrolled": "Start", "in_progress": "Continue", "completed": "Read again"}.get(
            self.state, "Look inside"
        )

    @property
    def url(self) -> str:
        """Where the button leads: into the next lesson for those who are on their way, else to the course."""
        if self.state in {"enrolled", "in_progress"}:
            return reverse("courses:resume", args=[self.slug])
        return reverse("courses:course", args=[self.slug])

    @property
    def course_url(self) -> str:
        return reverse("courses:course", args=[self.slug])


@dataclass(frozen=True, slots=True)
class CatalogCard:
    """One course in the catalog."""

    slug: str
    title: str
    summary: str
    level: str
    topic: str
    format: str
    minutes: int
    lessons: int
    standing: Standing
    personas: list[str] = field(default_factory=list)


def hidden_paths(request: HttpRequest) -> list[str]:
    """Return the tree paths below which Wagtail's view restrictions keep this request out. One query, usually empty."""
    restrictions = PageViewRestriction.objects.select_related("page")
    return [restriction.page.path for restriction in restrictions if not restriction.accept_request(request)]


def catalog_courses(filters: dict[str, str], hidden: Sequence[str]) -> QuerySet[CoursePage]:
    """Return the published courses that match ``filters`` (q, persona, level, topic, format, length; empty: all)."""
    courses = CoursePage.objects.live().order_by("path")
    for path in hidden:
        courses = courses.exclude(path__startswith=path)
    for name in ("level", "topic", "format"):
        if filters.get(name):
            courses = courses.filter(**{name: filters[name]})
    if filters.get("length"):
        courses = courses.filter(LENGTHS[filters["length"]][1])
    if filters.get("persona"):
        # A list in JSON reads the same as text on both databases; an empty list means everyone.
        courses = courses.annotate(personas_text=Cast("personas", TextField())).filter(
            Q(personas_text__contains=f'"{filters["persona"]}"') | Q(personas=[])
        )
    for word in filters.get("q", "").split()[:8]:
        lesson = LessonPage.objects.live().filter(path__startswith=OuterRef("path"), title__icontains=word)
        courses = courses.filter(
            Q(title__icontains=word) | Q(summary__icontains=word) | Q(outcomes__icontains=word) | Exists(lesson)
        )
    return courses


def catalog_page() -> CatalogPage | None:
    """Return the catalog's own page with its title and introduction, None as long as nobody has made it."""
    return CatalogPage.objects.live().only("title", "introduction").first()


def cards(courses: Iterable[dict[str, Any]], known: dict[int, Standing]) -> list[CatalogCard]:
    """Return the catalog's cards for rows of ``CARD_FIELDS``, with how the reader stands (``standings``). One query."""
    rows = list(courses)
    if not rows:
        return []
    counts = lesson_counts(rows[0]["path"])
    labels = {name: dict(CoursePage._meta.get_field(name).choices or []) for name in ("level", "topic", "format")}
    return [
        CatalogCard(
            slug=row["slug"],
            title=row["title"],
            summary=row["summary"],
            level=labels["level"][row["level"]],
            topic=labels["topic"][row["topic"]],
            format=labels["format"][row["format"]],
            minutes=row["minutes"],
            lessons=counts.get(row["path"], 0),
            personas=row["personas"],
            standing=known.get(row["pk"])
            or Standing(row["pk"], row["slug"], row["title"], row["minutes"], "not_enrolled"),
        )
        for row in rows
    ]


def standings(person_id: int, course_ids: Sequence[int] | None = None) -> dict[int, Standing]:
    """Return how the person stands in each course they are or were enrolled in, by course id. Two queries.

    Archived enrollments do not count; an open cycle goes before a completed one. ``course_ids`` None: all courses.
    """
    rows = (
        Enrollment.objects.of(person_id)
        .exclude(state=Enrollment.State.ARCHIVED)
        .order_by("cycle")
        .values(
            "pk",
            "course_id",
            "course__slug",
            "course__title",
            "course__minutes",
            "state",
            "due_on",
            "completed_at",
            "last_lesson_key",
            "version__lessons",
        )
    )
    if course_ids is not None:
        rows = rows.filter(course_id__in=course_ids)
    chosen: dict[int, dict[str, Any]] = {}
    for row in cast(Iterable[dict[str, Any]], rows):
        before = chosen.get(row["course_id"])
        if before is None or before["state"] != Enrollment.State.OPEN:
            chosen[row["course_id"]] = row
    done: dict[int, set[str]] = {}
    completions = LessonCompletion.objects.filter(enrollment_id__in=[row["pk"] for row in chosen.values()])
    for enrollment_id, key in completions.values_list("enrollment_id", "lesson_key"):
        done.setdefault(enrollment_id, set()).add(str(key))
    day, zone = today(), organization_zone()
    return {row["course_id"]: _standing(row, done.get(row["pk"], set()), day, zone) for row in chosen.values()}


def _standing(row: dict[str, Any], done: set[str], day: date, zone: Any) -> Standing:
    lessons = row["version__lessons"]
    needed = [lesson for lesson in lessons if lesson["required"]] or lessons
    open_ones = [lesson for lesson in needed if lesson["key"] not in done]
    left_off = str(row["last_lesson_key"] or "")
    waiting = {lesson["key"]: lesson["title"] for lesson in open_ones}
    next_key = key_to_go_on_with([lesson["key"] for lesson in lessons], waiting, left_off)
    if row["state"] == Enrollment.State.COMPLETED:
        state = "completed"
    else:
        state = "in_progress" if done or left_off else "enrolled"
    return Standing(
        course_id=row["course_id"],
        slug=row["course__slug"],
        title=row["course__title"],
        minutes=row["course__minutes"],
        state=state,
        enrollment_id=row["pk"],
        done=len(needed) - len(open_ones),
        total=len(needed),
        next_title=waiting.get(next_key, ""),
        due_on=row["due_on"],
        completed_on=row["completed_at"].astimezone(zone).date() if row["completed_at"] else None,
        last_lesson_key=left_off,
        days_left=(row["due_on"] - day).days if row["due_on"] else None,
    )


def lesson_counts(course_path: str) -> dict[str, int]:
    """Return how many published lessons each course beside ``course_path`` has, by path. Kept for a minute."""
    counts: dict[str, int] | None = caches["process"].get(LESSON_COUNTS_KEY)
    if counts is None or course_path not in counts:
        lessons = LessonPage.objects.live().filter(path__startswith=course_path[: -CoursePage.steplen])
        grouped = lessons.annotate(course_path=Left("path", len(course_path))).order_by().values_list("course_path")
        counts = dict(grouped.annotate(lessons=Count("pk")))
        caches["process"].set(LESSON_COUNTS_KEY, counts, 60)
    return counts


def standing_of(course: CoursePage, enrollment: Enrollment | None, lessons: Outline) -> Standing:
    """Return how somebody stands in one course, from the outline that was made for them. No query."""
    if enrollment is None:
        return Standing(course.pk, course.slug, course.title, course.minutes, "not_enrolled")
    left_off = str(enrollment.last_lesson_key or "")
    if enrollment.state == Enrollment.State.COMPLETED:
        state = "completed"
    else:
        state = "in_progress" if left_off or any(lesson.done for lesson in lessons.lessons) else "enrolled"
    finished = enrollment.completed_at
    return Standing(
        course_id=course.pk,
        slug=course.slug,
        title=course.title,
        minutes=course.minutes,
        state=state,
        enrollment_id=enrollment.pk,
        done=lessons.done,
        total=lessons.total,
        next_title=lessons.next.title if lessons.next else "",
        due_on=enrollment.due_on,
        completed_on=finished.astimezone(organization_zone()).date() if finished else None,
        last_lesson_key=left_off,
        days_left=(enrollment.due_on - today()).days if enrollment.due_on else None,
    )
