"""What somebody is learning, for Today and for My learning: the same three queries whatever the number."""

from dataclasses import dataclass
from datetime import date

from courses.models import Enrollment, LessonCompletion
from courses.queries.screens import Standing, standings
from people.api import User


@dataclass(frozen=True, slots=True)
class NextLesson:
    """The lesson to go on with; ``url`` leads into it, ``done`` and ``total`` count the required lessons."""

    enrollment_id: int
    course_title: str
    title: str
    url: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class LearningOverview:
    """``due``: open with a due date, soonest first · ``in_progress``: open without one · ``done``: newest first.

    ``continue_with`` is where the person left off last, None when nothing is open.
    """

    due: list[Standing]
    in_progress: list[Standing]
    done: list[Standing]
    continue_with: NextLesson | None


def learning_overview(person: User) -> LearningOverview:
    """Return what ``person`` has to learn, is learning and has completed. Three queries whatever the number."""
    mine = list(standings(person.pk).values())
    waiting = [one for one in mine if one.state != "completed"]
    due = sorted((one for one in waiting if one.due_on), key=lambda one: (one.due_on or date.max, one.title))
    free = sorted((one for one in waiting if not one.due_on), key=lambda one: (one.state != "in_progress", one.title))
    done = sorted((one for one in mine if one.state == "completed"), key=lambda one: one.title)
    done.sort(key=lambda one: one.completed_on or date.min, reverse=True)
    return LearningOverview(due, free, done, _continue(person, [*due, *free]))


def lesson_in_progress(person: User) -> NextLesson | None:
    """Return the lesson to continue with, None when nothing is open. Three queries."""
    return learning_overview(person).continue_with


def _continue(person: User, waiting: list[Standing]) -> NextLesson | None:
    """Where a lesson was finished last, else what was begun, else what is due first."""
    if not waiting:
        return None
    last = (
        LessonCompletion.objects.filter(enrollment__person=person, enrollment__state=Enrollment.State.OPEN)
        .order_by("-completed_at", "-pk")
        .values_list("enrollment_id", flat=True)
        .first()
    )
    begun = [one for one in waiting if one.enrollment_id == last] or [
        one for one in waiting if one.state == "in_progress"
    ]
    chosen = (begun or waiting)[0]
    return NextLesson(chosen.enrollment_id or 0, chosen.title, chosen.next_title, chosen.url, chosen.done, chosen.total)
