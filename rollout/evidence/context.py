"""What evidence sources are handed: one wave's facts, each read once, when first asked for."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import ceil
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from certification.api import certified_people
from courses.api import CourseOffer, SessionFacts, course_offers, training_facts
from people.api import User
from rollout.models import ChecklistItem, ExternalHolder, Finding, RosterMember, Wave
from rollout.models.playbook_content import CheckContent, PlaybookContent, RoleContent
from rollout.queries.holders import Holders
from rollout.queries.programs import holders_in_one_query

logger = logging.getLogger(__name__)

NAMED_AT_MOST = 50
"""How many of those who are missing a finding names and keeps; ``missing_count`` is always the whole number."""

_names_everybody: ContextVar[bool] = ContextVar("pilotage_names_everybody", default=False)


@contextmanager
def everybody_named() -> Iterator[None]:
    """Let findings read inside the block name everybody who is missing: for reminders, never to be kept."""
    token = _names_everybody.set(True)
    try:
        yield
    finally:
        _names_everybody.reset(token)


def named_at_most() -> int | None:
    """Return how many people a finding names here; None: all of them."""
    return None if _names_everybody.get() else NAMED_AT_MOST


@dataclass(frozen=True)
class Check:
    """One live check of one item: which source, with which parameters, how strongly it counts."""

    item: ChecklistItem
    number: int
    source: str
    parameters: dict[str, Any]
    strength: str

    def finding(
        self,
        status: Finding.Status,
        summary: str,
        *,
        value: object = "",
        target: object = "",
        missing: Sequence[dict[str, Any]] = (),
        missing_count: int | None = None,
        warnings: Sequence[str] = (),
        fix_label: str = "",
        fix_url: str = "",
    ) -> Finding:
        """Return an unsaved finding for this check. ``missing`` rows are made by ``missing_people`` and
        ``missing_things``; only the first 50 are kept, ``missing_count`` is the whole number."""
        return Finding(
            item=self.item,
            check_number=self.number,
            source=self.source,
            strength=self.strength,
            status=status,
            summary=shortened(summary, 300),
            value=shortened(str(value), 60),
            target=shortened(str(target), 60),
            missing=list(missing[: named_at_most()]),
            missing_count=len(missing) if missing_count is None else missing_count,
            warnings=list(warnings),
            fix_label=fix_label if fix_url else "",
            fix_url=fix_url,
        )


def shortened(text: str, length: int) -> str:
    """Return ``text`` cut to ``length`` characters with an ellipsis."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def missing_thing(name: str, what: str) -> dict[str, Any]:
    """Return a row of ``Finding.missing`` about a team, a role or a parameter."""
    return {"person_id": None, "name": name, "what": what}


def missing_person(person_id: int, what: str) -> dict[str, Any]:
    """Return a row of ``Finding.missing`` about a person; the name is filled in for all sources at once."""
    return {"person_id": person_id, "name": "", "what": what}


def link(name: str, *args: object, **query: str) -> str:
    """Return the address of a screen with ``query`` behind it, or nothing when there is no such screen: a missing
    page must not turn a finding into unknown."""
    try:
        address = reverse(name, args=args)
    except NoReverseMatch:
        logger.warning("No screen is named %s", name)
        return ""
    return f"{address}?{urlencode(query)}" if query else address


def _named(check: CheckContent) -> Sequence[str]:
    return check.parameters.get("courses") or ()


@dataclass(frozen=True)
class TrainingFacts:
    """For each course key: who ever enrolled (and is not archived), and who completed it."""

    enrolled: dict[str, frozenset[int]]
    completed: dict[str, frozenset[int]]


@dataclass
class WaveContext:
    """The facts of one wave on one day. Every property costs one query, once."""

    wave: Wave
    today: date
    content: PlaybookContent
    known_holders: Holders | None = None
    """Who holds which role, when the caller knows it already."""
    _certified: dict[str, frozenset[int]] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def teams_by_person(self) -> dict[int, int]:
        """Counted members today and their team: frozen at the roster date, joiners after their grace period,
        leavers out (product.md, rule 10)."""
        counted = RosterMember.objects.filter(wave=self.wave).counted(self.today).order_by()
        return dict(counted.values_list("person_id", "team_id"))

    @cached_property
    def roster(self) -> frozenset[int]:
        return frozenset(self.teams_by_person)

    @cached_property
    def teams(self) -> frozenset[int]:
        return frozenset(self.teams_by_person.values())

    @cached_property
    def holders(self) -> Holders:
        """Who holds which role of the program now."""
        return self.known_holders or holders_in_one_query(self.wave.program_id, self.content)

    def principals(self, role_key: str) -> frozenset[int]:
        """The holders of a role without their deputies, and without those on long leave."""
        role = self.holders.roles.get(role_key)
        return frozenset(person.pk for person in role.present) if role else frozenset()

    def filled(self, role_key: str) -> int:
        """How many places of a role are taken, from inside or outside."""
        role = self.holders.roles.get(role_key)
        return role.filled if role else 0

    def externals(self, role_key: str) -> tuple[ExternalHolder, ...]:
        """Who holds a role from outside."""
        role = self.holders.roles.get(role_key)
        return role.externals if role else ()

    def role_title(self, role: RoleContent) -> str:
        """The role's title in this program."""
        slot = self.holders.roles.get(role.key)
        return slot.slot.title if slot else role.title

    @cached_property
    def training(self) -> TrainingFacts:
        """Training of the roster and of all role holders, for every course the playbook asks of anybody."""
        keys = self._course_keys
        members = RosterMember.objects.filter(wave=self.wave).counted(self.today).order_by()
        people = User.objects.filter(pk__in=members.values("person_id")) | User.objects.filter(
            pk__in={person_id for role in self.content.roles for person_id in self.principals(role.key)}
        )
        facts = training_facts(course_keys=sorted(keys), person_ids=people.order_by().values_list("pk", flat=True))
        return TrainingFacts(
            enrolled={key: facts[key].enrolled if key in facts else frozenset() for key in keys},
            completed={key: facts[key].completed if key in facts else frozenset() for key in keys},
        )

    @cached_property
    def courses(self) -> dict[str, CourseOffer]:
        """The courses that the program asks of anybody, with their sessions; keys without a course are left out."""
        found: dict[str, CourseOffer] = course_offers(course_keys=sorted(self._course_keys))
        return found

    @cached_property
    def _course_keys(self) -> frozenset[str]:
        named = {key for step in self.content.steps for item in step.items for c in item.checks for key in _named(c)}
        return frozenset(
            {
                *self.content.learning.roster,
                *named,
                *(key for role in self.content.roles for key in self.learning(role)),
            }
        )

    def learning(self, role: RoleContent) -> tuple[str, ...]:
        """The courses that the role asks for in this program; before it has the role, as the playbook says."""
        slot = self.holders.roles.get(role.key)
        return tuple(slot.slot.learning) if slot and slot.slot.pk else role.learning

    def sessions(self, course_key: str) -> tuple[SessionFacts, ...]:
        """The sessions of a course that are planned or held, by start."""
        offer = self.courses.get(course_key)
        return offer.sessions if offer else ()

    def certified(self, certification_key: str) -> frozenset[int]:
        """Who of the role holders and the trainers of sessions holds a valid credential today."""
        if certification_key not in self._certified:
            people = {person_id for role in self.content.roles for person_id in self.principals(role.key)}
            people |= {s.trainer_id for offer in self.courses.values() for s in offer.sessions if s.trainer_id}
            self._certified[certification_key] = (
                certified_people(certification_key=certification_key, person_ids=people) & people
                if people
                else frozenset()
            )
        return self._certified[certification_key]

    def course_titles(self, keys: Iterable[str]) -> str:
        """Return the titles of the courses as they read in a list."""
        return ", ".join(self.courses[key].title if key in self.courses else key for key in keys)

    def course_link(self, key: str) -> str:
        """Return where the course can be taken."""
        course = self.courses.get(key)
        return link("courses:course", course.slug) if course is not None else link("courses:catalog")

    def needed(self, role: RoleContent) -> int | None:
        """Return how many holders ``role`` needs; None when that hangs on teams and there are none yet."""
        if role.per_teams is None:
            return role.minimum
        return max(role.minimum, ceil(len(self.teams) / role.per_teams)) if self.teams else None

    def screen(self, name: str) -> str:
        """Return a screen of the program: roles, parameters; of the wave: roster, meetings, wave_dates."""
        slug = self.wave.program.slug
        if name in ("roles", "parameters", "board"):
            return link(f"rollout:{name}", slug)
        return link(f"rollout:{name}", slug, self.wave.number)
