"""Pausing a program and resuming it, with a look at every date that would move."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from people.api import Refusal, Refused, in_words
from rollout.forms.dates import PauseForm
from rollout.queries.pauses import open_pause, resume_plan
from rollout.rules.programs import may_pause, may_resume
from rollout.rules.words import count
from rollout.services.pauses import pause_program, resume_program
from rollout.views.lookup import Place, program_place


@login_required
@require_http_methods(["GET", "POST"])
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    """Why the program stands still and what would move on resuming it; while it runs, the form that pauses it."""
    place = program_place(request, slug)
    form = PauseForm(request.POST or None)
    if request.method != "POST":
        return _page(request, place, form=form)
    if not form.is_valid():
        return _page(request, place, form=form)
    try:
        pause_program(program=place.program, actor=place.actor, **form.cleaned_data)
    except Refused as refused:
        return _page(request, place, form=form, refusal=refused.refusal, status=409)
    messages.success(request, "The program is paused. Its clocks stand still until somebody resumes it.")
    return redirect("rollout:pause", slug)


@login_required
@require_POST
def resume(request: HttpRequest, slug: str) -> HttpResponse:
    """End the pause and move the dates that were previewed."""
    place = program_place(request, slug)
    try:
        ended = resume_program(program=place.program, actor=place.actor, seen=request.POST.get("seen", ""))
    except Refused as refused:
        return _page(request, place, form=PauseForm(), refusal=refused.refusal, status=409)
    moved = f"{count(len(ended.shifts), 'date')} moved by {count(ended.working_days, 'working day')}."
    messages.success(request, f"The program goes on since {in_words(ended.ended_on or ended.started_on)}. {moved}")
    return redirect("rollout:board", slug)


def _page(
    request: HttpRequest, place: Place, *, form: PauseForm, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    current = open_pause(place.program)
    plan = None
    if current is not None:
        current.program = place.program
        plan = resume_plan(place.program, current)
    context = {
        "place": place,
        "program": place.program,
        "form": form,
        "refusal": refusal,
        "pause": current,
        "plan": plan,
        "may_pause": may_pause(place.actor, place.program, holders=place.holders),
        "may_resume": may_resume(place.actor, place.program, holders=place.holders),
        "earlier": place.program.pauses.filter(ended_at__isnull=False).select_related("paused_by", "ended_by"),
    }
    return render(request, "rollout/pause.html", context, status=status)
