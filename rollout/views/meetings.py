"""The rhythm of a cycle: its meetings, planned in series or one by one."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from people.api import Refusal, Refused, organization_zone, today
from rollout.forms.programs import PlanMeetingForm, WaveDatesForm
from rollout.models import Meeting, RosterMember
from rollout.queries.programs import content_of
from rollout.rules.programs import may_set_dates
from rollout.rules.words import count
from rollout.services.meetings import plan_meetings
from rollout.views.lookup import WavePlace, wave_place
from rollout.views.wording import commitments_of


@login_required
@require_http_methods(["GET", "POST"])
def meetings(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The rhythm of the first cycle: dates of the cycle, and each meeting's series for all teams at once."""
    place = wave_place(request, slug, number)
    if request.method != "POST":
        return meetings_page(request, place)
    kind = request.POST.get("kind", "")
    if kind not in {part.key for part in content_of(place.program.playbook_version).meetings}:
        raise Http404
    form = PlanMeetingForm(request.POST, prefix=kind)
    if not form.is_valid():
        return meetings_page(request, place, kind=kind, form=form)
    first = datetime.combine(form.cleaned_data["starts_on"], form.cleaned_data["starts_at"], organization_zone())
    try:
        planned = plan_meetings(wave=place.wave, kind=kind, first_start=first, actor=place.actor)
    except Refused as refused:
        return meetings_page(request, place, kind=kind, form=form, refusal=refused.refusal, status=409)
    messages.success(request, f"{count(planned, 'date')} planned." if planned else "These dates stood already.")
    return redirect("rollout:meetings", slug, number)


def meetings_page(
    request: HttpRequest,
    place: WavePlace,
    *,
    kind: str = "",
    form: PlanMeetingForm | None = None,
    refusal: Refusal | None = None,
    dates_form: WaveDatesForm | None = None,
    dates_refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with the page of the meetings, with a form that was refused or needs another look."""
    wave = place.wave
    planned = {
        row["kind"]: row
        for row in Meeting.objects.filter(wave=wave, cancelled_at__isnull=True)
        .order_by()
        .values("kind")
        .annotate(dates=Count("pk"), teams=Count("team", distinct=True), first=Min("starts_at"), last=Max("starts_at"))
    }
    roster = RosterMember.objects.filter(wave=wave).counted(today())
    teams = roster.aggregate(teams=Count("team_id", distinct=True))["teams"]
    initial = {"starts_on": wave.starts_on}
    rows = [
        {
            "part": part,
            "planned": planned.get(part.key),
            "is_complete": part.key in planned and (part.per == "wave" or planned[part.key]["teams"] >= teams),
            "form": form
            if form is not None and part.key == kind
            else PlanMeetingForm(prefix=part.key, initial=initial),
            "is_open": part.key == kind,
            "refusal": refusal if part.key == kind else None,
        }
        for part in content_of(place.program.playbook_version).meetings
    ]
    context = {
        "place": place,
        "program": place.program,
        "wave": wave,
        "rows": rows,
        "teams": teams,
        "complete": sum(bool(row["is_complete"]) for row in rows),
        "dates_form": dates_form or WaveDatesForm(initial={"starts_on": wave.starts_on, "ends_on": wave.ends_on}),
        "dates_refusal": dates_refusal,
        "commitments": commitments_of(place.actor, place.facts, place.holders),
        "may_set_up": may_set_dates(place.actor, place.program, holders=place.holders),
    }
    return render(request, "rollout/meetings.html", context, status=status)
