"""Handing a role over: everything open on one page, and one act that moves it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from people.api import Refusal, Refused, in_words
from rollout.forms.roles import HandOverForm
from rollout.queries.handovers import open_duties
from rollout.rules.programs import may_set_up
from rollout.rules.words import count, gate_url, item_url
from rollout.services.handovers import hand_over
from rollout.views.lookup import program_place
from rollout.views.roles import assignment_of, back_to


@login_required
@require_http_methods(["GET", "POST"])
def hand_over_page(request: HttpRequest, slug: str, assignment_id: int) -> HttpResponse:
    """Show what is open with a holder, and hand it over to somebody else."""
    place = program_place(request, slug)
    assignment = assignment_of(place, assignment_id)
    duties = open_duties(assignment)
    for condition in duties.conditions:
        condition.item.step.wave.program = place.program
    offered = [(one.pk, f"{one.item.question} Due {in_words(one.due_on)}.") for one in duties.conditions]
    form = HandOverForm(request.POST if request.method == "POST" else None, conditions=offered)
    refusal: Refusal | None = None
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            hand_over(
                assignment=assignment,
                successor=data["who"],
                actor=place.actor,
                reason=data["reason"],
                condition_ids=[int(pk) for pk in data["conditions"]],
            )
        except Refused as refused:
            refusal, status = refused.refusal, 409
        else:
            moved = count(len(data["conditions"]), "condition")
            messages.success(request, f"{data['who']} now holds the role {assignment.slot.title}; {moved} handed over.")
            return back_to(place, assignment.slot.key)
    for item in duties.claims:
        item.step.wave.program = place.program
    context = {
        "place": place,
        "program": place.program,
        "assignment": assignment,
        "person": assignment.person,
        "slot": assignment.slot,
        "duties": duties,
        "decisions": [(one, gate_url(one.step)) for one in duties.decisions],
        "submitted": [(one, gate_url(one.step)) for one in duties.submitted],
        "claims": [(item, item_url(item)) for item in duties.claims],
        "form": form,
        "refusal": refusal,
        "may_set_up": may_set_up(place.actor, place.program, holders=place.holders),
    }
    return render(request, "rollout/hand_over.html", context, status=status)
