"""Live training: sessions with seats and a trainer, and who takes part."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from courses.models.pages import CoursePage
from people.api import now


class WorkshopSession(models.Model):
    """One date of live training that belongs to a course."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        HELD = "held", "Held"
        CANCELLED = "cancelled", "Cancelled"

    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="workshop_sessions")
    title = models.CharField(max_length=160)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, help_text="Room or link.")
    seats = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    lead_trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="led_sessions"
    )
    external_trainer = models.CharField(max_length=160, blank=True, help_text="A trainer without an account.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    planned_at = models.DateTimeField(default=now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts")
        ]

    def __str__(self) -> str:
        return self.title


class Booking(models.Model):
    """A seat in a session, and whether the person came."""

    class State(models.TextChoices):
        BOOKED = "booked", "Booked"
        ATTENDED = "attended", "Attended"
        ABSENT = "absent", "Absent"
        CANCELLED = "cancelled", "Cancelled"

    session = models.ForeignKey(WorkshopSession, on_delete=models.PROTECT, related_name="bookings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bookings")
    state = models.CharField(max_length=10, choices=State.choices, default=State.BOOKED)
    booked_at = models.DateTimeField(default=now)
    news_since = models.DateTimeField(
        null=True, blank=True, help_text="Since when a mail is due about a moved or cancelled session; empty: none is."
    )

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"], condition=~Q(state="cancelled"), name="one_live_booking_per_session"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.session}"
