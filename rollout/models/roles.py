"""Who carries the program, and when its meetings take place."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.api import Unit, now, today
from rollout.models.programs import Program, Wave


class RoleSlot(models.Model):
    """A role the playbook needs. Items name the slot's key, never a person."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="role_slots")
    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    is_required = models.BooleanField(default=True)
    minimum = models.PositiveSmallIntegerField(default=1)
    per_teams = models.PositiveSmallIntegerField(null=True, blank=True, help_text="One holder per so many teams.")
    learning = models.JSONField(default=list, help_text="Course keys that a holder finishes before launch.")
    no_learning_because = models.CharField(
        max_length=300, blank=True, help_text="Why this role needs no course; empty while that is not settled."
    )
    charter_number = models.PositiveSmallIntegerField(default=1, help_text="The edition of the charter that counts.")
    allows_external = models.BooleanField(default=False, help_text="Somebody from outside may hold it.")

    class Meta:
        ordering = ["program_id", "position"]
        constraints = [models.UniqueConstraint(fields=["program", "key"], name="one_role_slot_per_key")]

    def __str__(self) -> str:
        return self.title


def holding_now(day: date, prefix: str = "") -> Q:
    """Return the condition on an assignment or an external (behind ``prefix``) that it holds the role on ``day``:
    begun, not ended, and not past its agreed last day."""
    return Q(**{f"{prefix}ended_on__isnull": True, f"{prefix}started_on__lte": day}) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": day})
    )


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def open(self) -> Self:
        """Those that hold now."""
        return self.filter(holding_now(today()))

    def unended(self) -> Self:
        """Those that hold now, will hold, or whose last day has passed without anybody closing the row."""
        return self.filter(ended_on__isnull=True)

    def of(self, person_id: int) -> Self:
        return self.filter(person_id=person_id)


class RoleAssignment(models.Model):
    """Who holds a role, from when to when. Ended, never deleted. ``until`` is the agreed last day of a deputy."""

    has_accepted: bool
    """Whether the person has accepted the charter that counts; set by ``queries.holders``."""
    is_away: bool
    """Whether the person is on long leave today; set by ``queries.holders``."""

    slot = models.ForeignKey(RoleSlot, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_assignments")
    is_deputy = models.BooleanField(default=False)
    started_on = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="Agreed last day; empty: until somebody ends it.")
    ended_on = models.DateField(null=True, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=now)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["slot_id", "is_deputy", "started_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "person"], condition=Q(ended_on__isnull=True), name="one_open_assignment_per_role"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("started_on")),
                name="assignment_lasts_until_its_start_or_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.slot}"


class ExternalHolder(models.Model):
    """Somebody from outside who holds a role: named in findings, without an account, never asked to decide."""

    has_accepted: bool
    """Whether the charter that counts was accepted on paper; set by ``queries.holders``."""

    slot = models.ForeignKey(RoleSlot, on_delete=models.PROTECT, related_name="externals")
    name = models.CharField(max_length=160)
    company = models.CharField(max_length=160, blank=True)
    email = models.EmailField(blank=True)
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who looks after them and answers for them inside.",
    )
    started_on = models.DateField()
    until = models.DateField(help_text="Last day of the engagement.")
    ended_on = models.DateField(null=True, blank=True)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["slot_id", "started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("started_on")), name="external_holds_until_their_start_or_later"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.company})" if self.company else self.name


class Meeting(models.Model):
    """A date of the cycle's rhythm: of one team, or of the whole wave when ``team`` is empty."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="meetings")
    kind = models.SlugField(max_length=40, help_text="Key of the playbook's meeting.")
    team = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    occurrence = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Place in the series made from the playbook, from 0; empty: planned by hand."
    )
    edited_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody last changed it by hand; it is then never overwritten."
    )
    sequence = models.PositiveIntegerField(default=0, help_text="How often calendars had to be told of a change.")
    changed_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "kind", "team", "starts_at"],
                condition=Q(cancelled_at__isnull=True),
                name="one_meeting_per_team_kind_and_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.starts_at:%Y-%m-%d %H:%M}"
