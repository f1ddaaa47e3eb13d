"""Who learns what, how far, against which pinned version. One enrollment is one cycle; nothing is ever reset.

These rows stay out of Wagtail's reference index: it would cost two queries each time a learner does something.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.pages import CoursePage
from people.api import now


class CourseVersion(models.Model):
    """What completing the course requires, frozen at publish. Never changed once made.

    ``lessons`` is a list in course order of ``{"key", "title", "module", "minutes", "required", "quiz"}``;
    ``quiz`` is null or ``{"key", "pass_percent"}``.
    """

    # A course nobody ever took may be deleted with its versions; enrollments protect both.
    course = models.ForeignKey(CoursePage, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    lessons = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["course_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="one_course_version_per_number")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def required_keys(self) -> list[str]:
        """Keys of the lessons that complete the course; all of them when the author requires none in particular."""
        return [lesson["key"] for lesson in self.lessons if lesson["required"]] or [
            lesson["key"] for lesson in self.lessons
        ]

    def lesson(self, key: object) -> dict[str, Any] | None:
        """The pinned lesson with this key (a UUID or its text), None when the version has no such lesson."""
        return next((lesson for lesson in self.lessons if lesson["key"] == str(key)), None)


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def open(self) -> Self:
        return self.filter(state=Enrollment.State.OPEN)

    def completed(self) -> Self:
        return self.filter(state=Enrollment.State.COMPLETED)

    def of(self, person_id: int) -> Self:
        return self.filter(person_id=person_id)

    def unarchived(self) -> Self:
        return self.exclude(state=Enrollment.State.ARCHIVED)


class Enrollment(models.Model):
    """One cycle of one person through one course version."""

    class State(models.TextChoices):
        OPEN = "open", "In progress"
        COMPLETED = "completed", "Completed"
        ARCHIVED = "archived", "Archived"

    class Source(models.TextChoices):
        SELF = "self", "Enrolled oneself"
        ASSIGNED = "assigned", "Assigned"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrollments")
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="enrollments")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="enrollments")
    cycle = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.SELF)
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    enrolled_at = models.DateTimeField(default=now)
    due_on = models.DateField(null=True, blank=True)
    last_lesson_key = models.UUIDField(null=True, blank=True, help_text="Where the learner left off.")
    completed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = EnrollmentQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["person_id", "course_id", "-cycle"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course"], condition=Q(state="open"), name="one_open_enrollment_per_person_and_course"
            ),
            models.UniqueConstraint(fields=["person", "course", "cycle"], name="one_enrollment_per_cycle"),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=False) | ~Q(state="completed"),
                name="completed_enrollments_have_a_date",
            ),
        ]
        indexes = [models.Index(fields=["course", "state", "person"], name="enrollment_by_course_state")]

    def __str__(self) -> str:
        return f"{self.person}: {self.version} ({self.get_state_display()})"


class LessonCompletion(models.Model):
    """The fact that a lesson was finished. Appended once, never taken back."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="lesson_completions")
    lesson_key = models.UUIDField()
    completed_at = models.DateTimeField(default=now)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrollment", "lesson_key"], name="one_completion_per_lesson")]

    def __str__(self) -> str:
        return f"{self.lesson_key} in {self.enrollment_id}"


class LessonResponse(models.Model):
    """What a learner wrote into a reflection (``text``) or ticked in a checklist (``ticked``): theirs alone."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="responses")
    lesson_key = models.UUIDField()
    block_id = models.CharField(max_length=36)
    text = models.TextField(blank=True, max_length=10_000)
    ticked = models.JSONField(default=list, blank=True)
    saved_at = models.DateTimeField(default=now)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "lesson_key", "block_id"], name="one_response_per_block")
        ]

    def __str__(self) -> str:
        return f"{self.block_id} in {self.enrollment_id}"
