"""The vocabulary of the deeds table: personas, an attempt at a deed, and who may do it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tests.factories.rollout import StartedProgram

PERSONAS = (
    "lead",
    "deputy",
    "sponsor",
    "delegate",
    "people_lead",
    "coach",
    "works_council",
    "member",
    "manager",
    "stranger",
    "administrator",
)
"""``deputy`` stands in for the project lead; ``delegate`` decides in the sponsor's name these days; ``member`` is on
the roster; ``manager`` leads a member and has no part in the program; ``people_lead`` holds the role and is in the
group, so they see every program."""

SEES_OWN = {"lead", "deputy", "sponsor", "delegate", "people_lead", "coach", "works_council", "administrator"}
SEES_OTHER = {"people_lead", "administrator"}
SET_UP = frozenset({"lead", "deputy", "administrator"})
"""Who sets a program up."""
SUBMITS = frozenset({"lead", "deputy"})
SPONSOR = frozenset({"sponsor"})
DECIDES = frozenset({"sponsor", "delegate"})
"""The sponsor, and whoever decides in their name."""
IN_EVERY_PROGRAM = frozenset({"administrator"})


@dataclass(frozen=True)
class Attempt:
    """What the service is called with besides ``actor``, and the form that does the same on a page."""

    arguments: dict[str, Any]
    url: str = ""
    form: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Deed:
    """One deed. ``prepare`` brings a program into the state in which the deed makes sense.

    ``done_by``: personas who may do it in their own program; everybody else is refused. ``done_elsewhere``: personas
    who may do it in a program in which they have no part (default: administrators, where they may at all).
    ``no_page`` says why there is no form for it. ``everywhere``: the deed belongs to no program.
    """

    service: Callable[..., Any]
    prepare: Callable[[StartedProgram], Attempt]
    done_by: frozenset[str]
    done_elsewhere: frozenset[str] | None = None
    no_page: str = ""
    everywhere: bool = False

    @property
    def name(self) -> str:
        return f"{self.service.__module__.removeprefix('rollout.services.')}.{self.service.__name__}"

    def expected(self, persona: str, *, own: bool) -> str:
        """“done” or “refused”, as the service answers."""
        if self.everywhere or own:
            return "done" if persona in self.done_by else "refused"
        elsewhere = self.done_by & IN_EVERY_PROGRAM if self.done_elsewhere is None else self.done_elsewhere
        return "done" if persona in elsewhere else "refused"

    def expected_on_page(self, persona: str, *, own: bool) -> str:
        """As ``expected``, and “not found” for whoever may not know that the program exists."""
        if not self.everywhere and persona not in (SEES_OWN if own else SEES_OTHER):
            return "not found"
        return self.expected(persona, own=own)


def wave_url(name: str, started: StartedProgram, *more: Any) -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, 0, *more])


def program_url(name: str, started: StartedProgram, *more: Any) -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, *more])
