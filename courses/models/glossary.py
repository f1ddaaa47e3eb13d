from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.search import index


class GlossaryTerm(index.Indexed, models.Model):
    """A word the company uses in one sense only. Lessons explain it where it first occurs."""

    key = models.SlugField(max_length=80, unique=True)
    term = models.CharField(max_length=120)
    also = models.TextField(blank=True, help_text="Plurals and variants to recognize in running text, one per line.")
    definition = models.TextField(max_length=600)
    example = models.TextField(blank=True, max_length=600)
    related = models.ManyToManyField("self", blank=True, symmetrical=False, related_name="+")
    is_annotated = models.BooleanField(
        "explained in lessons",
        default=True,
        help_text="Off for everyday words (review, target): they stand in the glossary, but lessons do not mark them.",
    )

    panels = [
        FieldPanel("term"),
        FieldPanel("key"),
        FieldPanel("also"),
        FieldPanel("definition"),
        FieldPanel("example"),
        FieldPanel("related"),
        FieldPanel("is_annotated"),
    ]
    search_fields = [index.SearchField("term", boost=4), index.SearchField("definition")]

    class Meta:
        ordering = ["term"]

    def __str__(self) -> str:
        return self.term

    @property
    def spellings(self) -> list[str]:
        """The term and its variants, each once, as they may stand in running text."""
        lines = [self.term, *(line.strip() for line in self.also.splitlines())]
        return list(dict.fromkeys(line for line in lines if line))
