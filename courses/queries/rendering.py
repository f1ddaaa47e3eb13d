"""A lesson's body as it is read: rendered once per published revision, glossary words explained in place.

Static blocks become finished HTML; reflections, checklists and quizzes stay typed parts, because what they show
depends on the person.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe

from courses.models import LessonPage
from courses.queries.content import fingerprint
from courses.queries.glossary import Explainer, Glossary, Term, glossary

EXPLAINED_IN = frozenset({"text", "callout"})
"""Blocks with running text; in examples the words are the example."""

FILES_SECONDS = 600
"""Bodies with pictures, files or videos are made anew after ten minutes: those can change without the lesson."""

NOTHING = SafeString("")
WITH_FILES = frozenset({"image", "file", "video"})


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a checklist; ``id`` is what a response stores."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a lesson: finished ``html``, or something the learner does (reflection, checklist, quiz)."""

    kind: str
    html: SafeString = NOTHING
    block_id: str = ""
    prompt: str = ""
    hint: str = ""
    items: tuple[Item, ...] = ()
    quiz_id: int | None = None


@dataclass(frozen=True, slots=True)
class RenderedBody:
    """What a lesson page shows: its parts in order, and the glossary terms that were marked in them.

    For each of ``terms`` the page adds an element ``id="term-<key>" popover`` with the definition.
    """

    parts: tuple[Part, ...]
    terms: tuple[Term, ...]

    @property
    def interactive(self) -> tuple[Part, ...]:
        """The parts that keep what a learner writes or ticks."""
        return tuple(part for part in self.parts if part.kind in {"reflection", "checklist"})

    @property
    def quiz_id(self) -> int | None:
        return next((part.quiz_id for part in self.parts if part.kind == "quiz"), None)


def lesson_body(lesson: LessonPage) -> RenderedBody:
    """Return the rendered body of a lesson as it stands in the database, from the cache when it was rendered before.

    ``lesson.body`` may be deferred: for a page published through a revision, a hit never reads it. Previews hold
    unpublished content and go to ``render_body`` instead.
    """
    words = glossary()
    revision = lesson.live_revision_id
    state = f"r{revision}" if revision else fingerprint(list(lesson.body.raw_data))[:24]
    key = f"lesson:{lesson.pk}:{state}:{words.stamp}"
    rendered: RenderedBody | None = caches["process"].get(key)
    if rendered is None:
        rendered = render_body(lesson, words)
        has_files = any(child.block_type in WITH_FILES for child in lesson.body)
        caches["process"].set(key, rendered, *([FILES_SECONDS] if has_files else []))
    return rendered


def render_body(lesson: LessonPage, words: Glossary | None = None) -> RenderedBody:
    """Render every block of ``lesson`` now, past the cache. ``words`` None: the glossary as it stands."""
    explain = Explainer((words or glossary()).terms)
    parts: list[Part] = []
    waiting: list[str] = []

    def flush() -> None:
        if waiting:
            parts.append(Part("html", mark_safe("\n".join(waiting))))
            waiting.clear()

    for child in lesson.body:
        part = _interactive_part(child)
        if part is None:
            html = str(child.render(context=_block_context(child)))
            waiting.append(explain(html) if child.block_type in EXPLAINED_IN else html)
        else:
            flush()
            parts.append(part)
    flush()
    return RenderedBody(tuple(parts), tuple(explain.found))


def interactive_blocks(lesson: LessonPage) -> dict[str, Part]:
    """Return the lesson's reflections and checklists by block id, without rendering anything."""
    found = (_interactive_part(child) for child in lesson.body if child.block_type in {"reflection", "checklist"})
    return {part.block_id: part for part in found if part is not None}


def _interactive_part(child: Any) -> Part | None:
    value, block_id = child.value, str(child.id)
    match child.block_type:
        case "reflection":
            return Part("reflection", block_id=block_id, prompt=value["prompt"], hint=value["hint"] or "")
        case "checklist":
            items = tuple(Item(str(item.id), str(item.value)) for item in value["items"].bound_blocks)
            return Part("checklist", block_id=block_id, prompt=value["title"], items=items)
        case "quiz":
            return Part("quiz", block_id=block_id, quiz_id=value["quiz"].pk if value["quiz"] else None)
    return None


def _block_context(child: Any) -> dict[str, Any]:
    return {"player_url": player_url(child.value["video"].url)} if child.block_type == "video" else {}


def player_url(address: str) -> str:
    """Return the privacy-friendly player for a YouTube or Vimeo address, empty for any other (it becomes a link)."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    name = parts.path.rsplit("/", 1)[-1]
    if host in {"vimeo.com", "player.vimeo.com"}:
        return f"https://player.vimeo.com/video/{name}?dnt=1" if name.isdigit() else ""
    if host in {"youtube.com", "youtube-nocookie.com"}:
        name = parse_qs(parts.query).get("v", [name])[0]
    elif host != "youtu.be":
        return ""
    return f"https://www.youtube-nocookie.com/embed/{name}" if re.fullmatch(r"[\w-]{6,20}", name) else ""
