"""Catalog, course and lesson as Wagtail pages (decision 0003): the editors' tree, preview, workflow, scheduling."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from courses.blocks import LessonBody
from people.api import Persona


class CatalogPage(Page):
    """The one parent of all courses."""

    introduction = models.TextField(blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    max_count = 1


class CoursePageForm(WagtailAdminPageForm):
    """Personas as boxes to tick; the key can be chosen once and is read-only afterwards."""

    personas = forms.MultipleChoiceField(
        choices=Persona.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For whom. None ticked: for everyone.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.key and "key" in self.fields:
            self.fields["key"].disabled = True


class CoursePage(Page):
    """A course. ``key`` is what playbooks, rules and certifications name; it never changes with title or place."""

    class Level(models.TextChoices):
        FOUNDATIONS = "foundations", "Foundations"
        ADVANCED = "advanced", "Advanced"
        CERTIFIED = "certified", "Certified"

    class Topic(models.TextChoices):
        METHOD = "method", "Method"
        LEADERSHIP = "leadership", "Leadership"
        WRITING = "writing", "Writing"
        RHYTHM = "rhythm", "Rhythm"
        ALIGNMENT = "alignment", "Alignment"
        COACHING = "coaching", "Coaching"
        ONBOARDING = "onboarding", "Onboarding"

    class Format(models.TextChoices):
        SELF_PACED = "self_paced", "Self-paced"
        BLENDED = "blended", "Blended"

    key = models.SlugField(max_length=80, unique=True, blank=True, help_text="Stable name for playbooks and rules.")
    summary = models.TextField(max_length=300, help_text="One or two sentences for the catalog.")
    outcomes = models.TextField(blank=True, help_text="What a learner can do afterwards, one per line.")
    level = models.CharField(max_length=12, choices=Level.choices, default=Level.FOUNDATIONS)
    topic = models.CharField(max_length=12, choices=Topic.choices, default=Topic.METHOD)
    format = models.CharField(max_length=12, choices=Format.choices, default=Format.SELF_PACED)
    personas = models.JSONField(
        default=list, blank=True, help_text="For whom, a list of persona names; empty: everyone."
    )
    minutes = models.PositiveSmallIntegerField(default=30, validators=[MinValueValidator(1)])

    base_form_class = CoursePageForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("outcomes"),
        MultiFieldPanel(
            [FieldPanel("level"), FieldPanel("topic"), FieldPanel("format"), FieldPanel("minutes")], heading="Catalog"
        ),
        FieldPanel("personas"),
        FieldPanel("key"),
    ]
    parent_page_types: ClassVar[list[str]] = ["courses.CatalogPage"]
    subpage_types: ClassVar[list[str]] = ["courses.LessonPage"]
    template = "courses/course_preview.html"
    # A page copy gets a key of its own: completion must not follow the copy (house.md, rule 10).
    exclude_fields_in_copy: ClassVar[list[str]] = ["key"]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.FilterField("level")]

    class Meta:
        verbose_name = "course"

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        if not self.key:
            self.key = f"{self.slug or 'course'}-{uuid.uuid4().hex[:6]}"
        super().full_clean(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("courses:course", args=[self.slug])

    @property
    def outcome_lines(self) -> list[str]:
        return [line.strip() for line in self.outcomes.splitlines() if line.strip()]

    @property
    def persona_labels(self) -> list[str]:
        return [Persona(name).label for name in self.personas if name in Persona.values]


class LessonPage(Page):
    """A lesson. ``key`` is its stable identity in course versions and completions; a copy gets a new one."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    module = models.CharField(max_length=120, blank=True, help_text="Heading that groups lessons in the outline.")
    minutes = models.PositiveSmallIntegerField(default=5, validators=[MinValueValidator(1)])
    required = models.BooleanField(default=True, help_text="Needed to complete the course.")
    body = StreamField(LessonBody())

    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "courses/lesson_preview.html"
    exclude_fields_in_copy: ClassVar[list[str]] = ["key"]
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("module"), FieldPanel("minutes"), FieldPanel("required")], heading="Place"),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = "lesson"

    def get_absolute_url(self) -> str:
        """The lesson's address; asks for the course's slug, so lists build it from slugs they already have."""
        return reverse("courses:lesson", args=[self.get_parent().slug, self.slug])
