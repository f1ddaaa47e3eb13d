"""The dossier of a gate as page, PDF and data; and of the whole program as data."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rollout.documents import dossier_data, gate_dossier, gate_dossier_pdf
from rollout.models import GateDecision
from rollout.queries.dossiers import entries_of
from rollout.views.lookup import program_place, step_place
from rollout.views.wording import gate_url

PRIVATE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}


@login_required
@require_GET
def dossier(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """Everything that was decided about a gate, in order, with names as they were."""
    place = step_place(request, slug, number, key)
    context = {
        "place": place,
        "program": place.program,
        "gate_url": gate_url(place.step),
        "dossier": gate_dossier(place.step),
    }
    return render(request, "rollout/dossier.html", context)


@login_required
@require_GET
def dossier_pdf(request: HttpRequest, slug: str, number: int, key: str) -> HttpResponse:
    """The same as a PDF, to be kept or printed."""
    place = step_place(request, slug, number, key)
    name = f"{slug}-{number}-{key}-dossier.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **PRIVATE}
    return HttpResponse(gate_dossier_pdf(gate_dossier(place.step)), content_type="application/pdf", headers=headers)


@login_required
@require_GET
def dossier_json(request: HttpRequest, slug: str, number: int, key: str) -> JsonResponse:
    """The entries about a gate with the snapshots they were made on, for checking elsewhere."""
    place = step_place(request, slug, number, key)
    snapshots = dict(GateDecision.objects.filter(step=place.step).values_list("pk", "snapshot"))
    entries = entries_of(place.program, place.step)
    data = {
        "program": place.program.slug,
        "title": place.program.title,
        "wave": number,
        "step": key,
        "entries": dossier_data(entries, snapshots),
    }
    return _download(data, f"{slug}-{number}-{key}-dossier.json")


@login_required
@require_GET
def program_dossier(request: HttpRequest, slug: str) -> JsonResponse:
    """The whole chain of the program."""
    place = program_place(request, slug)
    decisions = GateDecision.objects.filter(step__wave__program=place.program)
    snapshots = dict(decisions.values_list("pk", "snapshot"))
    data = {
        "program": slug,
        "title": place.program.title,
        "entries": dossier_data(entries_of(place.program), snapshots),
    }
    return _download(data, f"{slug}-dossier.json")


def _download(data: Mapping[str, object], name: str) -> JsonResponse:
    options: dict[str, object] = {"ensure_ascii": False, "indent": 2, "sort_keys": True}
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **PRIVATE}
    return JsonResponse(data, json_dumps_params=options, headers=headers)
