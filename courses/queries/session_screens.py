"""Live training as the screens show it: the list with seats, one session with its roster."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from courses.models import Booking, WorkshopSession
from courses.queries.workshops import LIVE_BOOKING
from people.api import TRAINERS, Persona, User, now

LINE_FIELDS = (
    *("pk", "title", "course__title", "course__slug", "starts_at", "ends_at", "place", "seats", "booked", "state"),
    *("is_mine", "external_trainer", "lead_trainer__first_name", "lead_trainer__last_name", "lead_trainer__email"),
)
LIVE_STATES = (Booking.State.BOOKED, Booking.State.ATTENDED, Booking.State.ABSENT)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as everybody may see it: no names but the trainer's."""

    id: int
    title: str
    course_title: str
    course_slug: str
    starts_at: datetime
    ends_at: datetime
    place: str
    seats: int
    booked: int
    trainer: str
    state: str
    is_mine: bool

    @property
    def url(self) -> str:
        return reverse("courses:session", args=[self.id])

    @property
    def seats_left(self) -> int:
        return max(0, self.seats - self.booked)

    @property
    def is_cancelled(self) -> bool:
        return self.state == WorkshopSession.State.CANCELLED

    @property
    def ends_same_day(self) -> bool:
        """Whether start and end fall on one day where the reader is."""
        return timezone.localtime(self.starts_at).date() == timezone.localtime(self.ends_at).date()


def with_seats(person_id: int | None) -> QuerySet[WorkshopSession]:
    """Return sessions with ``booked`` (seats taken) and ``is_mine`` (the person holds a live booking)."""
    mine = Booking.objects.filter(session=OuterRef("pk"), person_id=person_id, state__in=LIVE_STATES)
    return WorkshopSession.objects.annotate(
        booked=Count("bookings", filter=LIVE_BOOKING), is_mine=Exists(mine, output_field=BooleanField())
    )


def booked_by(person_id: int) -> QuerySet[WorkshopSession]:
    """Return the upcoming sessions in which the person has a seat, next first; cancelled ones stay until their day."""
    mine = Booking.objects.filter(person_id=person_id, state__in=LIVE_STATES).values("session_id")
    return upcoming(with_seats(person_id).filter(pk__in=mine))


def upcoming(sessions: QuerySet[WorkshopSession]) -> QuerySet[WorkshopSession]:
    """Keep what has not ended yet, next first."""
    return sessions.filter(ends_at__gte=now()).order_by("starts_at", "pk")


def past(sessions: QuerySet[WorkshopSession]) -> QuerySet[WorkshopSession]:
    """Keep what has ended, newest first."""
    return sessions.filter(ends_at__lt=now()).order_by("-starts_at", "-pk")


def line(session: WorkshopSession) -> SessionLine:
    """Return the line of a session that came from ``with_seats``."""
    return SessionLine(
        id=session.pk,
        title=session.title,
        course_title=session.course.title,
        course_slug=session.course.slug,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=session.place,
        seats=session.seats,
        booked=session.booked,  # type: ignore[attr-defined]
        trainer=session.external_trainer or (session.lead_trainer.get_full_name() if session.lead_trainer else ""),
        state=session.state,
        is_mine=session.is_mine,  # type: ignore[attr-defined]
    )


def lines(sessions: QuerySet[WorkshopSession]) -> list[SessionLine]:
    """Return the lines of sessions from ``with_seats``, reading only the columns that are shown. One query."""
    found = []
    for row in sessions.values(*LINE_FIELDS):
        own = f"{row['lead_trainer__first_name'] or ''} {row['lead_trainer__last_name'] or ''}".strip()
        trainer = row["external_trainer"] or own or row["lead_trainer__email"] or ""
        found.append(
            SessionLine(
                id=row["pk"],
                course_title=row["course__title"],
                course_slug=row["course__slug"],
                trainer=trainer,
                **{name: row[name] for name in LINE_FIELDS if name in SessionLine.__slots__},
            )
        )
    return found


def sessions_of_course(course_id: int, person_id: int | None, limit: int = 6) -> list[SessionLine]:
    """Return the course's next sessions, cancelled ones left out. One query."""
    rows = upcoming(with_seats(person_id)).filter(course_id=course_id).exclude(state=WorkshopSession.State.CANCELLED)
    return lines(rows[:limit])


def roster(session_id: int) -> list[Booking]:
    """Return the live bookings of a session with their people, by name. One query."""
    rows = Booking.objects.filter(session_id=session_id, state__in=LIVE_STATES).select_related("person")
    return list(rows.order_by("person__last_name", "person__first_name", "pk"))


def possible_trainers(and_also: int | None = None) -> QuerySet[User]:
    """Return the active people who can lead a session: trainers by group, coaches by persona.

    ``and_also`` is somebody who leads the session already.
    """
    return (
        User.objects.filter(is_active=True)
        .filter(Q(groups__name=TRAINERS) | Q(persona_assignments__persona=Persona.COACH) | Q(pk=and_also))
        .distinct()
        .order_by("last_name", "first_name", "email")
    )
