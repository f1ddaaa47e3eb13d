"""Who belongs to a wave: added by unit or by address, frozen once, then joined and left."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from people.api import Absence, Membership, Refusal, Refused, Unit, User, today
from rollout.forms.programs import RosterAddForm
from rollout.models import RosterMember
from rollout.rules.programs import may_change_roster, may_set_up
from rollout.rules.words import count
from rollout.services import rosters
from rollout.views.lookup import WavePlace, wave_place

MEMBERS_A_PAGE = 100


@login_required
@require_GET
def roster(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The members by team, a hundred a page; ``?team=`` shows one team, ``?q=`` searches by name."""
    return _page(request, wave_place(request, slug, number))


@login_required
@require_POST
def roster_add(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Add a whole unit or a list of addresses; on a frozen roster each of them is a joiner."""
    place = wave_place(request, slug, number)
    form = RosterAddForm(request.POST)
    if not form.is_valid():
        return _page(request, place, form=form)
    found = User.objects.filter(email__in=form.addresses, is_active=True)
    people = {person.email: person for person in found}
    if unknown := [address for address in form.addresses if address not in people]:
        named = ", ".join(unknown[:10]) + (f" and {len(unknown) - 10} more" if len(unknown) > 10 else "")
        form.add_error("emails", f"Nobody in the company has these addresses: {named}.")
        return _page(request, place, form=form)
    ids = {person.pk for person in people.values()}
    if form.cleaned_data["unit"] is not None:
        members = Membership.objects.open().within(form.cleaned_data["unit"]).filter(person__is_active=True)
        ids |= set(members.order_by().values_list("person_id", flat=True))
    try:
        if place.wave.roster_frozen_on is not None:
            if form.cleaned_data["unit"] is not None:
                form.add_error("unit", "The roster is frozen. Add joiners one by one, by their address.")
                return _page(request, place, form=form)
            for person in people.values():
                rosters.add_joiner(wave=place.wave, person=person, actor=place.actor)
            said = f"{count(len(people), 'joiner')} added. Figures include them after 30 days."
        else:
            added = rosters.add_roster_members(wave=place.wave, person_ids=ids, actor=place.actor)
            said = f"{count(added.added, 'person', 'people')} added" + (
                f", {added.already} were on the roster before." if added.already else "."
            )
    except Refused as refused:
        return _page(request, place, form=form, refusal=refused.refusal, status=409)
    messages.success(request, said)
    return redirect("rollout:roster", slug, number)


@login_required
@require_POST
def roster_freeze(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Freeze the roster, once the person has confirmed that the list is right."""
    place = wave_place(request, slug, number)
    if request.POST.get("confirmed") != "yes":
        refusal = Refusal("Please confirm that the list is right: a frozen roster stays frozen.")
        return _page(request, place, freeze_refusal=refusal)
    try:
        rosters.freeze_roster(wave=place.wave, actor=place.actor)
    except Refused as refused:
        return _page(request, place, freeze_refusal=refused.refusal, status=409)
    messages.success(request, "The roster is frozen.")
    return redirect("rollout:roster", slug, number)


@login_required
@require_POST
def roster_remove(request: HttpRequest, slug: str, number: int, member_id: int) -> HttpResponse:
    """Take somebody off the roster; once it is frozen, record them as a leaver."""
    place = wave_place(request, slug, number)
    member = RosterMember.objects.filter(wave=place.wave, pk=member_id).select_related("person").first()
    if member is None:
        raise Http404
    name = member.person.get_full_name()
    try:
        if place.wave.roster_frozen_on is None:
            rosters.remove_roster_member(member=member, actor=place.actor)
            said = f"{name} is off the roster."
        else:
            rosters.record_leaver(member=member, actor=place.actor)
            said = f"{name} is recorded as a leaver."
    except Refused as refused:
        return _page(request, place, refusal=refused.refusal, status=409)
    messages.success(request, said)
    return redirect(reverse("rollout:roster", args=[slug, number]))


def _page(
    request: HttpRequest,
    place: WavePlace,
    *,
    form: RosterAddForm | None = None,
    refusal: Refusal | None = None,
    freeze_refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    wave = place.wave
    counted = RosterMember.objects.filter(wave=wave).counted(today())
    totals = counted.aggregate(people=Count("pk"), teams=Count("team_id", distinct=True))
    may_set = may_set_up(place.actor, place.program, holders=place.holders)
    context = {
        "place": place,
        "program": place.program,
        "wave": wave,
        "page_obj": Paginator(_members(request, place), MEMBERS_A_PAGE).get_page(request.GET.get("page")),
        "teams": Unit.objects.filter(pk__in=counted.order_by().values("team_id")).order_by("name"),
        "team": request.GET.get("team", ""),
        "q": request.GET.get("q", ""),
        "people": totals["people"],
        "team_count": totals["teams"],
        "form": form or RosterAddForm(),
        "refusal": refusal,
        "freeze_refusal": freeze_refusal,
        "may_set_up": may_set,
        "may_change": may_change_roster(place.actor, wave, holders=place.holders) is True,
        "today": today(),
    }
    return render(request, "rollout/roster.html", context, status=status)


def _members(request: HttpRequest, place: WavePlace) -> QuerySet[RosterMember]:
    away = Absence.objects.on(today()).filter(person=OuterRef("person_id"))
    members = RosterMember.objects.filter(wave=place.wave).select_related("person", "team")
    members = members.annotate(is_away=Exists(away), away_until=Subquery(away.values("ends_on")[:1]))
    if (team := request.GET.get("team", "")).isdecimal():
        members = members.filter(team_id=int(team))
    for word in request.GET.get("q", "").split()[:4]:
        by_name = members.filter(person__first_name__icontains=word) | members.filter(person__last_name__icontains=word)
        members = by_name | members.filter(person__email__icontains=word)
    return members.order_by("team__name", "team_id", "person__last_name", "person__first_name", "pk")
