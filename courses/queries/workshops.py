"""Live training: sessions, seats and rosters."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q

from courses.models import Booking, CoursePage, WorkshopSession
from people.api import User, now

LIVE_BOOKING = ~Q(bookings__state=Booking.State.CANCELLED)


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What the floors above need to know of a session."""

    id: int
    course_key: str
    title: str
    starts_at: datetime
    seats: int
    booked: int
    has_trainer: bool
    trainer_id: int | None = None
    external_trainer: str = ""
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class CourseOffer:
    """A course with its sessions that are planned or held, by start. ``booked`` of the sessions is not counted."""

    key: str
    title: str
    slug: str
    sessions: tuple[SessionFacts, ...] = ()


def course_offers(*, course_keys: Iterable[str]) -> dict[str, CourseOffer]:
    """Return the courses with these keys and their sessions, by key; unknown keys are left out. One query."""
    offered = FilteredRelation("workshop_sessions", condition=~Q(workshop_sessions__state="cancelled"))
    rows = (
        CoursePage.objects.filter(key__in=list(course_keys))
        .annotate(offered=offered)
        .order_by("key", "offered__starts_at", "offered__pk")
        .values_list(
            "key",
            "title",
            "slug",
            "offered__pk",
            "offered__title",
            "offered__starts_at",
            "offered__seats",
            "offered__lead_trainer_id",
            "offered__external_trainer",
            "offered__state",
        )
    )
    found: dict[str, CourseOffer] = {}
    for key, title, slug, pk, session_title, starts_at, seats, trainer, external, state in rows:
        offer = found.setdefault(key, CourseOffer(key, title, slug))
        if pk is not None:
            is_held = state == WorkshopSession.State.HELD
            named = bool(trainer or external)
            session = SessionFacts(pk, key, session_title, starts_at, seats, 0, named, trainer, external, is_held)
            found[key] = replace(offer, sessions=(*offer.sessions, session))
    return found


@dataclass(frozen=True, slots=True)
class CalendarSession:
    """A session as somebody's calendar shows it."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    planned_at: datetime
    is_cancelled: bool


def calendar_sessions(person: User, *, since: datetime) -> list[CalendarSession]:
    """Return the sessions that ``person`` has a seat in or leads and that end after ``since``, by start.

    Sessions that were called off are in it, so that calendars learn of it. One query.
    """
    seat = Booking.objects.filter(session=OuterRef("pk"), person=person).exclude(state=Booking.State.CANCELLED)
    found = WorkshopSession.objects.filter(Q(Exists(seat)) | Q(lead_trainer=person), ends_at__gte=since)
    return [
        CalendarSession(
            session.pk,
            session.title,
            session.starts_at,
            session.ends_at,
            session.place,
            session.planned_at,
            session.state == WorkshopSession.State.CANCELLED,
        )
        for session in found.order_by("starts_at", "pk")
    ]


def seats_taken(session_id: int) -> int:
    """Return how many seats are booked, attendance recorded or not. One query."""
    return Booking.objects.filter(session_id=session_id).exclude(state=Booking.State.CANCELLED).count()


def planned_sessions(*, course_keys: Iterable[str]) -> list[SessionFacts]:
    """Return the sessions of these courses that are planned or held, by start. One query."""
    rows = (
        WorkshopSession.objects.filter(course__key__in=list(course_keys))
        .exclude(state=WorkshopSession.State.CANCELLED)
        .annotate(key=F("course__key"), booked=Count("bookings", filter=LIVE_BOOKING))
        .order_by("starts_at", "pk")
        .values_list("pk", "key", "title", "starts_at", "seats", "booked", "lead_trainer_id", "external_trainer")
    )
    return [
        SessionFacts(pk, key, title, starts_at, seats, booked, bool(trainer or external))
        for pk, key, title, starts_at, seats, booked, trainer, external in rows
    ]


def has_trained(*, trainer_id: int, person_id: int) -> bool:
    """Whether ``trainer_id`` led a session that ``person_id`` attended. One query."""
    return Booking.objects.filter(
        session__lead_trainer_id=trainer_id, person_id=person_id, state=Booking.State.ATTENDED
    ).exists()


@dataclass(frozen=True, slots=True)
class MySession:
    """A session on somebody's calendar, as trainer or with a seat."""

    id: int
    title: str
    course_title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    is_leading: bool


def my_sessions(person: User, *, until: datetime | None = None) -> list[MySession]:
    """Return the sessions ``person`` leads or has a seat in that have not ended yet, by start. One query.

    ``until`` (aware) leaves out those that start later.
    """
    seat = Booking.objects.filter(session=OuterRef("pk"), person=person).exclude(state=Booking.State.CANCELLED)
    sessions = (
        WorkshopSession.objects.filter(Q(lead_trainer=person) | Exists(seat), ends_at__gt=now())
        .exclude(state=WorkshopSession.State.CANCELLED)
        .annotate(course_title=F("course__title"))
        .order_by("starts_at", "pk")
    )
    if until is not None:
        sessions = sessions.filter(starts_at__lte=until)
    fields = ("pk", "title", "course_title", "starts_at", "ends_at", "place", "lead_trainer_id")
    return [
        MySession(pk, title, course, starts_at, ends_at, place, trainer == person.pk)
        for pk, title, course, starts_at, ends_at, place, trainer in sessions.values_list(*fields)
    ]
