"""Live training: the list, planning a session, booking a seat, roster and attendance."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from courses.forms import SeatForm, SessionForm
from courses.models import Booking, CoursePage, WorkshopSession
from courses.queries.session_screens import line, lines, past, possible_trainers, roster, upcoming, with_seats
from courses.rules import (
    may_book_seat,
    may_change_session,
    may_plan_sessions,
    may_record_attendance,
    may_run_session,
)
from courses.services.workshops import (
    book_seat,
    cancel_booking,
    cancel_session,
    change_session,
    plan_session,
    record_attendance,
)
from people.api import Refusal, Refused, now, require

SESSIONS_PER_PAGE = 30


@require_safe
@login_required
def session_list(request: HttpRequest) -> HttpResponse:
    """All sessions, upcoming ones first; past ones behind ``?when=past``."""
    when = "past" if request.GET.get("when") == "past" else "upcoming"
    all_sessions = with_seats(request.user.pk)
    rows = past(all_sessions) if when == "past" else upcoming(all_sessions)
    page = Paginator(rows, SESSIONS_PER_PAGE).get_page(request.GET.get("page"))
    count = page.paginator.count
    if when == "past":
        sentence = f"{count} session{'s' if count != 1 else ''} so far."
    elif count:
        sentence = f"{count} session{'s are' if count != 1 else ' is'} coming up."
    else:
        sentence = "Nothing is planned at the moment."
    context = {
        "when": when,
        "page_obj": page,
        "sessions": lines(cast(QuerySet[WorkshopSession], page.object_list)),
        "sentence": sentence,
        "may_plan": may_plan_sessions(request.user) is True,
    }
    return render(request, "courses/session_list.html", context)


@login_required
def session_new(request: HttpRequest) -> HttpResponse:
    """Plan a session; ``?course=<key>`` chooses the course. Others are told who plans sessions."""
    answer = may_plan_sessions(request.user)
    if answer is not True:
        raise Refused(answer)
    trainers = possible_trainers()
    if request.method != "POST":
        course = CoursePage.objects.live().filter(key=request.GET.get("course", "")[:80]).first()
        initial: dict[str, Any] = {"course": course, "title": f"{course.title}: live session"[:160]} if course else {}
        form = SessionForm(trainers=trainers, initial=initial)
        return render(request, "courses/session_form.html", {"form": form})
    form = SessionForm(request.POST, trainers=trainers)
    if not form.is_valid():
        return render(request, "courses/session_form.html", {"form": form})
    data = form.cleaned_data
    try:
        session = plan_session(
            course=data["course"],
            title=data["title"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            place=data["place"],
            seats=data["seats"],
            actor=request.user,  # type: ignore[arg-type]
            lead_trainer=data["lead_trainer"],
            external_trainer=data["external_trainer"],
        )
    except Refused as refused:
        return render(request, "courses/session_form.html", {"form": form, "refusal": refused.refusal}, status=409)
    messages.success(request, "The session is planned. People can book their seats now.")
    return redirect("courses:session", session.pk)


@login_required
def session_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what was planned; others, and whoever comes too late, are told why not."""
    session = find_session(request, pk)
    require(may_change_session(request.user, session))
    trainers = possible_trainers(and_also=session.lead_trainer_id)
    start, end = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    initial = {
        "course": session.course.key,
        "title": session.title,
        "day": start.date(),
        "starts": start.time(),
        "ends": end.time(),
        "place": session.place,
        "seats": session.seats,
        "lead_trainer": session.lead_trainer,
        "external_trainer": session.external_trainer,
    }
    form = SessionForm(request.POST or None, trainers=trainers, initial=initial, is_change=True)
    context: dict[str, Any] = {"form": form, "session": session, "booked": line(session).booked}
    if request.method != "POST" or not form.is_valid():
        return render(request, "courses/session_form.html", context, status=422 if form.errors else 200)
    data = form.cleaned_data
    try:
        change_session(
            session=session,
            title=data["title"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            place=data["place"],
            seats=data["seats"],
            actor=request.user,  # type: ignore[arg-type]
            lead_trainer=data["lead_trainer"],
            external_trainer=data["external_trainer"],
        )
    except Refused as refused:
        return render(request, "courses/session_form.html", {**context, "refusal": refused.refusal}, status=409)
    messages.success(request, "The session is changed. If it was moved, everybody with a seat gets a mail.")
    return redirect("courses:session", pk)


@require_POST
@login_required
def session_call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel the session; everybody with a seat gets a mail."""
    session = find_session(request, pk)
    try:
        cancel_session(session=session, actor=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        return render_session(request, session, refusal=refused.refusal, status=409)
    messages.success(request, "The session is cancelled. Everybody with a seat gets a mail.")
    return redirect("courses:session", pk)


@require_POST
@login_required
def seat_give(request: HttpRequest, pk: int) -> HttpResponse:
    """Book a seat for a colleague, by e-mail. Who does not run the session hears nothing about addresses."""
    session = find_session(request, pk)
    answer = may_run_session(request.user, session)
    if answer is not True:
        return render_session(request, session, refusal=answer, status=409)
    form = SeatForm(request.POST)
    if not form.is_valid():
        return render_session(request, session, seat_form=form, status=422)
    person = form.cleaned_data["person"]
    try:
        book_seat(session=session, person=person, actor=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        return render_session(request, session, refusal=refused.refusal, seat_form=form, status=409)
    messages.success(request, f"{person} has a seat.")
    return redirect("courses:session", pk)


@require_safe
@login_required
def session_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: when, where, with whom; a seat for oneself; the roster for those who run it."""
    return render_session(request, find_session(request, pk))


@require_POST
@login_required
def seat_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book a seat for oneself."""
    session = find_session(request, pk)
    try:
        book_seat(session=session, person=request.user, actor=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        return render_session(request, session, refusal=refused.refusal, status=409)
    messages.success(request, "Your seat is booked.")
    return redirect("courses:session", pk)


@require_POST
@login_required
def seat_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give one's own seat back; without one nothing happens."""
    session = find_session(request, pk)
    booking = own_booking(request, session)
    if booking is not None:
        try:
            cancel_booking(booking=booking, actor=request.user)  # type: ignore[arg-type]
        except Refused as refused:
            return render_session(request, session, refusal=refused.refusal, status=409)
        messages.success(request, "Your seat is free for somebody else again.")
    return redirect("courses:session", pk)


@require_POST
@login_required
def attendance_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who came: ``attended`` holds person ids, everybody else on the roster was absent."""
    session = find_session(request, pk)
    posted = request.POST.getlist("attended")
    if not all(value.isdecimal() and len(value) < 19 for value in posted):
        refusal = Refusal("The list of people was not readable. Nothing was changed: please tick again.")
        return render_session(request, session, refusal=refusal, status=400)
    try:
        record_attendance(session=session, attended_ids=[int(value) for value in posted], actor=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        return render_session(request, session, refusal=refused.refusal, status=409)
    messages.success(request, f"Attendance is recorded: {len(posted)} came.")
    return redirect("courses:session", pk)


def find_session(request: HttpRequest, pk: int) -> WorkshopSession:
    """Return the session with its seats, 404 when there is none."""
    return get_object_or_404(with_seats(request.user.pk).select_related("course", "lead_trainer"), pk=pk)


def own_booking(request: HttpRequest, session: WorkshopSession) -> Booking | None:
    """Return the live booking of the signed-in person, None when they have none."""
    bookings = Booking.objects.filter(session=session, person_id=request.user.pk)
    return bookings.exclude(state=Booking.State.CANCELLED).first()


def render_session(
    request: HttpRequest,
    session: WorkshopSession,
    *,
    refusal: Refusal | None = None,
    seat_form: SeatForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a session for this reader; people who do not run it see neither names nor numbers of the roster."""
    shown = line(session)
    booking = own_booking(request, session) if shown.is_mine else None
    may_book = may_book_seat(request.user, session, request.user)  # type: ignore[arg-type]
    may_run = may_run_session(request.user, session) is True
    is_over = session.starts_at <= now()
    context = {
        "session": session,
        "line": shown,
        "refusal": refusal,
        "may_cancel": booking is not None and booking.state == Booking.State.BOOKED and not is_over,
        "may_book": may_book,
        "has_begun": is_over,
        "show_why_not": not shown.is_mine and not shown.is_cancelled and refusal is None and not may_run,
        "may_run": may_run,
        "may_change": may_change_session(request.user, session) is True,
        "seat_form": seat_form or SeatForm(),
        "may_record": may_record_attendance(request.user, session),
        "roster": roster(session.pk) if may_run else [],
    }
    return render(request, "courses/session_detail.html", context, status=status)
