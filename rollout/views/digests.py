"""The weekly letter: how it reads today, on paper, and whether one wants it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from people.api import Refusal, Refused
from rollout.documents import report_pdf
from rollout.queries.digests import is_digest_wanted
from rollout.rules.digests import digest_readers, may_choose_digest
from rollout.services.digests import choose_digest, current_report
from rollout.views.lookup import Place, program_place


@login_required
@require_GET
def digest(request: HttpRequest, slug: str) -> HttpResponse:
    """The letter as it would be today, who gets it, and the choice."""
    return _page(request, program_place(request, slug))


@login_required
@require_GET
def digest_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The same on paper."""
    place = program_place(request, slug)
    report = current_report(program=place.program, holders=place.holders)
    pdf = report_pdf(report, title="Weekly letter", show_changes=True)
    name = f"{place.program.slug}-week-{report.day.isoformat()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@login_required
@require_POST
def digest_choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Want the letter, or not."""
    place = program_place(request, slug)
    is_wanted = request.POST.get("wanted") == "yes"
    try:
        choose_digest(program=place.program, actor=place.actor, is_wanted=is_wanted)
    except Refused as refused:
        return _page(request, place, refusal=refused.refusal, status=409)
    messages.success(request, "The letter comes every Monday." if is_wanted else "No more weekly letters for you.")
    return redirect("rollout:digest", place.program.slug)


def _page(request: HttpRequest, place: Place, *, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    context = {
        "place": place,
        "program": place.program,
        "report": current_report(program=place.program, holders=place.holders),
        "readers": digest_readers(place.holders),
        "may_choose": may_choose_digest(place.actor, place.program, holders=place.holders),
        "is_wanted": is_digest_wanted(place.program, place.actor),
        "refusal": refusal,
    }
    return render(request, "rollout/digest.html", context, status=status)
