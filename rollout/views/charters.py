"""What a role promises: read it, accept it, write a new edition, record a paper that was signed outside."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from people.api import Refusal, Refused
from rollout.forms.roles import CharterForm, PaperForm
from rollout.models import CharterAcceptance
from rollout.rules.programs import may_set_up
from rollout.rules.roles import may_accept_charter
from rollout.services.charters import accept_charter, record_external_acceptance, write_charter
from rollout.views.lookup import Place, program_place
from rollout.views.roles import external_at, standing_of


@login_required
@require_GET
def charter(request: HttpRequest, slug: str, role: str) -> HttpResponse:
    """The charter of a role, who has accepted it, and its earlier editions."""
    return _page(request, program_place(request, slug, names_people=False), role)


@login_required
@require_POST
def charter_accept(request: HttpRequest, slug: str, role: str) -> HttpResponse:
    """Accept the edition that was on the screen."""
    place = program_place(request, slug, names_people=False)
    slot = standing_of(place, role).slot
    number = request.POST.get("number", "")
    try:
        accept_charter(slot=slot, actor=place.actor, number=int(number) if number.isdecimal() else None)
    except Refused as refused:
        return _page(request, place, role, refusal=refused.refusal, status=409)
    messages.success(request, f"You have accepted the charter of {slot.title}.")
    return redirect("rollout:charter", slug, role)


@login_required
@require_POST
def charter_write(request: HttpRequest, slug: str, role: str) -> HttpResponse:
    """Write a new edition; everybody who holds the role is asked again."""
    place = program_place(request, slug)
    slot = standing_of(place, role).slot
    form = CharterForm(request.POST)
    if not form.is_valid():
        return _page(request, place, role, form=form)
    try:
        edition = write_charter(slot=slot, actor=place.actor, **form.cleaned_data)
    except Refused as refused:
        return _page(request, place, role, form=form, refusal=refused.refusal, status=409)
    messages.success(request, f"Edition {edition.number} counts from now on. Its holders are asked to accept it.")
    return redirect("rollout:charter", slug, role)


@login_required
@require_POST
def external_charter(request: HttpRequest, slug: str, external_id: int) -> HttpResponse:
    """Record the paper that somebody from outside signed."""
    place = program_place(request, slug)
    external = external_at(place, external_id)
    role = external.slot.key
    form = PaperForm(request.POST, prefix=f"paper-{external.pk}")
    if not form.is_valid():
        return _page(request, place, role, paper=form)
    try:
        record_external_acceptance(external=external, actor=place.actor, **form.cleaned_data)
    except Refused as refused:
        return _page(request, place, role, paper=form, refusal=refused.refusal, status=409)
    messages.success(request, f"Recorded that {external} accepted the charter.")
    return redirect("rollout:charter", slug, role)


def _page(
    request: HttpRequest,
    place: Place,
    role: str,
    *,
    form: CharterForm | None = None,
    paper: PaperForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = standing_of(place, role)
    slot = standing.slot
    editions = list(slot.charter_texts.select_related("written_by").order_by("-number"))
    current = next(edition for edition in editions if edition.number == slot.charter_number)
    accepted = CharterAcceptance.objects.filter(text=current)
    by_person = {one.person_id: one for one in accepted if one.person_id}
    by_external = {one.external_id: one for one in accepted if one.external_id}
    answer = may_set_up(place.actor, place.program, holders=place.holders)
    people: list[dict[str, Any]] = [
        {"assignment": a, "acceptance": by_person.get(a.person_id), "is_me": a.person_id == place.actor.pk}
        for a in standing.assignments
    ]
    outside: list[dict[str, Any]] = [
        {
            "external": one,
            "acceptance": by_external.get(one.pk),
            "form": paper
            if paper is not None and paper.prefix == f"paper-{one.pk}"
            else PaperForm(prefix=f"paper-{one.pk}"),
        }
        for one in standing.externals
    ]
    context = {
        "place": place,
        "program": place.program,
        "slot": slot,
        "current": current,
        "earlier": editions[1:],
        "people": people,
        "outside": outside,
        "asked": len(people) + len(outside),
        "open": sum(row["acceptance"] is None for row in (*people, *outside)),
        "may_accept": may_accept_charter(place.actor, slot, holders=place.holders),
        "is_mine": any(row["is_me"] for row in people),
        "may_set_up": answer,
        "form": form or CharterForm(initial={"text": current.text}),
        "refusal": refusal,
    }
    return render(request, "rollout/charter.html", context, status=status)
