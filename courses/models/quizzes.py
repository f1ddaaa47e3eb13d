"""Quizzes: what authors edit (Quiz, Question), what attempts pin (QuestionVersion), what learners did (attempts)."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.models import Orderable

from courses.models.enrollments import Enrollment
from people.api import now


class QuizForm(WagtailAdminModelForm):
    """The key can be chosen once: course versions name the quiz by it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "key" in self.fields:
            self.fields["key"].disabled = True


class Quiz(ClusterableModel):
    """A quiz that a lesson shows. Editing never changes an attempt: attempts pin question versions."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    pass_percent = models.PositiveSmallIntegerField(
        default=70, validators=[MinValueValidator(1), MaxValueValidator(100)], help_text="Percent of points to pass."
    )
    attempts_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text="Empty: as often as one likes."
    )

    base_form_class = QuizForm
    panels = [
        FieldPanel("title"),
        FieldPanel("key"),
        FieldPanel("pass_percent"),
        FieldPanel("attempts_limit"),
        InlinePanel("questions", heading="Questions", min_num=1),
    ]

    class Meta:
        verbose_name_plural = "quizzes"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ChoiceBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=300)
    right = blocks.BooleanBlock(required=False)
    why = blocks.CharBlock(required=False, max_length=400, help_text="Shown after answering.")


class Question(Orderable):
    """A question as the author edits it; learners only ever see its ``QuestionVersion``."""

    class Kind(models.TextChoices):
        SINGLE = "single", "Single choice"
        MULTIPLE = "multiple", "Multiple choice"
        TRUE_FALSE = "true_false", "True or false"

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=80, help_text="Stable name inside the quiz.")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.SINGLE)
    prompt = models.TextField(max_length=1200)
    choices = StreamField([("choice", ChoiceBlock())])
    explanation = models.TextField(blank=True, max_length=1200, help_text="Shown after answering.")

    panels = [
        FieldPanel("prompt"),
        FieldPanel("key"),
        FieldPanel("kind"),
        FieldPanel("choices"),
        FieldPanel("explanation"),
    ]

    class Meta(Orderable.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["quiz", "key"], name="one_question_per_key_in_a_quiz")
        ]

    def __str__(self) -> str:
        return self.prompt[:80]

    def clean(self) -> None:
        """Refuse a question that nobody can answer right: no right choice, or two where one is asked for."""
        super().clean()
        right = [bool(block.value["right"]) for block in self.choices]
        if len(right) < 2:
            raise ValidationError({"choices": "A question needs at least two choices."})
        if not any(right):
            raise ValidationError({"choices": "Mark at least one choice as right."})
        if self.kind != self.Kind.MULTIPLE and sum(right) > 1:
            raise ValidationError({"choices": "Only one choice can be right here. Or make it multiple choice."})
        if self.kind == self.Kind.TRUE_FALSE and len(right) != 2:
            raise ValidationError({"choices": "True or false has exactly two choices."})
        if self.kind == self.Kind.MULTIPLE and all(right):
            raise ValidationError({"choices": "At least one choice must be wrong, or there is nothing to choose."})


class QuestionVersion(models.Model):
    """A question as it was asked: immutable, made when its content changed.

    ``choices`` is a list of ``{"id", "text", "right", "why"}``; ids are stable within the version.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="question_versions")
    question_key = models.SlugField(max_length=80)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Question.Kind.choices)
    prompt = models.TextField()
    choices = models.JSONField()
    explanation = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    is_current = models.BooleanField(default=True, help_text="Asked in new attempts.")
    made_at = models.DateTimeField(default=now)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["quiz_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "question_key", "number"], name="one_question_version_per_number"),
            models.UniqueConstraint(
                fields=["quiz", "question_key"], condition=Q(is_current=True), name="one_current_version_per_question"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_key} v{self.number}"


class QuizAttempt(models.Model):
    """One try, held by the server from its start. ``question_ids`` pins the question versions and their order."""

    class State(models.TextChoices):
        OPEN = "open", "In progress"
        SUBMITTED = "submitted", "Submitted"

    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    lesson_key = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    question_ids = models.JSONField()
    pass_percent = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    points_possible = models.PositiveSmallIntegerField()
    passed = models.BooleanField(null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["enrollment_id", "quiz_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrollment", "quiz"], condition=Q(state="open"), name="one_open_attempt_per_quiz"
            ),
            models.UniqueConstraint(fields=["enrollment", "quiz", "number"], name="one_attempt_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz}, attempt {self.number}"

    @property
    def percent(self) -> int | None:
        """The score in whole percent, rounded down so that a rounded figure never shows a pass that is none."""
        if self.points is None:
            return None
        return int(self.points * 100 / self.points_possible) if self.points_possible else 0


class Answer(models.Model):
    """The choices picked for one question of one attempt; changeable until the attempt is submitted."""

    attempt = models.ForeignKey(QuizAttempt, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="answers")
    chosen = models.JSONField(default=list, help_text="Ids of the chosen choices.")
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    answered_at = models.DateTimeField(default=now)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "question"], name="one_answer_per_question")]

    def __str__(self) -> str:
        return f"{self.question} in {self.attempt_id}"
