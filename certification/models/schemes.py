"""What can be earned, and what must be shown for it."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from certification.blocks import CriterionBlock
from courses.api import CoursePage


class Rubric(models.Model):
    """What an observer looks for. Passed when every score is at least ``minimum_each`` and the mean at least
    ``minimum_mean``."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    criteria = StreamField([("criterion", CriterionBlock())], min_num=1)
    minimum_each = models.PositiveSmallIntegerField(
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text="No criterion may be scored lower than this for a pass (1 to 4).",
    )
    minimum_mean = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text="The mean of all criteria must reach this for a pass (1 to 4).",
    )

    def __str__(self) -> str:
        return self.title

    def as_pinned(self) -> dict[str, Any]:
        """Return the whole rubric as plain data, for pinning: ``{"key", "title", "criteria", "minimum_each",
        "minimum_mean"}``, criteria as ``{"key", "title", "question", "anchors": {"1": …, "4": …}}``, the mean as text.
        """
        criteria = []
        for block in self.criteria:
            value = block.value
            anchors = value["anchors"]
            criteria.append(
                {
                    "key": value["key"],
                    "title": value["title"],
                    "question": value["question"],
                    "anchors": {
                        "1": anchors["one"],
                        "2": anchors["two"],
                        "3": anchors["three"],
                        "4": anchors["four"],
                    },
                }
            )
        return {
            "key": self.key,
            "title": self.title,
            "criteria": criteria,
            "minimum_each": self.minimum_each,
            "minimum_mean": str(self.minimum_mean),
        }


class Certification(ClusterableModel):
    """A scheme: its requirements, and how long the credential is valid."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    statement = models.TextField(
        help_text="Continues “This is to certify that (name) …”, for example: has completed the training of coaches "
        "and was seen leading a drafting session."
    )
    validity_months = models.PositiveSmallIntegerField(
        default=24, validators=[MinValueValidator(1)], help_text="How long a certificate is valid, in months."
    )
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
    quantity = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1)],
        help_text="How many passed observations, each by another observer. Always 1 for a course.",
    )

    class Meta(Orderable.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["certification", "key"], name="one_requirement_per_key"),
            models.CheckConstraint(
                condition=Q(kind="course", course__isnull=False) | Q(kind="observation", rubric__isnull=False),
                name="requirement_names_its_course_or_rubric",
                violation_error_message="Choose the course to complete, or the rubric of the observation.",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & (Q(kind="observation") | Q(quantity=1)),
                name="a_course_is_required_once",
                violation_error_message="A course is required once: set its quantity to 1.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
