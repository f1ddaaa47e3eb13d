"""The register of a program's waivers: what is let through without being met, until when, and who answers for it."""

import csv
from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from people.api import in_words
from rollout.forms.waivers import WaiverFilterForm
from rollout.models import Waiver, in_whose_name
from rollout.queries.programs import today_of
from rollout.queries.waivers import WaiverSums, waiver_register, waiver_sums
from rollout.rules.evaluation import day_of
from rollout.rules.waivers import open_seats, who_approves
from rollout.rules.words import count, item_url
from rollout.views.lookup import Place, program_place

WAIVERS_A_PAGE = 50
COLUMNS = (
    "Wave",
    "Step",
    "Question",
    "State",
    "Risk",
    "Last day",
    "Reason",
    "Done instead",
    "Asked for by",
    "Asked for on",
    "Approved by",
    "Rejected by",
    "Answer",
    "Ended on",
    "Ended by",
    "Why it ended",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@login_required
@require_GET
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """All waivers of the program, filtered and sorted by the address, fifty a page."""
    place = program_place(request, slug)
    form = WaiverFilterForm(request.GET, program=place.program)
    wanted, day = form.wanted, today_of(place.program)
    rows = waiver_register(place.program, wanted, day)
    page = Paginator(rows, WAIVERS_A_PAGE).get_page(request.GET.get("page"))
    sums = waiver_sums(place.program, day)
    kept = {key: value for key, value in request.GET.items() if key != "page" and value}
    context = {
        "place": place,
        "program": place.program,
        "form": form,
        "page_obj": page,
        "lines": [(waiver, *_line(waiver, place)) for waiver in page],
        "sums": sums,
        "sentence": sums_in_words(sums),
        "is_filtered": not wanted.is_empty,
        "export_url": reverse("rollout:waivers_csv", args=[slug]) + (f"?{urlencode(kept)}" if kept else ""),
    }
    return render(request, "rollout/waivers.html", context)


@login_required
@require_GET
def register_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The same rows as a table for other programs (CSV, UTF-8 with a mark that spreadsheets look for)."""
    place = program_place(request, slug)
    wanted = WaiverFilterForm(request.GET, program=place.program).wanted
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="waivers-{place.program.slug}.csv"'
    response["Cache-Control"] = "private, no-store"
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for waiver in waiver_register(place.program, wanted, today_of(place.program)):
        writer.writerow(_plain(cell) for cell in _cells(waiver))
    return response


def sums_in_words(sums: WaiverSums) -> str:
    """Say in one sentence how many waivers work, wait and end soon."""
    if not sums.total:
        return "Nothing in this program is waived."
    active = f"{count(sums.active, 'waiver')} {'is' if sums.active == 1 else 'are'} active"
    high = f", {sums.active_high} of high risk" if sums.active_high else ""
    soon = f", {sums.ending} {'ends' if sums.ending == 1 else 'end'} within two weeks" if sums.ending else ""
    waiting = f" {count(sums.requested, 'request')} {'waits' if sums.requested == 1 else 'wait'} for an answer."
    return f"{active}{high}{soon}.{waiting if sums.requested else ''} None of them counts as met."


def _line(waiver: Waiver, place: Place) -> tuple[str, str, str]:
    """Where it is dealt with, its state's word, and whose approval is still missing."""
    waiver.item.step.wave.program = place.program
    state = getattr(waiver, "shown_state", waiver.state)
    missing = who_approves(open_seats(waiver), place.holders) if state == Waiver.State.REQUESTED else ""
    return item_url(waiver.item) + "#waiver", state, missing


def _cells(waiver: Waiver) -> Iterable[str]:
    step = waiver.item.step
    state = Waiver.State(getattr(waiver, "shown_state", waiver.state))
    yield step.wave.title
    yield str(step)
    yield waiver.item.question
    yield str(state.label)
    yield waiver.get_risk_display()
    yield waiver.expires_on.isoformat()
    yield waiver.reason
    yield waiver.compensating_action
    yield waiver.requested_by.get_full_name()
    yield day_of(waiver.requested_at).isoformat()
    yield "; ".join(
        f"{in_whose_name(one.approved_by, one.acting_for)}, {in_words(day_of(one.approved_at))}"
        for one in waiver.approvals.all()
    )
    rejected = waiver.state == Waiver.State.REJECTED and waiver.decided_by is not None
    yield waiver.decided_by.get_full_name() if rejected and waiver.decided_by else ""
    yield waiver.decision_reason
    yield day_of(waiver.closed_at).isoformat() if waiver.closed_at else ""
    yield waiver.closed_by.get_full_name() if waiver.closed_by else ""
    yield waiver.closed_because


def _plain(cell: str) -> str:
    """A text that begins like a formula is kept a text when a spreadsheet opens it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
