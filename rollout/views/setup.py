"""Setting a program up: parameters, dates and meetings, and the commitments that a gate unlocks."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from people.api import Refused
from rollout.forms.programs import ParametersForm
from rollout.queries.parameters import parameter_warnings, recorded_parameters
from rollout.queries.programs import content_of
from rollout.rules.programs import may_set_up
from rollout.rules.words import count
from rollout.services import commitments
from rollout.services.programs import ParametersRefused, record_parameters
from rollout.views.lookup import program_place, wave_place


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
