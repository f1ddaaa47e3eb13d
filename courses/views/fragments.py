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


def _kept(name: str, template: str, context: dict[str, Any]) -> SafeString:
    """Return ``template`` rendered with ``context``, on which the piece depends whole."""
    key = fragment_key(name, context)
    html: SafeString | None = caches["process"].get(key)
    if html is None:
        html = render_to_string(template, context)
        caches["process"].set(key, html)
    return html


def choices_html(question: dict[str, Any]) -> SafeString:
    """Return the choices of a question to answer, given its ``choices``, ``is_multiple``, ``name`` and ``auto_id``."""
    shown = {name: question[name] for name in ("choices", "is_multiple", "name", "auto_id")}
    return _kept("choices", "courses/partials/question_choices.html", {"question": shown})


def answers_html(questions: list[dict[str, Any]]) -> SafeString:
    """Return every question with what was chosen, what is right and why, as list items."""
    items = [
        _kept("answer", "courses/partials/answer_explained.html", {"question": question}) for question in questions
    ]
    return mark_safe("".join(items))


def outline_html(course_slug: str, outline: Outline, current_key: str = "") -> SafeString:
    """Return the modules and lessons of ``outline`` as list items, the lesson ``current_key`` marked as open."""
    context = {"course_slug": course_slug, "outline": outline, "current_key": current_key}
    return _kept("outline", "courses/partials/outline.html", context)


def cards_html(cards: list[CatalogCard]) -> SafeString:
    """Return the catalog's cards as list items."""
    keys = {fragment_key("card", card): card for card in cards}
    found = caches["process"].get_many(keys)
    for key, card in keys.items():
        if key not in found:
            found[key] = render_to_string("courses/partials/course_card.html", {"card": card})
            caches["process"].set(key, found[key])
    return mark_safe("".join(found[key] for key in keys))
