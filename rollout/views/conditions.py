"""A condition of a gate that passed with it: what was promised, by whom, and the form that changes owner or day."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from people.api import Refusal, Refused
from rollout.forms.gates import ChangeConditionForm
from rollout.models import Condition
from rollout.queries.conditions import standing_conditions
from rollout.rules.conditions import may_change_condition
from rollout.rules.words import gate_url, item_url
from rollout.services.conditions import change_condition
from rollout.views.lookup import StepPlace, step_place


@login_required
@require_http_methods(["GET", "POST"])
def condition_page(request: HttpRequest, slug: str, number: int, key: str, condition_id: int) -> HttpResponse:
    """Show a condition; a post hands it on or moves its day."""
    place = step_place(request, slug, number, key)
    rows = Condition.objects.select_related("item", "owner", "decision__decided_by", "decision__acting_for")
    condition = rows.defer("decision__snapshot").filter(pk=condition_id, decision__step=place.step).first()
    if condition is None:
        raise Http404
    condition.decision.step = condition.item.step = place.step
    if request.method != "POST":
        return _page(request, place, condition)
    form = ChangeConditionForm(request.POST, people=place.holders.people(*place.holders.roles))
    if not form.is_valid():
        return _page(request, place, condition, form=form)
    data = form.cleaned_data
    try:
        change_condition(
            condition=condition,
            actor=place.actor,
            owner=form.people[data["owner"]],
            due_on=data["due_on"],
            reason=data["reason"],
        )
    except Refused as refused:
        return _page(request, place, condition, form=form, refusal=refused.refusal, status=409)
    messages.success(request, "The condition is changed. Who owed it until when before stays in the history.")
    return redirect(gate_url(place.step))


def _page(
    request: HttpRequest,
    place: StepPlace,
    condition: Condition,
    *,
    form: ChangeConditionForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = {one.condition.pk for one in standing_conditions(wave_ids=[place.wave.pk])}
    is_standing = condition.pk in standing
    people = place.holders.people(*place.holders.roles)
    initial = {"owner": condition.owner_id, "due_on": condition.due_on}
    context = {
        "place": place,
        "program": place.program,
        "step": place.step,
        "condition": condition,
        "is_standing": is_standing,
        "gate_url": gate_url(place.step),
        "item_url": item_url(condition.item),
        "may_change": may_change_condition(
            place.actor, condition, place.step, is_standing=is_standing, holders=place.holders
        ),
        "form": form or ChangeConditionForm(people=people, initial=initial),
        "refusal": refusal,
    }
    return render(request, "rollout/condition.html", context, status=status)
