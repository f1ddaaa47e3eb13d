"""Who carries the program, and when its meetings take place."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from people.api import Unit, now
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
    allows_external = models.BooleanField(default=False, help_text="Somebody from outside may hold it.")

    class Meta:
        ordering = ["program_id", "position"]
        constraints = [models.UniqueConstraint(fields=["program", "key"], name="one_role_slot_per_key")]

    def __str__(self) -> str:
        return self.title


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def open(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def of(self, person_id: int) -> Self:
        return self.filter(person_id=person_id)


class RoleAssignment(models.Model):
    """Who holds a role, from when to when. Ended, never deleted."""

    slot = models.ForeignKey(RoleSlot, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="role_assignments")
    is_deputy = models.BooleanField(default=False)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=now)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["slot_id", "is_deputy", "started_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "person"], condition=Q(ended_on__isnull=True), name="one_open_assignment_per_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.slot}"


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
