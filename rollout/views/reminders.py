"""Reminding people: who gets which mail, seen before it is sent."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from people.api import Refusal, Refused
from rollout.forms.reminders import RemindForm
from rollout.models import ChecklistItem
from rollout.queries.reminders import latest_rounds
from rollout.rules.reminders import may_remind
from rollout.rules.words import count
from rollout.services.reminders import Reminded, candidates, opening_for, send_reminders
from rollout.views.lookup import Place, program_place


@login_required
@require_http_methods(["GET", "POST"])
def remind(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who would get which mail; send it to those who are chosen.

    ``?item=`` narrows it to exactly the people whom one question misses.
    """
    place = program_place(request, slug)
    item = _item(request, place)
    if request.method == "GET":
        return _preview(request, place, item)
    known = candidates(program=place.program, by=place.actor, holders=place.holders, item=item)
    form = RemindForm(request.POST, candidates=known)
    if not form.is_valid():
        return _preview(request, place, item, form=form)
    try:
        reminded = send_reminders(
            program=place.program,
            actor=place.actor,
            person_ids=form.cleaned_data["people"],
            opening=form.cleaned_data["opening"],
            item=item,
            holders=place.holders,
        )
    except Refused as refused:
        return _preview(request, place, item, form=form, refusal=refused.refusal, status=409)
    _tell(request, reminded)
    return redirect("rollout:board", place.program.slug)


def _item(request: HttpRequest, place: Place) -> ChecklistItem | None:
    """The question the reminder is about; one of another program is a page nobody was shown: 404."""
    asked = request.POST.get("item", "") or request.GET.get("item", "")
    if not asked:
        return None
    items = ChecklistItem.objects.filter(step__wave__program=place.program).select_related("step__wave")
    found = items.filter(pk=int(asked)).first() if asked.isdecimal() else None
    if found is None:
        raise Http404
    return found


def _tell(request: HttpRequest, reminded: Reminded) -> None:
    names = [person.get_full_name() for person in reminded.people]
    whom = names[0] if len(names) == 1 else count(len(names), "person", "people")
    messages.success(request, f"{whom} will get one mail with links to everything that waits.")
    if reminded.skipped:
        messages.info(request, " ".join(reminded.skipped[:5]))


def _preview(
    request: HttpRequest,
    place: Place,
    item: ChecklistItem | None,
    *,
    form: RemindForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    found = candidates(program=place.program, by=place.actor, holders=place.holders, item=item)
    only = request.GET.get("person", "")
    chosen = {str(one.person.pk) for one in found if one.answer is True and only in ("", str(one.person.pk))}
    if form is not None:
        chosen = set(request.POST.getlist("people"))
    initial = {"opening": opening_for(place.program, item.question if item else "")}
    form = form or RemindForm(candidates=found, initial=initial)
    able = [(one, str(one.person.pk) in chosen) for one in found if one.answer is True]
    context: dict[str, Any] = {
        "place": place,
        "program": place.program,
        "item": item,
        "form": form,
        "able": able,
        "left_out": [one for one in found if one.answer is not True],
        "may_remind": may_remind(place.actor, place.program, holders=place.holders),
        "refusal": refusal,
        "rounds": latest_rounds(place.program),
        "mail_count": count(len(able), "mail"),
    }
    return render(request, "rollout/remind.html", context, status=status)
