"""Where somebody works, and which personas they were given. Rows end, they are never deleted."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.clock import now
from people.models.units import Unit
from people.models.users import Persona


class MembershipQuerySet(models.QuerySet["Membership"]):
    def open(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def of(self, person_id: int) -> Self:
        return self.filter(person_id=person_id)

    def within(self, unit: Unit) -> Self:
        """Members of ``unit`` or of any unit below it."""
        return self.filter(unit__path__startswith=unit.path)


class Membership(models.Model):
    """One person's place: unit, manager, job title, location. A move ends one row and opens another."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="managed_memberships"
    )
    job_title = models.CharField(max_length=160, blank=True)
    location = models.CharField(max_length=120, blank=True)
    hired_on = models.DateField("hire date", help_text="First day in the company, kept through moves.")
    started_on = models.DateField(help_text="First day in this unit.")
    ended_on = models.DateField(null=True, blank=True, help_text="Last day in this unit.")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["person_id", "-started_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_on__isnull=True), name="one_open_membership_per_person"
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("person")), name="nobody_manages_themselves"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="membership_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["manager", "ended_on"], name="membership_by_manager")]

    def __str__(self) -> str:
        return f"{self.person} in {self.unit}"


class PersonaAssignment(models.Model):
    """A persona that somebody was given: executive, coach or people lead."""

    ASSIGNABLE = (Persona.EXECUTIVE, Persona.COACH, Persona.PEOPLE_LEAD)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="persona_assignments")
    persona = models.CharField(max_length=16, choices=[(p.value, p.label) for p in ASSIGNABLE])
    assigned_at = models.DateTimeField(default=now)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "persona"], name="one_assignment_per_person_and_persona")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_persona_display()}"
