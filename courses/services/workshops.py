"""Live training: planning sessions, booking seats, recording who came."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from courses.models import Booking, CoursePage, WorkshopSession
from courses.rules import (
    may_book_seat,
    may_change_session,
    may_plan_sessions,
    may_record_attendance,
    may_run_session,
)
from courses.signals import workshop_session_changed
from people.api import Refused, User, announce, log, now, require

MOVED_BY = {"starts_at", "ends_at", "place"}
"""What people with a seat have to know when it changes."""


@transaction.atomic
def plan_session(
    *,
    course: CoursePage,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    seats: int,
    actor: User,
    lead_trainer: User | None = None,
    external_trainer: str = "",
) -> WorkshopSession:
    """Plan one date of live training; ``starts_at`` and ``ends_at`` are aware.

    Refused to people who may not plan sessions, when it ends before it starts, without a seat, and with both an own
    and an external trainer. A session without a trainer can be planned; gates will say that one is missing.
    """
    require(may_plan_sessions(actor))
    _check_plan(starts_at, ends_at, seats, lead_trainer, external_trainer)
    session = WorkshopSession.objects.create(
        course=course,
        title=title.strip() or course.title,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place.strip(),
        seats=seats,
        lead_trainer=lead_trainer,
        external_trainer=external_trainer.strip(),
        planned_by=actor,
        planned_at=now(),
    )
    log(session, "courses.plan_session", user=actor, data={"course": course.key, "seats": seats})
    announce(workshop_session_changed, session_id=session.pk)
    return session


@transaction.atomic
def change_session(
    *,
    session: WorkshopSession,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    seats: int,
    actor: User,
    lead_trainer: User | None = None,
    external_trainer: str = "",
) -> WorkshopSession:
    """Give a planned session another title, time, place, trainer or number of seats; times are aware.

    Who has a seat is told by mail when time or place change. Saving what it is already changes nothing. Refused to
    people who do not run it, once it was held or cancelled, with fewer seats than are taken, with a trainer who has
    a seat in it, and for what planning refuses.
    """
    locked = _lock(session)
    require(may_change_session(actor, locked))
    _check_plan(starts_at, ends_at, seats, lead_trainer, external_trainer)
    live = Booking.objects.filter(session=locked).exclude(state=Booking.State.CANCELLED)
    taken = live.count()
    if seats < taken:
        raise Refused(
            f"{taken} seats are taken already, so there cannot be fewer. Cancel the session, or plan a second one."
        )
    if lead_trainer is not None and live.filter(person=lead_trainer).exists():
        raise Refused(f"{lead_trainer} has a seat in this session, and has to give it back before leading it.")
    wanted = {
        "title": title.strip() or locked.course.title,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "place": place.strip(),
        "seats": seats,
        "lead_trainer": lead_trainer,
        "external_trainer": external_trainer.strip(),
    }
    changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    before = {name: _in_log(getattr(locked, name)) for name in changed}
    for name in changed:
        setattr(locked, name, wanted[name])
    locked.save(update_fields=changed)
    if MOVED_BY & set(changed):
        live.filter(state=Booking.State.BOOKED).update(news_since=now())
    log(
        locked,
        "courses.change_session",
        user=actor,
        data={"changes": {name: [before[name], _in_log(wanted[name])] for name in changed}},
    )
    announce(workshop_session_changed, session_id=locked.pk)
    return locked


@transaction.atomic
def cancel_session(*, session: WorkshopSession, actor: User) -> WorkshopSession:
    """Call a planned session off; bookings stay on record, and who has a seat is told by mail. Idempotent.

    Refused to people who do not run it, and once it was held.
    """
    locked = _lock(session)
    require(may_run_session(actor, locked))
    if locked.state == WorkshopSession.State.CANCELLED:
        return locked
    require(may_change_session(actor, locked))
    locked.state = WorkshopSession.State.CANCELLED
    locked.save(update_fields=["state"])
    Booking.objects.filter(session=locked, state=Booking.State.BOOKED).update(news_since=now())
    log(locked, "courses.cancel_session", user=actor)
    announce(workshop_session_changed, session_id=locked.pk)
    return locked


@transaction.atomic
def book_seat(*, session: WorkshopSession, person: User, actor: User) -> Booking:
    """Book a seat for ``person``; the booking they already have is returned unchanged.

    Refused when all seats are taken (counted under a lock on the session), when the session was held or cancelled,
    to people who may not book for ``person``, and after the start to all who do not run it.
    """
    locked = _lock(session)
    booking = Booking.objects.filter(session=locked, person=person).exclude(state=Booking.State.CANCELLED).first()
    if booking is not None:
        return booking
    require(may_book_seat(actor, locked, person))
    booking = Booking.objects.create(session=locked, person=person, booked_at=now())
    log(booking, "courses.book_seat", user=actor, title=f"{person} in {locked}"[:255])
    announce(workshop_session_changed, session_id=locked.pk)
    return booking


@transaction.atomic
def cancel_booking(*, booking: Booking, actor: User) -> Booking:
    """Give the seat back; the row stays. Idempotent. Refused once attendance was recorded, and to strangers."""
    locked_session = WorkshopSession.objects.select_for_update().get(pk=booking.session_id)
    locked = Booking.objects.select_for_update(of=("self",)).select_related("person").get(pk=booking.pk)
    if locked.state == Booking.State.CANCELLED:
        return locked
    if actor.pk != locked.person_id:
        require(may_run_session(actor, locked_session))
    if locked.state != Booking.State.BOOKED:
        raise Refused("Attendance has been recorded, so this booking can no longer be cancelled.")
    locked.state, locked.news_since = Booking.State.CANCELLED, None
    locked.save(update_fields=["state", "news_since"])
    log(locked, "courses.cancel_booking", user=actor, title=f"{locked.person} in {locked_session}"[:255])
    announce(workshop_session_changed, session_id=locked_session.pk)
    return locked


@transaction.atomic
def record_attendance(*, session: WorkshopSession, attended_ids: Iterable[int], actor: User) -> WorkshopSession:
    """Record who of the booked people came (``attended_ids``: person ids); everybody else was absent.

    The session counts as held. Can be corrected by recording again. Refused before the session starts, for a
    cancelled session, for people without a seat, and to people who do not run it.
    """
    locked = _lock(session)
    require(may_record_attendance(actor, locked))
    attended = set(attended_ids)
    live = Booking.objects.filter(session=locked).exclude(state=Booking.State.CANCELLED)
    booked = set(live.select_for_update().values_list("person_id", flat=True))
    if attended - booked:
        raise Refused("Somebody marked as present has no seat in this session. Book a seat first, then record.")
    live.filter(person_id__in=attended).update(state=Booking.State.ATTENDED)
    live.exclude(person_id__in=attended).update(state=Booking.State.ABSENT)
    locked.state = WorkshopSession.State.HELD
    locked.save(update_fields=["state"])
    log(
        locked,
        "courses.record_attendance",
        user=actor,
        data={"attended": sorted(attended), "absent": sorted(booked - attended)},
    )
    announce(workshop_session_changed, session_id=locked.pk)
    return locked


def _lock(session: WorkshopSession) -> WorkshopSession:
    return WorkshopSession.objects.select_for_update(of=("self",)).select_related("course").get(pk=session.pk)


def _check_plan(
    starts_at: datetime, ends_at: datetime, seats: int, lead_trainer: User | None, external_trainer: str
) -> None:
    """Refuse what no session can be, whether it is planned or changed."""
    if ends_at <= starts_at:
        raise Refused("The session has to end after it starts.")
    if seats < 1:
        raise Refused("A session needs at least one seat.")
    if lead_trainer is not None and external_trainer.strip():
        raise Refused("Name either a trainer from the organization or an external one, not both.")
    if lead_trainer is not None and not lead_trainer.is_active:
        raise Refused(f"{lead_trainer} has left the organization and cannot lead the session.")


def _in_log(value: object) -> object:
    """Return ``value`` as the audit log keeps it: moments as text, people by id."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value.pk if isinstance(value, User) else value
