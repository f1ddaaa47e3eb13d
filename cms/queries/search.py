"""Search over courses, articles, glossary and programs, through Wagtail's database search on both databases."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import PageViewRestriction
from wagtail.query import PageQuerySet

from cms.models import ArticlePage
from cms.queries.glossary import folded, glossary_terms
from cms.queries.kinds import KINDS
from courses.api import CoursePage
from people.api import User, organization
from rollout.api import Program, may_see_every_program, programs_of

WORDS_AT_MOST = 8
RESULTS_PER_KIND = 100


@dataclass(frozen=True)
class Hit:
    """One line of the result list. ``kind`` is a key of ``KINDS``."""

    kind: str
    title: str
    url: str
    text: str
    note: str = ""


def words_of(query: str) -> str:
    """Return the words to search for: letters and digits only, so that nobody's punctuation becomes search syntax."""
    return " ".join(re.findall(r"\w+", query)[:WORDS_AT_MOST])[:200]


def search(query: str, request: HttpRequest) -> dict[str, list[Hit]]:
    """Return what the person behind ``request`` may see, by kind, best first.

    A fixed number of queries. Empty lists when ``query`` holds no word.
    """
    words = words_of(query)
    found: dict[str, list[Hit]] = {kind: [] for kind in KINDS}
    if not words:
        return found
    person = request.user
    if person.is_authenticated or organization().catalog_open_to_visitors:
        found["courses"] = _courses(words, request)
        found["glossary"] = _terms(words)
    found["articles"] = _articles(words, request)
    if isinstance(person, User):
        found["programs"] = _programs(words, person)
    return found


def _courses(words: str, request: HttpRequest) -> list[Hit]:
    return [
        Hit(
            "courses",
            course.title,
            reverse("courses:course", args=[course.slug]),
            course.summary,
            f"{course.minutes} min",
        )
        for course in _matches(CoursePage.objects.live(), words, request)
    ]


def _articles(words: str, request: HttpRequest) -> list[Hit]:
    articles = _matches(ArticlePage.objects.live().defer("body"), words, request)
    return [Hit("articles", page.title, page.get_url(request) or "", page.summary) for page in articles]


def _terms(words: str) -> list[Hit]:
    address = reverse("cms:glossary")
    return [
        Hit("glossary", term.term, f"{address}#term-{term.key}", term.definition)
        for term in glossary_terms(words)[:RESULTS_PER_KIND]
    ]


def _programs(words: str, person: User) -> list[Hit]:
    wanted = folded(words).split()
    visible = Program.objects.order_by("title", "pk") if may_see_every_program(person) else programs_of(person)
    return [
        Hit("programs", program.title, reverse("rollout:board", args=[program.slug]), program.goal)
        for program in visible
        if all(word in folded(f"{program.title} {program.goal}") for word in wanted)
    ]


def _matches(pages: PageQuerySet, words: str, request: HttpRequest) -> list[Any]:
    """Pages that contain all words, then pages whose title has words that begin like them; each once."""
    pages = _visible(pages, request)
    whole = pages.search(words, operator="and")[:RESULTS_PER_KIND]
    begun = pages.autocomplete(words, operator="and")[:RESULTS_PER_KIND]
    return list({page.pk: page for page in [*whole, *begun]}.values())


def _visible(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Leave out what Wagtail's privacy settings hide from the person behind ``request``."""
    for restriction in PageViewRestriction.objects.select_related("page").prefetch_related("groups"):
        if not restriction.accept_request(request):
            pages = pages.not_descendant_of(restriction.page, inclusive=True)
    return pages
