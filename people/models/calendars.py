"""On which days a part of the organization works."""

from django.db import models
from django.db.models import Q

from people.models.units import Unit

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class WorkingCalendar(models.Model):
    """The working week of a unit and of every unit below it that has none of its own."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="working_calendar")
    monday = models.BooleanField(default=True)
    tuesday = models.BooleanField(default=True)
    wednesday = models.BooleanField(default=True)
    thursday = models.BooleanField(default=True)
    friday = models.BooleanField(default=True)
    saturday = models.BooleanField(default=False)
    sunday = models.BooleanField(default=False)

    class Meta:
        ordering = ["unit__path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(monday=True)
                | Q(tuesday=True)
                | Q(wednesday=True)
                | Q(thursday=True)
                | Q(friday=True)
                | Q(saturday=True)
                | Q(sunday=True),
                name="a_week_has_a_working_day",
            )
        ]

    def __str__(self) -> str:
        return f"Working calendar of {self.unit}"

    @property
    def weekdays(self) -> frozenset[int]:
        """The working days of the week, Monday is 1."""
        return frozenset(number for number, name in enumerate(WEEKDAYS, start=1) if getattr(self, name))


class Holiday(models.Model):
    """A day off for the calendar's unit and every unit below it; a yearly one returns on the same date."""

    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.CASCADE, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=120)
    is_yearly = models.BooleanField("every year", default=False)

    class Meta:
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="one_holiday_per_calendar_and_day")]

    def __str__(self) -> str:
        return f"{self.name} ({self.day})"
