"""What can be earned, and what must be shown for it."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from courses.api import CoursePage


class Rubric(models.Model):
    """What an observer looks for.

    ``criteria``: list of ``{"key", "title", "question", "anchors": {"1": text, "2": …, "3": …, "4": …}}``.
    Passed when every score is at least ``minimum_each`` and the mean at least ``minimum_mean``.
    """

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    criteria = models.JSONField()
    minimum_each = models.PositiveSmallIntegerField(default=2)
    minimum_mean = models.DecimalField(max_digits=3, decimal_places=2, default=3)

    def __str__(self) -> str:
        return self.title


class Certification(ClusterableModel):
    """A scheme: its requirements, and how long the credential is valid."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    statement = models.TextField(help_text="What the certificate says the holder has shown.")
    validity_months = models.PositiveSmallIntegerField(default=24, validators=[MinValueValidator(1)])
    is_open = models.BooleanField(default=True, help_text="Takes new candidates.")

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Requirement(Orderable):
    """One thing to show: a completed course, or observations passed in front of other people."""

    class Kind(models.TextChoices):
        COURSE = "course", "Course completed"
        OBSERVATION = "observation", "Observation passed"

    certification = ParentalKey(Certification, on_delete=models.CASCADE, related_name="requirements")
    key = models.SlugField(max_length=80, help_text="Stable name inside the certification.")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title = models.CharField(max_length=160)
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    quantity = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])

    class Meta(Orderable.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["certification", "key"], name="one_requirement_per_key"),
            models.CheckConstraint(
                condition=Q(kind="course", course__isnull=False) | Q(kind="observation", rubric__isnull=False),
                name="requirement_names_its_course_or_rubric",
            ),
        ]

    def __str__(self) -> str:
        return self.title
