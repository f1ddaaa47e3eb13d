"""The rhythm of a cycle: its meetings, made from the playbook, planned in series, or changed one by one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.api import Refusal, Refused, Unit, now, organization_zone, today
from rollout.forms.dates import CancelMeetingForm, MeetingTimesForm, MoveMeetingForm
from rollout.forms.programs import PlanMeetingForm, WaveDatesForm
from rollout.models import Meeting, RosterMember
from rollout.queries.meeting_plan import MeetingPlan, meeting_plan
from rollout.queries.programs import content_of
from rollout.rules.meetings import may_change_meeting, may_generate_meetings
from rollout.rules.programs import may_set_dates
from rollout.rules.words import count
from rollout.services.meetings import cancel_meeting, generate_meetings, move_meeting, plan_meetings
from rollout.views.lookup import WavePlace, wave_place
from rollout.views.wording import commitments_of

MEETINGS_A_PAGE = 60


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


@login_required
@require_http_methods(["GET", "POST"])
def generate(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """All meetings of the cycle at once: what would be new, moved and called off, and the button that does it.

    The times of day stand in the address, so that another look costs no change.
    """
    place = wave_place(request, slug, number)
    parts = content_of(place.program.playbook_version).meetings
    form = MeetingTimesForm((request.POST if request.method == "POST" else request.GET) or None, parts=parts)
    is_chosen = form.is_bound and form.is_valid()
    if request.method != "POST" or not is_chosen:
        return _generate_page(request, place, form, form.times if is_chosen else {})
    try:
        plan = generate_meetings(
            wave=place.wave, actor=place.actor, times=form.times, seen=request.POST.get("seen", "")
        )
    except Refused as refused:
        return _generate_page(request, place, form, form.times, refusal=refused.refusal, status=409)
    new, moved, dropped = len(plan.new), len(plan.moved), len(plan.dropped)
    messages.success(request, f"{count(new, 'meeting')} planned, {moved} moved, {dropped} called off.")
    return redirect("rollout:meetings", slug, number)


def _generate_page(
    request: HttpRequest,
    place: WavePlace,
    form: MeetingTimesForm,
    times: Any,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    wave, parts = place.wave, content_of(place.program.playbook_version).meetings
    may_generate = may_generate_meetings(place.actor, wave, holders=place.holders)
    plan = meeting_plan(wave, times) if wave.starts_on is not None and wave.ends_on is not None else None
    if not form.is_bound:
        form = MeetingTimesForm(parts=parts, initial=plan.times if plan is not None else {})
    context = {
        "place": place,
        "program": place.program,
        "wave": wave,
        "form": form,
        "plan": plan,
        "rows": _plan_rows(plan, place) if plan is not None else [],
        "refusal": refusal,
        "may_generate": may_generate,
    }
    return render(request, "rollout/meetings_generate.html", context, status=status)


def _plan_rows(plan: MeetingPlan, place: WavePlace) -> list[dict[str, Any]]:
    """One line for each kind of meeting: how many are new, moved, called off and kept, and from when to when."""
    rows = []
    for part in content_of(place.program.playbook_version).meetings:
        new = [one.starts_at for one in plan.new if one.kind == part.key]
        moved = [start for meeting, start in plan.moved if meeting.kind == part.key]
        dropped = sum(meeting.kind == part.key for meeting in plan.dropped)
        starts = sorted([*new, *moved])
        parts = ((len(new), "new"), (len(moved), "moved"), (dropped, "called off"))
        rows.append(
            {
                "part": part,
                "words": ", ".join(f"{number} {word}" for number, word in parts if number),
                "kept": sum(meeting.kind == part.key for meeting in plan.kept),
                "by_hand": sum(kind == part.key for kind, _ in plan.by_hand),
                "first": starts[0] if starts else None,
                "last": starts[-1] if starts else None,
            }
        )
    return rows


@login_required
@require_GET
def meeting_list(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every meeting of the wave by date, of one kind or one team if the address says so; each can be changed."""
    return _list_page(request, wave_place(request, slug, number))


@login_required
@require_POST
def meeting_move(request: HttpRequest, slug: str, number: int, meeting_id: int) -> HttpResponse:
    """Move one meeting or change how long it lasts."""
    place = wave_place(request, slug, number)
    meeting = _meeting_of(place, meeting_id)
    form = MoveMeetingForm(request.POST, prefix=f"move-{meeting.pk}")

    def save() -> None:
        data = form.cleaned_data
        starts_at = datetime.combine(data["starts_on"], data["starts_at"], organization_zone())
        move_meeting(meeting=meeting, actor=place.actor, starts_at=starts_at, minutes=data["minutes"])

    return _changed(request, place, meeting, form, save, "The meeting is moved. Calendars follow by themselves.")


@login_required
@require_POST
def meeting_cancel(request: HttpRequest, slug: str, number: int, meeting_id: int) -> HttpResponse:
    """Call one meeting off, with a reason."""
    place = wave_place(request, slug, number)
    meeting = _meeting_of(place, meeting_id)
    form = CancelMeetingForm(request.POST, prefix=f"cancel-{meeting.pk}")

    def save() -> None:
        cancel_meeting(meeting=meeting, actor=place.actor, reason=form.cleaned_data["reason"])

    return _changed(request, place, meeting, form, save, "The meeting is called off. Calendars show it as cancelled.")


def _meeting_of(place: WavePlace, meeting_id: int) -> Meeting:
    meeting = Meeting.objects.select_related("team").filter(wave=place.wave, pk=meeting_id).first()
    if meeting is None:
        raise Http404
    return meeting


def _changed(
    request: HttpRequest, place: WavePlace, meeting: Meeting, form: Any, save: Callable[[], None], words: str
) -> HttpResponse:
    if not form.is_valid():
        return _list_page(request, place, only=meeting, form=form)
    try:
        save()
    except Refused as refused:
        return _list_page(request, place, only=meeting, form=form, refusal=refused.refusal, status=409)
    messages.success(request, words)
    address = reverse("rollout:meeting_list", args=[place.program.slug, place.wave.number])
    return redirect(f"{address}?{request.POST.get('back', '')}#meeting-{meeting.pk}")


def _list_page(
    request: HttpRequest,
    place: WavePlace,
    *,
    only: Meeting | None = None,
    form: Any = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    titles = {part.key: part.title for part in content_of(place.program.playbook_version).meetings}
    found = Meeting.objects.filter(wave=place.wave).select_related("team").order_by("starts_at", "team__path", "pk")
    kind, team, past = (request.GET.get(name, "") for name in ("kind", "team", "past"))
    if only is not None:
        found = found.filter(pk=only.pk)
    else:
        found = found.filter(kind=kind) if kind in titles else found
        found = found.filter(team=int(team)) if team.isdecimal() else found
        found = found if past else found.filter(starts_at__gte=now())
    page = Paginator(found, MEETINGS_A_PAGE).get_page(request.GET.get("page"))
    zone = organization_zone()
    rows = []
    for meeting in page:
        meeting.wave = place.wave
        local = meeting.starts_at.astimezone(zone)
        initial = {"starts_on": local.date(), "starts_at": local.time(), "minutes": meeting.minutes}
        move = MoveMeetingForm(prefix=f"move-{meeting.pk}", initial=initial)
        cancel = CancelMeetingForm(prefix=f"cancel-{meeting.pk}")
        rows.append(
            {
                "meeting": meeting,
                "title": titles.get(meeting.kind, meeting.kind.replace("_", " ").capitalize()),
                "local": local,
                "may": may_change_meeting(place.actor, meeting, holders=place.holders),
                "move": form if isinstance(form, MoveMeetingForm) else move,
                "cancel": form if isinstance(form, CancelMeetingForm) else cancel,
            }
        )
    context = {
        "place": place,
        "program": place.program,
        "wave": place.wave,
        "rows": rows,
        "page_obj": page,
        "titles": titles.items(),
        "kind": kind,
        "team": team,
        "past": past,
        "only": only,
        "is_open": form is not None,
        "back": request.POST.get("back", request.GET.urlencode()),
        "teams": Unit.objects.filter(pk__in=Meeting.objects.filter(wave=place.wave).values("team")).order_by("path"),
        "refusal": refusal,
        "may_set_dates": may_set_dates(place.actor, place.program, holders=place.holders),
        "zone": str(zone).replace("_", " "),
    }
    return render(request, "rollout/meeting_list.html", context, status=status)


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
