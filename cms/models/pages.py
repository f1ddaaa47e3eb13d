"""The site's own pages: home and guidance."""

from typing import ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

ARTICLE_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "image"]


class HomePage(Page):
    """What visitors see. Signed-in people see Today at the same address."""

    headline = models.CharField(max_length=160)
    introduction = models.TextField(max_length=600)
    body = RichTextField(blank=True, features=ARTICLE_FEATURES)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("introduction"), FieldPanel("body")]
    max_count = 1
    subpage_types: ClassVar[list[str]] = ["courses.CatalogPage", "cms.ArticleIndexPage"]
    template = "cms/home.html"


class ArticleIndexPage(Page):
    """The list of guidance articles."""

    introduction = models.TextField(blank=True, max_length=600)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.ArticlePage"]
    max_count = 1
    template = "cms/article_list.html"


class ArticlePage(Page):
    """Guidance in a few minutes' reading."""

    summary = models.TextField(max_length=300)
    body = RichTextField(features=ARTICLE_FEATURES)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    parent_page_types: ClassVar[list[str]] = ["cms.ArticleIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    template = "cms/article_detail.html"
