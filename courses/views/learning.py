"""My learning: what is due, what is under way, what is done, and one button to go on."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from courses.queries import screens
from courses.queries.outlines import outline
from courses.queries.screens import Standing
from courses.queries.session_screens import booked_by, lines
from courses.views.access import find_course


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Everything the person is or was enrolled in, in the order in which it wants attention."""
    person_id = int(request.user.pk or 0)
    standings = list(screens.standings(person_id).values())
    under_way = [one for one in standings if one.state in {"enrolled", "in_progress"}]
    due = sorted((one for one in under_way if one.due_on), key=lambda one: (one.due_on, one.title))
    going = sorted((one for one in under_way if not one.due_on), key=lambda one: (one.state == "enrolled", one.title))
    done = sorted((one for one in standings if one.completed_on), key=lambda one: str(one.completed_on), reverse=True)
    focus = next((one for one in due if one.days_left is not None and one.days_left <= screens.DUE_SOON_DAYS), None)
    begun = next((one for one in [*due, *going] if one.state == "in_progress"), None)
    focus = focus or begun or next(iter([*due, *going]), None)
    context = {
        "due": due,
        "going": going,
        "done": done,
        "groups": [
            ("Due", "due", [one for one in due if one is not focus]),
            ("At your own pace", "own-pace", [one for one in going if one is not focus]),
            ("Done", "done", done),
        ],
        "groups_any": bool(standings),
        "sessions": lines(booked_by(person_id)[:10]),
        "focus": focus,
        "sentence": sentence(due, going, done),
    }
    return render(request, "courses/learning.html", context)


def sentence(due: list[Standing], going: list[Standing], done: list[Standing]) -> str:
    """Return how things stand, in one sentence."""
    late = sum(one.days_left is not None and one.days_left < 0 for one in due)
    parts = []
    if late:
        parts.append(f"{late} course{'s are' if late > 1 else ' is'} overdue")
    if len(due) > late:
        parts.append(f"{len(due) - late} {'have' if len(due) - late > 1 else 'has'} a due date")
    if going:
        parts.append(f"{len(going)} can be done at your own pace")
    if not parts:
        if not done:
            return "You are not enrolled in any course yet."
        return f"Nothing is due. You have finished {len(done)} course{'s' if len(done) > 1 else ''}."
    text = ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1]
    return text[0].upper() + text[1:] + (f"; {len(done)} done." if done else ".")


@require_safe
@login_required
def resume(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the lesson where the person goes on with the course, or to the course when there is none."""
    course, enrollment = find_course(request, slug)
    going_on = outline(course, enrollment).next if enrollment else None
    if going_on is None:
        return redirect("courses:course", course.slug)
    return redirect("courses:lesson", course.slug, going_on.slug)
