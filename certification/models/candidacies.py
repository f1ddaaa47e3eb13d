"""One person's way through one period of a certification."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from certification.models.schemes import Certification, Rubric
from people.api import now


class CandidacyQuerySet(models.QuerySet["Candidacy"]):
    def open(self) -> Self:
        return self.filter(state=Candidacy.State.OPEN)

    def of(self, person_id: int) -> Self:
        return self.filter(person_id=person_id)


class Candidacy(models.Model):
    """What must be shown is pinned at the start: ``requirements`` is a list of ``{"key", "kind", "title",
    "course_key", "rubric_key", "rubric", "quantity"}`` (``rubric`` is ``Rubric.as_pinned()`` or null); later changes
    of the scheme or the rubric do not reach it.
    """

    class State(models.TextChoices):
        OPEN = "open", "In progress"
        CERTIFIED = "certified", "Certified"
        WITHDRAWN = "withdrawn", "Withdrawn"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="candidacies")
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="candidacies")
    period = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    requirements = models.JSONField()
    opened_at = models.DateTimeField(default=now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CandidacyQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-id"]
        verbose_name_plural = "candidacies"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "certification"], condition=Q(state="open"), name="one_open_candidacy_per_person"
            ),
            models.UniqueConstraint(fields=["person", "certification", "period"], name="one_candidacy_per_period"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.certification}"

    def requirement(self, key: str) -> dict[str, Any] | None:
        """Return the pinned requirement with ``key``, or None."""
        return next((requirement for requirement in self.requirements if requirement["key"] == key), None)


class ObservationQuerySet(models.QuerySet["Observation"]):
    def booked(self) -> Self:
        return self.filter(state=Observation.State.BOOKED)

    def passed(self) -> Self:
        return self.filter(outcome__in=Observation.PASSING)

    def by(self, observer_id: int) -> Self:
        return self.filter(observer_id=observer_id)


class Observation(models.Model):
    """A coach seen at work by another person: booked, then recorded once with scores and a quote each.

    ``scores``: list of ``{"criterion", "score" (1-4), "quote"}`` in the rubric's order.
    """

    class State(models.TextChoices):
        BOOKED = "booked", "Booked"
        RECORDED = "recorded", "Recorded"
        CANCELLED = "cancelled", "Cancelled"

    class Outcome(models.TextChoices):
        PASSED = "passed", "Passed"
        PASSED_WITH_GOAL = "passed_with_goal", "Passed with a coaching goal"
        REPEAT = "repeat", "Asked to repeat"

    PASSING = (Outcome.PASSED, Outcome.PASSED_WITH_GOAL)

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="observations")
    requirement_key = models.SlugField(max_length=80)
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="+")
    candidate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="observations")
    observer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="observed_sessions")
    occasion = models.CharField(max_length=200, help_text="What was observed, for example the planning of a team.")
    observed_on = models.DateField(help_text="Planned day, then the day it took place.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.BOOKED)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    scores = models.JSONField(default=list, blank=True)
    feedback = models.TextField(blank=True, max_length=4000)
    coaching_goal = models.TextField(blank=True, max_length=1000)
    booked_at = models.DateTimeField(default=now)
    recorded_at = models.DateTimeField(null=True, blank=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["-observed_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(observer=F("candidate")), name="nobody_observes_themselves"),
            models.CheckConstraint(
                condition=(Q(state="recorded") & ~Q(outcome="")) | (~Q(state="recorded") & Q(outcome="")),
                name="recorded_observations_have_an_outcome",
            ),
            models.UniqueConstraint(
                fields=["candidacy", "requirement_key", "observer"],
                condition=Q(state="booked"),
                name="one_booked_observation_per_observer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} observed by {self.observer}"
