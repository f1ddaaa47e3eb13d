"""The glossary as the page shows it: terms under their first letter."""

import unicodedata
from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects

from courses.api import GlossaryTerm


@dataclass(frozen=True)
class Letter:
    """One heading of the glossary. ``sign`` is A to Z, or # for terms that begin with anything else."""

    sign: str
    terms: list[GlossaryTerm] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"letter-{self.sign.lower() if self.sign != '#' else 'other'}"


def first_letter(term: str) -> str:
    """Return the heading for ``term``: its first letter without accents, # when it is no Latin letter."""
    plain = unicodedata.normalize("NFKD", term.strip()[:1])[:1].upper()
    return plain if "A" <= plain <= "Z" else "#"


def folded(text: str) -> str:
    """Return ``text`` without case and accents, so that “uberblick” finds “Überblick” on every database."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in plain if not unicodedata.combining(character))


def glossary_terms(query: str = "") -> list[GlossaryTerm]:
    """Return the terms that have every word of ``query`` in word, variants or definition; all when it is empty.

    In alphabetical order, those with the query in the word itself first. Compared here and not in the database: a
    glossary is short, and SQLite knows upper and lower case of English letters only. One query.
    """
    words = folded(query).split()[:8]
    found = [
        (not all(word in folded(term.term) for word in words), folded(term.term), term)
        for term in GlossaryTerm.objects.all()
        if all(word in folded(f"{term.term} {term.also} {term.definition} {term.key}") for word in words)
    ]
    return [term for _, _, term in sorted(found, key=lambda entry: entry[:2])]


def glossary(query: str = "") -> list[Letter]:
    """Return the matching terms in alphabetical order under their letters, related terms included (2 queries)."""
    terms = sorted(glossary_terms(query), key=lambda term: folded(term.term))
    prefetch_related_objects(terms, "related")
    letters: dict[str, Letter] = {}
    for term in terms:
        sign = first_letter(term.term)
        letters.setdefault(sign, Letter(sign)).terms.append(term)
    return [letters[sign] for sign in sorted(letters, key=lambda sign: (sign == "#", sign))]
