"""Who carries the program: roles and their holders, from inside and outside, what they promise and learn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from courses import api as courses
from people.api import Refusal, Refused, today
from rollout.forms.roles import AssignRoleForm, ExternalForm, LearningForm
from rollout.models import ExternalHolder, RoleAssignment, RosterMember
from rollout.queries.handovers import left_behind
from rollout.queries.holders import SlotHolders
from rollout.queries.programs import content_of
from rollout.rules.programs import may_set_up
from rollout.rules.roles import may_accept_charter
from rollout.rules.words import needed_holders
from rollout.services.externals import end_external, name_external
from rollout.services.roles import assign_role, end_role_assignment, set_role_learning
from rollout.views.delegations import delegation_lines
from rollout.views.lookup import Place, program_place


@dataclass(frozen=True)
class Typed:
    """What somebody typed into a form of one role, to be shown again with its errors or with the refusal."""

    role: str = ""
    forms: Mapping[str, Form] = field(default_factory=dict)
    refusal: Refusal | None = None

    def form(self, role: str, name: str) -> Form | None:
        return self.forms.get(name) if role == self.role else None


@login_required
@require_GET
def roles(request: HttpRequest, slug: str) -> HttpResponse:
    """Every role with its promise, its holders and what they learn."""
    return _page(request, program_place(request, slug, names_people=False), Typed())


@login_required
@require_POST
def role_assign(request: HttpRequest, slug: str, role: str) -> HttpResponse:
    """Give somebody a role."""
    place = program_place(request, slug)
    slot = standing_of(place, role).slot
    form = AssignRoleForm(request.POST, prefix=role)
    if not form.is_valid():
        return _page(request, place, Typed(role, {"assign": form}))
    person = form.cleaned_data.pop("who")
    try:
        assign_role(slot=slot, person=person, actor=place.actor, **form.cleaned_data)
    except Refused as refused:
        return _page(request, place, Typed(role, {"assign": form}, refused.refusal), status=409)
    messages.success(request, f"{person.get_full_name()} now holds the role {slot.title}, and is asked to accept it.")
    return back_to(place, role)


@login_required
@require_POST
def role_end(request: HttpRequest, slug: str, assignment_id: int) -> HttpResponse:
    """End somebody's role today."""
    place = program_place(request, slug)
    assignment = assignment_of(place, assignment_id)
    try:
        end_role_assignment(assignment=assignment, actor=place.actor)
    except Refused as refused:
        return _page(request, place, Typed(assignment.slot.key, refusal=refused.refusal), status=409)
    messages.success(request, "The role has ended. It stays in the record.")
    return back_to(place, assignment.slot.key)


@login_required
@require_POST
def role_learning(request: HttpRequest, slug: str, role: str) -> HttpResponse:
    """Settle what holders of a role learn."""
    place = program_place(request, slug)
    slot = standing_of(place, role).slot
    form = LearningForm(request.POST, prefix=f"{role}-learning", courses=_catalog())
    if not form.is_valid():
        return _page(request, place, Typed(role, {"learning": form}))
    data = form.cleaned_data
    try:
        set_role_learning(
            slot=slot, course_keys=data["courses"], nothing_because=data["nothing_because"], actor=place.actor
        )
    except Refused as refused:
        return _page(request, place, Typed(role, {"learning": form}, refused.refusal), status=409)
    messages.success(request, f"Settled what {slot.title} learns.")
    return back_to(place, role)


@login_required
@require_POST
def external_name(request: HttpRequest, slug: str, role: str) -> HttpResponse:
    """Name somebody from outside."""
    place = program_place(request, slug)
    slot = standing_of(place, role).slot
    form = ExternalForm(request.POST, prefix=f"{role}-outside")
    if not form.is_valid():
        return _page(request, place, Typed(role, {"outside": form}))
    try:
        external = name_external(slot=slot, actor=place.actor, **form.cleaned_data)
    except Refused as refused:
        return _page(request, place, Typed(role, {"outside": form}, refused.refusal), status=409)
    messages.success(
        request, f"{external} now holds the role {slot.title}. Record the signed charter when you have it."
    )
    return back_to(place, role)


@login_required
@require_POST
def external_end(request: HttpRequest, slug: str, external_id: int) -> HttpResponse:
    """End the engagement of somebody from outside today."""
    place = program_place(request, slug)
    external = external_at(place, external_id)
    try:
        end_external(external=external, actor=place.actor)
    except Refused as refused:
        return _page(request, place, Typed(external.slot.key, refusal=refused.refusal), status=409)
    messages.success(request, f"The engagement of {external.name} has ended. It stays in the record.")
    return back_to(place, external.slot.key)


def standing_of(place: Place, role: str) -> SlotHolders:
    """Return the role with its people; 404 when the program has no such role."""
    if role not in place.holders.roles:
        raise Http404
    standing = place.holders.roles[role]
    standing.slot.program = place.program
    return standing


def assignment_of(place: Place, assignment_id: int) -> RoleAssignment:
    """Return an assignment of the program, ended or not; 404 when it has none with this number."""
    rows = RoleAssignment.objects.select_related("slot", "person")
    assignment = rows.filter(pk=assignment_id, slot__program=place.program).first()
    if assignment is None:
        raise Http404
    assignment.slot.program = place.program
    return assignment


def external_at(place: Place, external_id: int) -> ExternalHolder:
    """Return somebody from outside who holds or held a role here; 404 when there is nobody with this number."""
    external = ExternalHolder.objects.select_related("slot").filter(pk=external_id, slot__program=place.program).first()
    if external is None:
        raise Http404
    external.slot.program = place.program
    return external


def back_to(place: Place, role: str) -> HttpResponse:
    """Return to the role on the page of all roles."""
    return redirect(f"{reverse('rollout:roles', args=[place.program.slug])}#role-{role}")


def _catalog() -> dict[str, str]:
    published = courses.CoursePage.objects.live().order_by("title")
    return dict(published.values_list("key", "title"))


def _page(request: HttpRequest, place: Place, typed: Typed, *, status: int = 200) -> HttpResponse:
    parts = {part.key: part for part in content_of(place.program.playbook_version).roles}
    teams = (
        RosterMember.objects.filter(wave__program=place.program)
        .counted(today())
        .aggregate(teams=Count("team_id", distinct=True))["teams"]
    )
    catalog = _catalog()
    planned: dict[int, list[RoleAssignment]] = {}
    ahead = RoleAssignment.objects.unended().filter(slot__program=place.program, started_on__gt=today())
    for assignment in ahead.select_related("person"):
        planned.setdefault(assignment.slot_id, []).append(assignment)
    contacts = {a.person_id: a.person for standing in place.holders.roles.values() for a in standing.assignments}
    answer = may_set_up(place.actor, place.program, holders=place.holders)
    rows: list[dict[str, Any]] = []
    for key, standing in place.holders.roles.items():
        slot = standing.slot
        slot.program = place.program
        needed = needed_holders(slot.per_teams, slot.minimum, teams)
        is_open = {name: typed.form(key, name) is not None for name in ("assign", "outside", "learning")}
        learning = {"courses": slot.learning, "nothing_because": slot.no_learning_because}
        rows.append(
            {
                "key": key,
                "standing": standing,
                "part": parts.get(key),
                "needed": needed,
                "is_short": standing.filled < needed,
                "planned": planned.get(slot.pk, []),
                "accepted": sum(a.has_accepted for a in standing.assignments)
                + sum(one.has_accepted for one in standing.externals),
                "asked": len(standing.assignments) + len(standing.externals),
                "may_accept": may_accept_charter(place.actor, slot, holders=place.holders),
                "courses": [catalog.get(course, f"{course} (not in the catalog)") for course in slot.learning],
                "form": typed.form(key, "assign") or AssignRoleForm(prefix=key),
                "outside_form": typed.form(key, "outside")
                or ExternalForm(prefix=f"{key}-outside", initial={"contact": place.actor.email}),
                "learning_form": typed.form(key, "learning")
                or LearningForm(prefix=f"{key}-learning", courses=catalog, initial=learning),
                "open": is_open,
                "refusal": typed.refusal if key == typed.role else None,
            }
        )
    context = {
        "place": place,
        "program": place.program,
        "rows": rows,
        "short": [row for row in rows if row["is_short"] and row["standing"].slot.is_required],
        "unaccepted": sum(row["asked"] - row["accepted"] for row in rows),
        "contacts": contacts,
        "delegations": delegation_lines(place),
        "left_behind": left_behind(place.program),
        "teams": teams,
        "may_set_up": answer,
    }
    return render(request, "rollout/roles.html", context, status=status)
