"""A program, its waves, who is in them, and the steps they walk."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from people.api import Absence, Unit, now
from rollout.models.playbooks import PlaybookVersion

GRACE_DAYS = 30
"""How long figures wait for joiners, and for people who come back from a long leave."""


class Program(models.Model):
    """One rollout of one playbook version in one company area. Empty parameters are not yet recorded."""

    class Approach(models.TextChoices):
        FULL = "full", "Fully agile"
        PARTIAL = "partial", "Mixed model"

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        STOPPED = "stopped", "Stopped"

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    playbook_version = models.ForeignKey(PlaybookVersion, on_delete=models.PROTECT, related_name="programs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    paused_on = models.DateField(null=True, blank=True, help_text="The day on which the clocks stopped.")
    goal = models.TextField(blank=True, max_length=2000)
    approach = models.CharField(max_length=10, choices=Approach.choices, blank=True)
    area = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="programs")
    pilot_size = models.PositiveIntegerField("pilot size", null=True, blank=True)
    duration_months = models.PositiveSmallIntegerField("pilot duration in months", null=True, blank=True)
    lead_time_weeks = models.PositiveSmallIntegerField("lead time in weeks", null=True, blank=True)
    cycle_length_months = models.PositiveSmallIntegerField("cycle length in months", null=True, blank=True)
    success_score = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal("1"))],
        help_text="From which score a key result counts as achieved, 0.1 to 1.0.",
    )
    system_of_record = models.CharField(max_length=200, blank=True, help_text="Where OKRs are written down.")
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="paused", paused_on__isnull=False) | (~Q(state="paused") & Q(paused_on__isnull=True)),
                name="paused_program_has_a_day",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Wave(models.Model):
    """A group of people walking the steps. Number 0 is the pilot."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="waves")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    starts_on = models.DateField("first cycle starts on", null=True, blank=True)
    ends_on = models.DateField("first cycle ends on", null=True, blank=True)
    roster_frozen_on = models.DateField("roster date", null=True, blank=True)
    roster_frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    enrollment_opened_at = models.DateTimeField(null=True, blank=True)
    cycle_started_at = models.DateTimeField(null=True, blank=True, help_text="When the first cycle was started.")

    class Meta:
        ordering = ["program_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="one_wave_per_number"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="cycle_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program}: {self.title}"


class RosterMemberQuerySet(models.QuerySet["RosterMember"]):
    def counted(self, as_of: date) -> Self:
        """Members who belong to the wave's denominators on ``as_of`` (a date): in it, not yet left, and, when they
        joined after the roster date or came back from a long leave, past the grace period."""
        away = Absence.objects.felt_on(as_of, grace_days=GRACE_DAYS).filter(person=OuterRef("person_id"))
        present = self.filter(counts_from__lte=as_of).filter(Q(left_on__isnull=True) | Q(left_on__gt=as_of))
        return present.filter(~Exists(away))


class RosterMember(models.Model):
    """A person in a wave. ``counts_from`` is the day from which figures include them (joiners: after 30 days)."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="roster")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roster_places")
    team = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", help_text="Their unit when they entered."
    )
    joined_on = models.DateField()
    counts_from = models.DateField()
    left_on = models.DateField(null=True, blank=True)

    objects = RosterMemberQuerySet.as_manager()

    class Meta:
        ordering = ["wave_id", "person_id"]
        constraints = [models.UniqueConstraint(fields=["wave", "person"], name="one_roster_place_per_wave")]

    def __str__(self) -> str:
        return f"{self.person} in {self.wave_id}"


class DateSetBy(models.TextChoices):
    """Where a due date comes from. Only what the playbook set is worked out anew."""

    PLAYBOOK = "playbook", "From the playbook"
    HAND = "hand", "Set by hand"
    PAUSE = "pause", "Moved by a pause"


class Step(models.Model):
    """A playbook step as a wave runs it; between it and the next stands its gate.

    ``state`` is derived from the decisions and kept here so that lists need not replay them; only services write it.
    """

    class State(models.TextChoices):
        LOCKED = "locked", "Not open yet"
        OPEN = "open", "Open"
        PASSED = "passed", "Passed"
        PASSED_WITH_CONDITIONS = "conditional", "Passed with conditions"
        SUSPECT = "suspect", "Suspect"
        STOPPED = "stopped", "Stopped"

    PASSED_STATES = (State.PASSED, State.PASSED_WITH_CONDITIONS)

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="steps")
    key = models.SlugField(max_length=80)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=12, choices=State.choices, default=State.LOCKED)
    suspect_because = models.TextField(blank=True, max_length=1000)
    target_on = models.DateField("gate due", null=True, blank=True)
    target_set_by = models.CharField(max_length=8, choices=DateSetBy.choices, default=DateSetBy.PLAYBOOK)
    target_changed_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    passed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["wave_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "key"], name="one_step_per_key"),
            models.UniqueConstraint(fields=["wave", "number"], name="one_step_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
