"""Setting a program up: roles, parameters, dates and meetings, and the commitments that a gate unlocks."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses import api as courses
from people.api import Refusal, Refused, today
from rollout.forms.programs import AssignRoleForm, ParametersForm
from rollout.models import RoleAssignment, RosterMember
from rollout.queries.parameters import parameter_warnings, recorded_parameters
from rollout.queries.programs import content_of
from rollout.rules.programs import may_set_up
from rollout.rules.words import count, needed_holders
from rollout.services import commitments
from rollout.services.programs import ParametersRefused, record_parameters
from rollout.services.roles import assign_role, end_role_assignment
from rollout.views.delegations import delegation_lines
from rollout.views.lookup import Place, program_place, wave_place


@login_required
@require_GET
def roles(request: HttpRequest, slug: str) -> HttpResponse:
    """Who carries the program: every role with its promise, its holders and what they learn."""
    return _roles_page(request, program_place(request, slug))


@login_required
@require_POST
def role_assign(request: HttpRequest, slug: str, role: str) -> HttpResponse:
    """Give somebody a role."""
    place = program_place(request, slug)
    if role not in place.holders.roles:
        raise Http404
    form = AssignRoleForm(request.POST, prefix=role)
    if not form.is_valid():
        return _roles_page(request, place, role=role, form=form)
    person = form.cleaned_data["who"]
    slot = place.holders.roles[role].slot
    try:
        assign_role(slot=slot, person=person, actor=place.actor, is_deputy=form.cleaned_data["is_deputy"])
    except Refused as refused:
        return _roles_page(request, place, role=role, form=form, refusal=refused.refusal, status=409)
    messages.success(request, f"{person.get_full_name()} now holds the role {slot.title}.")
    return redirect(f"{reverse('rollout:roles', args=[slug])}#role-{role}")


@login_required
@require_POST
def role_end(request: HttpRequest, slug: str, assignment_id: int) -> HttpResponse:
    """End somebody's role today."""
    place = program_place(request, slug)
    assignment = RoleAssignment.objects.filter(pk=assignment_id, slot__program=place.program).first()
    if assignment is None:
        raise Http404
    try:
        end_role_assignment(assignment=assignment, actor=place.actor)
    except Refused as refused:
        return _roles_page(request, place, role=assignment.slot.key, refusal=refused.refusal, status=409)
    messages.success(request, "The role has ended. It stays in the record.")
    return redirect(f"{reverse('rollout:roles', args=[slug])}#role-{assignment.slot.key}")


def _roles_page(
    request: HttpRequest,
    place: Place,
    *,
    role: str = "",
    form: AssignRoleForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    content = content_of(place.program.playbook_version)
    parts = {part.key: part for part in content.roles}
    teams = (
        RosterMember.objects.filter(wave__program=place.program)
        .counted(today())
        .aggregate(teams=Count("team_id", distinct=True))["teams"]
    )
    titles = {key: course.title for key, course in courses.courses_by_key(_course_keys(content)).items()}
    rows = []
    for key, standing in place.holders.roles.items():
        needed = needed_holders(standing.slot.per_teams, standing.slot.minimum, teams)
        part = parts.get(key)
        rows.append(
            {
                "key": key,
                "standing": standing,
                "part": part,
                "needed": needed,
                "is_short": len(standing.holders) < needed,
                "courses": [titles.get(course, course) for course in standing.slot.learning],
                "form": form if form is not None and key == role else AssignRoleForm(prefix=key),
                "is_open": key == role,
                "refusal": refusal if key == role else None,
            }
        )
    short = [row for row in rows if row["is_short"]]
    context = {
        "place": place,
        "program": place.program,
        "rows": rows,
        "short": short,
        "delegations": delegation_lines(place),
        "teams": teams,
        "may_set_up": may_set_up(place.actor, place.program, holders=place.holders),
    }
    return render(request, "rollout/roles.html", context, status=status)


def _course_keys(content: Any) -> list[str]:
    return sorted({key for role in content.roles for key in role.learning})


@login_required
@require_http_methods(["GET", "POST"])
def parameters(request: HttpRequest, slug: str) -> HttpResponse:
    """What the program is measured against; outside a rule of thumb there is a warning, never an error."""
    place = program_place(request, slug)
    content = content_of(place.program.playbook_version)
    form = ParametersForm(request.POST or None, content=content, program=place.program)
    refusal, status = None, 200
    if request.method == "POST" and form.is_valid():
        values = {key: None if value == "" else value for key, value in form.cleaned_data.items()}
        try:
            record_parameters(program=place.program, actor=place.actor, values=values)
        except ParametersRefused as refused:
            for key, reason in refused.errors.items():
                form.add_error(key if key in form.fields else None, reason)
        except Refused as refused:
            refusal, status = refused.refusal, 409
        else:
            messages.success(request, "The parameters are recorded.")
            return redirect("rollout:parameters", slug)
    warnings = parameter_warnings(place.program, content)
    recorded = recorded_parameters(place.program)
    context = {
        "place": place,
        "program": place.program,
        "form": form,
        "refusal": refusal,
        "fields": [(form[part.key], warnings.get(part.key, ""), part.key in recorded) for part in content.parameters],
        "recorded": len([part for part in content.parameters if part.key in recorded]),
        "total": len(content.parameters),
        "warnings": len(warnings),
        "may_set_up": may_set_up(place.actor, place.program, holders=place.holders),
    }
    return render(request, "rollout/parameters.html", context, status=status)


@login_required
@require_POST
def open_enrollment(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Enroll the roster and the role holders in their training; a refusal is the page that says why."""
    place = wave_place(request, slug, number)
    opened = commitments.open_enrollment(wave=place.wave, actor=place.actor)
    messages.success(
        request, f"Enrollment is open: {count(opened.enrolled, 'enrollment')} new, {opened.already} stood before."
    )
    return redirect("rollout:board", slug)


@login_required
@require_POST
def start_cycle(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Start the first cycle; a refusal is the page that says why."""
    place = wave_place(request, slug, number)
    commitments.start_cycle(wave=place.wave, actor=place.actor)
    messages.success(request, "The first cycle has started.")
    return redirect("rollout:board", slug)
