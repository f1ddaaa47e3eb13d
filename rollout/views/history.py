"""The history of a program: every deed in words, filtered, page by page or as a table to take along."""

import csv
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from people.api import organization_zone
from rollout.forms.history import HistoryForm
from rollout.models import Step
from rollout.queries.history import history_lines, history_of, people_in_history
from rollout.rules.access import sees_no_individuals
from rollout.views.lookup import Place, program_place

LINES_A_PAGE = 50
LINES_AT_ONCE = 500
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@login_required
@require_GET
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """What happened, newest first; ``who``, ``what``, ``step``, ``since`` and ``until`` narrow it."""
    place = program_place(request, slug, names_people=False)
    form = _form(request, place)
    page = Paginator(history_of(place.program, form.filters), LINES_A_PAGE).get_page(request.GET.get("page"))
    names_people = _names_people(place)
    context = {
        "place": place,
        "program": place.program,
        "form": form,
        "page_obj": page,
        "lines": history_lines(place.program, list(page), names_people=names_people),
        "names_people": names_people,
        "total": page.paginator.count,
        "is_filtered": any(form.data.get(name) for name in form.fields),
        "query": request.GET.urlencode(),
    }
    return render(request, "rollout/history.html", context)


@login_required
@require_GET
def history_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The same lines as a table (UTF-8, times in the organization's zone), all pages at once."""
    place = program_place(request, slug, names_people=False)
    entries = history_of(place.program, _form(request, place).filters)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-history.csv"'
    response["Cache-Control"] = "private, no-store"
    table = csv.writer(response)
    table.writerow(["When", "Who", "What", "Wave", "Step"])
    zone, names_people = organization_zone(), _names_people(place)
    for pages in Paginator(entries, LINES_AT_ONCE):
        for line in history_lines(place.program, list(pages), names_people=names_people):
            step = line.step
            row: list[Any] = [localtime(line.at, zone).isoformat(timespec="seconds"), line.who, line.sentence]
            row += [step.wave.title, f"{step.number} {step.title}"] if step else ["", ""]
            table.writerow([_plain(cell) for cell in row])
    return response


def _form(request: HttpRequest, place: Place) -> HistoryForm:
    steps = Step.objects.filter(wave__program=place.program).select_related("wave").order_by("wave__number", "number")
    return HistoryForm(request.GET, people=people_in_history(place.program), steps=steps)


def _names_people(place: Place) -> bool:
    return not sees_no_individuals(place.actor, place.program, holders=place.holders)


def _plain(cell: str) -> str:
    """Keep spreadsheet programs from reading what somebody wrote as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
