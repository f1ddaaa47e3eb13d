"""Pieces of pages that look the same for everybody who stands the same: rendered once, kept with the lesson bodies."""

from hashlib import blake2b
from typing import Any

from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from courses.queries.outlines import Outline
from courses.queries.screens import CatalogCard


def fragment_key(name: str, *depends: Any) -> str:
    """Return the cache key of a piece that is made from ``depends`` and nothing else."""
    return f"{name}:{blake2b(repr(depends).encode(), digest_size=16).hexdigest()}"


def outline_html(course_slug: str, outline: Outline, current_key: str = "") -> SafeString:
    """Return the modules and lessons of ``outline`` as list items, the lesson ``current_key`` marked as open."""
    key = fragment_key("outline", course_slug, current_key, outline)
    html: SafeString | None = caches["process"].get(key)
    if html is None:
        context = {"course_slug": course_slug, "outline": outline, "current_key": current_key}
        html = render_to_string("courses/partials/outline.html", context)
        caches["process"].set(key, html)
    return html


def cards_html(cards: list[CatalogCard]) -> SafeString:
    """Return the catalog's cards as list items."""
    keys = {fragment_key("card", card): card for card in cards}
    found = caches["process"].get_many(keys)
    for key, card in keys.items():
        if key not in found:
            found[key] = render_to_string("courses/partials/course_card.html", {"card": card})
            caches["process"].set(key, found[key])
    return mark_safe("".join(found[key] for key in keys))
