"""The words of the glossary, found in running text and turned into buttons that open their definition."""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html.parser import HTMLParser

from django.core.cache import caches
from django.utils.html import format_html

from courses.models import GlossaryTerm

CACHE_KEY = "glossary"
CACHE_SECONDS = 60
MOST_TERMS = 8
"""A lesson explains at most so many words: more would make the text restless."""

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CONTROLS = ("a", "button", "summary", "label", "select", "textarea")
NO_PROSE = ("svg", "code", "pre", "script", "style", "iframe", "video")
LEFT_ALONE = frozenset((*HEADINGS, *CONTROLS, *NO_PROSE))
ABBREVIATION = re.compile(r"[A-Z]{2,}s?")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary as a lesson explains it."""

    key: str
    term: str
    definition: str
    example: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Glossary:
    """The terms that lessons explain; ``stamp`` changes whenever one of them does."""

    stamp: str
    terms: tuple[Term, ...]


def glossary() -> Glossary:
    """Return the terms that lessons explain. One query a minute and process; ``forget_glossary`` makes it at once."""
    known: Glossary | None = caches["process"].get(CACHE_KEY)
    if known is None:
        terms = tuple(
            Term(term.key, term.term, term.definition, term.example, tuple(term.spellings))
            for term in GlossaryTerm.objects.filter(is_annotated=True).order_by("key")
        )
        known = Glossary(hashlib.sha256(repr(terms).encode()).hexdigest()[:16], terms)
        caches["process"].set(CACHE_KEY, known, CACHE_SECONDS)
    return known


def forget_glossary() -> None:
    """Let the next lesson look the terms up again, after an editor changed one."""
    caches["process"].delete(CACHE_KEY)


class Explainer:
    """Marks the first occurrence of each term; feed it a lesson's pieces of HTML in order.

    Whole words, the longest spelling first. Abbreviations (OKR, KPIs) only in capitals, other words in any case.
    Never inside links, headings, buttons or a tag. ``found`` lists the terms that were marked, at most ``most``.
    """

    def __init__(self, terms: Iterable[Term], most: int = MOST_TERMS) -> None:
        self.found: list[Term] = []
        self._most = most
        self._exact: dict[str, Term] = {}
        self._folded: dict[str, Term] = {}
        for term in terms:
            for spelling in term.spellings:
                if ABBREVIATION.fullmatch(spelling):
                    self._exact.setdefault(spelling, term)
                else:
                    self._folded.setdefault(_folded(spelling), term)
        self._pattern = _pattern(self._exact, self._folded)

    def __call__(self, html: str) -> str:
        """Return ``html`` with the words marked, otherwise unchanged to the letter."""
        if self._pattern is None or len(self.found) >= self._most:
            return html
        walk = _Walk(self._mark_words)
        walk.feed(html)
        walk.close()
        return "".join(walk.pieces)

    def _mark_words(self, text: str) -> str:
        return self._pattern.sub(self._mark, text) if self._pattern else text

    def _mark(self, match: re.Match[str]) -> str:
        word = match.group()
        term = self._exact.get(word) or self._folded.get(_folded(word))
        if term is None or term in self.found or len(self.found) >= self._most:
            return word
        self.found.append(term)
        # The word comes out of HTML and is escaped already, so it must not pass through format_html.
        opening = format_html('<button type="button" class="term" popovertarget="term-{}">', term.key)
        return f"{opening}{word}</button>"


def _folded(spelling: str) -> str:
    return " ".join(spelling.casefold().split())


def _pattern(exact: Iterable[str], folded: Iterable[str]) -> re.Pattern[str] | None:
    alternatives = [(spelling, False) for spelling in exact] + [(spelling, True) for spelling in folded]
    alternatives.sort(key=lambda pair: len(pair[0]), reverse=True)
    words = "|".join(_words(spelling, any_case) for spelling, any_case in alternatives)
    return re.compile(rf"(?<![\w&#-])(?:{words})(?![\w-])") if words else None


def _words(spelling: str, any_case: bool) -> str:
    words = r"\s+".join(re.escape(word) for word in spelling.split())
    return f"(?i:{words})" if any_case else words


class _Walk(HTMLParser):
    """Passes HTML through untouched, except for text outside the elements that are left alone."""

    def __init__(self, change: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[str] = []
        self._change = change
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pieces.append(self.get_starttag_text() or "")
        self._depth += tag in LEFT_ALONE

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.pieces.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self.pieces.append(f"</{tag}>")
        self._depth -= tag in LEFT_ALONE and self._depth > 0

    def handle_data(self, data: str) -> None:
        self.pieces.append(data if self._depth else self._change(data))

    def handle_entityref(self, name: str) -> None:
        self.pieces.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.pieces.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.pieces.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.pieces.append(f"<!{decl}>")
