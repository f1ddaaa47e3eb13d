"""Who decides in whose name: the list, giving and taking back."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from people.api import Refusal, Refused, User, in_words, today
from rollout.forms.delegations import DelegationForm
from rollout.models import Delegation
from rollout.rules.delegations import may_delegate_for, may_revoke_delegation
from rollout.services.delegations import delegate_decisions, revoke_delegation
from rollout.views.lookup import Place, program_place

SHOWN = 30


@dataclass
class DelegationLine:
    """One delegation as the page shows it; ``is_idle`` when the person no longer holds the role it speaks of."""

    delegation: Delegation
    role: str
    status: str
    word: str
    may_revoke: bool
    is_idle: bool


def delegation_lines(place: Place, *, past: bool = False) -> list[DelegationLine]:
    """Return the delegations that hold or will hold, soonest first; with ``past`` the latest others too. 1 query."""
    rows = place.program.delegations.select_related("from_person", "to_person", "created_by", "revoked_by")
    current = rows.unrevoked().filter(ends_on__gte=today()) if not past else rows
    return [_line(place, one) for one in current.order_by("-ends_on", "-pk")[:SHOWN]]


def _line(place: Place, one: Delegation) -> DelegationLine:
    keys = [one.role_key] if one.role_key else list(place.holders.roles)
    if one.revoked_at:
        status, word = "not_applicable", "Taken back"
    elif one.ends_on < today():
        status, word = "not_applicable", "Over"
    elif one.starts_on > today():
        status, word = "locked", "Begins later"
    else:
        status, word = "met", "Holds now"
    is_idle = word == "Holds now" and not place.holders.holds(one.from_person_id, *keys)
    return DelegationLine(
        one,
        place.holders.title(one.role_key) if one.role_key else "every role",
        "warning" if is_idle else status,
        "Without effect" if is_idle else word,
        may_revoke_delegation(place.actor, one, place.program, holders=place.holders) is True,
        is_idle,
    )


def principals_of(place: Place) -> list[User]:
    """The people whose decisions this person may delegate, themselves first."""
    found = {
        person.pk: person
        for role in place.holders.roles.values()
        for person in role.people
        if may_delegate_for(place.actor, place.program, person, holders=place.holders) is True
    }
    return sorted(found.values(), key=lambda person: (person.pk != place.actor.pk, person.get_full_name()))


@login_required
@require_http_methods(["GET", "POST"])
def delegation_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Every delegation of the program, and the form for a new one."""
    place = program_place(request, slug)
    if request.method != "POST":
        return _page(request, place)
    form = DelegationForm(request.POST, principals=principals_of(place), holders=place.holders)
    if not form.is_valid():
        return _page(request, place, form=form)
    data = form.cleaned_data
    try:
        made = delegate_decisions(
            program=place.program,
            from_person=form.principal,
            to_person=data["who"],
            actor=place.actor,
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            reason=data["reason"],
            role_key=data["role_key"],
        )
    except Refused as refused:
        return _page(request, place, form=form, refusal=refused.refusal, status=409)
    messages.success(
        request,
        f"{made.to_person.get_full_name()} decides for {made.from_person.get_full_name()} from "
        f"{in_words(made.starts_on)} through {in_words(made.ends_on)}.",
    )
    return redirect("rollout:delegations", slug)


@login_required
@require_POST
def delegation_revoke(request: HttpRequest, slug: str, delegation_id: int) -> HttpResponse:
    """Take a delegation back."""
    place = program_place(request, slug)
    delegation = Delegation.objects.filter(pk=delegation_id, program=place.program).first()
    if delegation is None:
        raise Http404
    try:
        revoke_delegation(delegation=delegation, actor=place.actor, reason=request.POST.get("reason", "")[:1000])
    except Refused as refused:
        return _page(request, place, refusal=refused.refusal, status=409)
    messages.success(request, "The delegation is taken back. What was decided under it stands.")
    return redirect("rollout:delegations", slug)


def _page(
    request: HttpRequest,
    place: Place,
    *,
    form: DelegationForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    principals = principals_of(place)
    lines = delegation_lines(place, past=True)
    context = {
        "place": place,
        "program": place.program,
        "lines": lines,
        "current": [line for line in lines if line.word == "Holds now"],
        "form": form or DelegationForm(principals=principals, holders=place.holders) if principals else None,
        "why_not": may_delegate_for(place.actor, place.program, place.actor, holders=place.holders),
        "refusal": refusal,
    }
    return render(request, "rollout/delegations.html", context, status=status)
