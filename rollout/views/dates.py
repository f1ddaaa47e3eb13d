"""Dates: the days of the first cycle, and when every question and gate is due."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from people.api import Refusal, Refused
from rollout.forms.dates import DueDateForm
from rollout.forms.programs import WaveDatesForm
from rollout.models import ChecklistItem, DateSetBy, Step
from rollout.queries.due_dates import digest_of, due_date_changes, wave_dates_preview
from rollout.queries.due_rules import rule_in_words
from rollout.queries.programs import content_of, today_of
from rollout.rules.due_dates import may_set_due_date
from rollout.rules.programs import may_set_dates, may_set_wave_dates
from rollout.rules.words import count
from rollout.services.due_dates import recompute_due_dates, set_gate_due_date, set_item_due_date
from rollout.services.programs import set_wave_dates
from rollout.views.lookup import StepPlace, WavePlace, item_of, step_place, wave_place
from rollout.views.meetings import meetings_page


@login_required
@require_http_methods(["GET", "POST"])
def wave_dates(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Set the first and last day of the first cycle; the form stands on the page of the meetings.

    Once due dates stand, the first answer is a preview of what would move, and only its button changes anything.
    """
    place = wave_place(request, slug, number)
    if request.method != "POST":
        return redirect(f"{reverse('rollout:meetings', args=[slug, number])}#dates")
    form = WaveDatesForm(request.POST)
    if not form.is_valid():
        return meetings_page(request, place, dates_form=form)
    seen = request.POST.get("seen", "")
    preview = wave_dates_preview(place.wave, form.cleaned_data["starts_on"], form.cleaned_data["ends_on"])
    is_allowed = may_set_wave_dates(place.actor, place.wave, holders=place.holders) is True
    if is_allowed and not seen and preview.changes and not preview.is_first and preview.ends_on > preview.starts_on:
        context = {"place": place, "program": place.program, "wave": place.wave, "preview": preview}
        return render(request, "rollout/wave_dates.html", context)
    try:
        set_wave_dates(wave=place.wave, actor=place.actor, seen=seen, **form.cleaned_data)
    except Refused as refused:
        return meetings_page(request, place, dates_form=form, dates_refusal=refused.refusal, status=409)
    messages.success(request, "The dates are set, and every question and gate has its due date.")
    return redirect("rollout:meetings", slug, number)


@login_required
@require_http_methods(["GET", "POST"])
def due_dates(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """When every question and gate is due and why; which dates no longer follow the playbook, and the button for it."""
    place = wave_place(request, slug, number)
    if request.method != "POST":
        return _page(request, place)
    try:
        moved = recompute_due_dates(wave=place.wave, actor=place.actor, seen=request.POST.get("seen", ""))
    except Refused as refused:
        return _page(request, place, refusal=refused.refusal, status=409)
    messages.success(request, f"{count(len(moved), 'date')} moved.")
    return redirect("rollout:due_dates", slug, number)


@login_required
@require_POST
def item_due_date(request: HttpRequest, slug: str, number: int, key: str, item_key: str) -> HttpResponse:
    """Set the due date of one question by hand."""
    place = step_place(request, slug, number, key)
    item = item_of(place, item_key)

    def save(due_on: date | None) -> None:
        set_item_due_date(item=item, actor=place.actor, due_on=due_on)

    return _one_date(request, place, f"item-{item.pk}", save)


@login_required
@require_POST
def gate_due_date(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Set the day on which a gate is due by hand."""
    place = step_place(request, slug, number, key)

    def save(due_on: date | None) -> None:
        set_gate_due_date(step=place.step, actor=place.actor, due_on=due_on)

    return _one_date(request, place, f"gate-{place.step.pk}", save)


def _one_date(request: HttpRequest, place: StepPlace, row: str, save: Any) -> HttpResponse:
    form = DueDateForm(request.POST, prefix=row)
    if not form.is_valid():
        return _page(request, place, row=row, form=form)
    due_on = None if "playbook" in request.POST else form.cleaned_data["due_on"]
    try:
        save(due_on)
    except Refused as refused:
        return _page(request, place, refusal=refused.refusal, status=409)
    messages.success(request, "The due date is set." if due_on else "The due date follows the playbook again.")
    address = reverse("rollout:due_dates", args=[place.program.slug, place.wave.number])
    return redirect(f"{address}#step-{place.step.key}")


def _page(
    request: HttpRequest,
    place: WavePlace,
    *,
    row: str = "",
    form: DueDateForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    content = content_of(place.program.playbook_version)
    changes = due_date_changes(place.wave)
    moving = [change for change in changes if not change.is_kept]
    rules = {(step.key, item.key): rule_in_words(item.due_rule) for step in content.steps for item in step.items}
    gate_rules = {step.key: rule_in_words(step.due) for step in content.steps if step.due is not None}
    items: dict[int, list[ChecklistItem]] = {step.pk: [] for step in place.facts.steps}
    for item in ChecklistItem.objects.filter(step__in=list(items)).order_by("position"):
        items[item.step_id].append(item)

    def line(kind: str, part: Step | ChecklistItem, day: date | None, set_by: str, rule: str) -> dict[str, Any]:
        name = f"{kind}-{part.pk}"
        shown = form if form is not None and name == row else DueDateForm(prefix=name, initial={"due_on": day})
        return {"part": part, "day": day, "set_by": set_by, "rule": rule, "form": shown, "is_open": name == row}

    rows = [
        {
            "step": step,
            "may": may_set_due_date(place.actor, step, holders=place.holders),
            "gate": line(
                "gate",
                step,
                step.target_on,
                step.target_set_by,
                gate_rules.get(step.key, "with the last of its questions"),
            ),
            "questions": [
                line("item", item, item.due_on, item.due_set_by, rules.get((step.key, item.key), ""))
                for item in items[step.pk]
            ],
        }
        for step in place.facts.steps
    ]
    by_hand = sum(step.target_set_by == DateSetBy.HAND for step in place.facts.steps)
    by_hand += sum(item.due_set_by == DateSetBy.HAND for part in items.values() for item in part)
    context = {
        "place": place,
        "program": place.program,
        "wave": place.wave,
        "rows": rows,
        "day": today_of(place.program),
        "moving": moving,
        "digest": digest_of(changes),
        "by_hand": by_hand,
        "refusal": refusal,
        "may_set_dates": may_set_dates(place.actor, place.program, holders=place.holders),
    }
    return render(request, "rollout/due_dates.html", context, status=status)
