"""The site's own pages: home and guidance."""

import re
from typing import Any, ClassVar, NamedTuple

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from courses.api import CoursePage
from people.api import organization

ARTICLE_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "image"]
COURSES_ON_HOME = 3
WORDS_PER_MINUTE = 180


class Tread(NamedTuple):
    """One step of the stair that the home page shows to visitors: a picture of the method, not of any program."""

    number: int
    title: str
    state: str = ""
    gate: str = "closed"
    url: str = ""
    is_current: bool = False


STAIR = tuple(
    Tread(number, title)
    for number, title in enumerate(
        (
            "Set a clear goal",
            "Define the scope",
            "Select the pilot group",
            "Win the key people",
            "Provide coaching",
            "Run the first cycle",
            "Reflect on the pilot",
            "Plan the rollout",
        ),
        start=1,
    )
)


class HomePage(Page):
    """What visitors see. Signed-in people see Today at the same address."""

    headline = models.CharField(max_length=160)
    introduction = models.TextField(max_length=600)
    body = RichTextField(blank=True, features=ARTICLE_FEATURES)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("introduction"), FieldPanel("body")]
    max_count = 1
    subpage_types: ClassVar[list[str]] = ["courses.CatalogPage", "cms.ArticleIndexPage"]
    template = "cms/home.html"

    class Meta:
        verbose_name = "home page"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the stair of eight steps, and the first courses when the catalog is open to visitors."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["steps"] = STAIR
        if organization().catalog_open_to_visitors:
            courses = CoursePage.objects.live().public().order_by("path")
            context["courses"] = courses.only("title", "slug", "summary", "minutes")[:COURSES_ON_HOME]
        return context


class ArticleIndexPage(Page):
    """The list of guidance articles."""

    introduction = models.TextField(blank=True, max_length=600)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.ArticlePage"]
    max_count = 1
    template = "cms/article_list.html"

    class Meta:
        verbose_name = "list of articles"
        verbose_name_plural = "lists of articles"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the published articles in the editors' order, each with its address."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        articles = list(ArticlePage.objects.child_of(self).live().order_by("path"))
        for article in articles:
            article.address = article.get_url(request) or ""
        context["articles"] = articles
        return context


class ArticlePage(Page):
    """Guidance in a few minutes' reading."""

    summary = models.TextField(max_length=300)
    body = RichTextField(features=ARTICLE_FEATURES)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    parent_page_types: ClassVar[list[str]] = ["cms.ArticleIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    template = "cms/article_detail.html"

    class Meta:
        verbose_name = "article"

    address = ""
    """Where the article stands, filled in by lists that know the request."""

    @property
    def minutes(self) -> int:
        """Minutes to read the text, at least one."""
        words = len(re.sub(r"<[^>]+>", " ", self.body).split())
        return max(1, round(words / WORDS_PER_MINUTE))
