"""What the guided start shows: the units to choose from, who could carry a role, and when gates would be due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from certification import api as certification
from people.api import (
    PEOPLE_LEADS,
    PROJECT_LEADS,
    Membership,
    Persona,
    PersonaAssignment,
    Unit,
    User,
    today,
    working_days_of,
)
from rollout.models import PlaybookVersion, Program, ProgramDraft
from rollout.models.draft_content import DraftContent
from rollout.models.playbook_content import PlaybookContent, RoleContent
from rollout.queries.due_dates import end_of_cycle
from rollout.queries.due_rules import Anchors, planned_dates
from rollout.queries.parameters import FIELDS, parameter_warnings

PEOPLE_LEAD = "people_lead"
SUGGESTED_AT_MOST = 6


def open_draft_of(person: User) -> ProgramDraft | None:
    """Return the program that ``person`` is preparing, if any. 1 query."""
    return ProgramDraft.objects.filter(owner=person, program__isnull=True).first()


def version_of(answers: DraftContent) -> PlaybookVersion | None:
    """Return the playbook version chosen, or the newest published one while none is."""
    versions = PlaybookVersion.objects.select_related("playbook")
    if answers.playbook_version is not None:
        return versions.filter(pk=answers.playbook_version).first()
    return versions.filter(state=PlaybookVersion.State.PUBLISHED).order_by("-published_at", "-pk").first()


def planned_program(answers: DraftContent) -> Program:
    """Return the program as it would be, not saved: for questions that are asked of a program's parameters."""
    values = {FIELDS[key]: getattr(answers, key) for key in FIELDS if key != "area"}
    return Program(title=answers.title, goal=answers.goal, approach=answers.approach, area_id=answers.area, **values)


def draft_warnings(answers: DraftContent, playbook: PlaybookContent, people: int) -> dict[str, str]:
    """Return what lies outside the playbook's rules of thumb, by parameter key; ``people`` is the pilot's real size,
    which counts once somebody was chosen."""
    program = planned_program(answers)
    if people:
        program.pilot_size = people
    return parameter_warnings(program, playbook)


# --- who takes part -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitRow:
    """A unit with the number of people who work in it or below."""

    unit: Unit
    people: int
    level: int


def unit_rows(area: Unit | None) -> list[UnitRow]:
    """Return the area and the units below it in the order of the organization, with their people. 2 queries."""
    if area is None:
        return []
    counts = dict(
        Membership.objects.open()
        .within(area)
        .filter(person__is_active=True)
        .order_by()
        .values_list("unit__path")
        .annotate(people=Count("pk"))
    )
    units = Unit.objects.filter(path__startswith=area.path).order_by("path")
    return [
        UnitRow(unit, sum(n for path, n in counts.items() if path.startswith(unit.path)), unit.depth - area.depth)
        for unit in units
    ]


def addresses_in(text: str) -> list[str]:
    """Return the e-mail addresses of a pasted list, each once, in lower case."""
    words = text.replace(",", " ").replace(";", " ").split()
    return list(dict.fromkeys(word.strip("<>").lower() for word in words))


def chosen_people(answers: DraftContent) -> set[int]:
    """Return the ids of everybody in the chosen units, and of those named by address. At most 3 queries."""
    people: set[int] = set()
    units = list(Unit.objects.filter(pk__in=answers.units)) if answers.units else []
    if units:
        below = Q()
        for unit in units:
            below |= Q(unit__path__startswith=unit.path)
        members = Membership.objects.open().filter(below, person__is_active=True)
        people |= set(members.order_by().values_list("person_id", flat=True))
    if addresses := addresses_in(answers.emails):
        people |= set(User.objects.filter(email__in=addresses, is_active=True).values_list("pk", flat=True))
    return people


def unknown_addresses(answers: DraftContent) -> list[str]:
    """Return the addresses that belong to nobody in the company. At most 1 query."""
    addresses = addresses_in(answers.emails)
    if not addresses:
        return []
    known = set(User.objects.filter(email__in=addresses, is_active=True).values_list("email", flat=True))
    return [address for address in addresses if address not in known]


def teams_of(people: Iterable[int]) -> int:
    """Return in how many units these people work. 1 query."""
    members = Membership.objects.open().filter(person__in=set(people))
    return members.order_by().values("unit").distinct().count()


# --- who carries it -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """Somebody who could hold a role, and why."""

    person: User
    because: str


def role_suggestions(playbook: PlaybookContent, answers: DraftContent, owner: User) -> dict[str, list[Suggestion]]:
    """Return by role who is chosen already, then who could be: executives as sponsors, the owner as project lead,
    people leads, coaches with a certificate first. A fixed number of queries."""
    chosen = User.objects.in_bulk({pk for ids in answers.roles.values() for pk in ids})
    found: dict[str, list[Suggestion]] = {}
    for role in playbook.roles:
        rows = {pk: Suggestion(chosen[pk], "") for pk in answers.roles.get(role.key, ()) if pk in chosen}
        for suggestion in _candidates(role, owner):
            known = rows.get(suggestion.person.pk)
            if known is not None or len(rows) < SUGGESTED_AT_MOST:
                rows[suggestion.person.pk] = suggestion
        found[role.key] = list(rows.values())
    return found


def _candidates(role: RoleContent, owner: User) -> list[Suggestion]:
    if role.certification:
        return _certified(role.certification)
    match role.key:
        case "sponsor":
            people = _with_persona(Persona.EXECUTIVE).order_by("last_name", "first_name", "pk")
            return [Suggestion(person, "Executive") for person in people[:SUGGESTED_AT_MOST]]
        case "project_lead":
            others = User.objects.filter(is_active=True, groups__name=PROJECT_LEADS).exclude(pk=owner.pk)
            named = [Suggestion(person, "Project lead") for person in others.order_by("last_name", "pk")[:3]]
            return [Suggestion(owner, "You"), *named]
        case "people_lead":
            people = User.objects.filter(is_active=True).filter(
                Exists(_assigned(Persona.PEOPLE_LEAD)) | Q(groups__name=PEOPLE_LEADS)
            )
            return [Suggestion(p, "People lead") for p in people.distinct().order_by("last_name", "pk")[:3]]
    return []


def _certified(key: str) -> list[Suggestion]:
    certified = certification.certified_people(certification_key=key)
    people = User.objects.filter(is_active=True).filter(Q(pk__in=certified) | Exists(_assigned(Persona.COACH)))
    rows = [
        Suggestion(person, "Certified" if person.pk in certified else "Coach, not certified yet") for person in people
    ]
    return sorted(rows, key=lambda row: (row.because != "Certified", row.person.last_name, row.person.pk))


def _with_persona(persona: Persona) -> QuerySet[User]:
    return User.objects.filter(Exists(_assigned(persona)), is_active=True)


def _assigned(persona: Persona) -> QuerySet[PersonaAssignment]:
    return PersonaAssignment.objects.filter(person_id=OuterRef("pk"), persona=persona)


def vacant_roles(playbook: PlaybookContent, answers: DraftContent) -> list[RoleContent]:
    """Return the required roles that nobody is named for; a program may start with them open."""
    return [role for role in playbook.roles if role.required and not answers.roles.get(role.key)]


# --- when ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GateTarget:
    """When the gate of a step would be due."""

    number: int
    title: str
    due_on: date


def gate_targets(playbook: PlaybookContent, answers: DraftContent) -> list[GateTarget]:
    """Return when each gate would be due if the program started today with these answers; none without a first day.

    As ``set_wave_dates`` works them out, on the working days of the area. At most 3 queries.
    """
    if answers.starts_on is None:
        return []
    area = Unit.objects.filter(pk=answers.area).first() if answers.area else None
    last = end_of_cycle(answers.starts_on, answers.cycle_length_months)
    anchors = Anchors(program_start=today(), cycle_start=answers.starts_on, cycle_end=last)
    planned = planned_dates(playbook, anchors, working_days_of(area))
    return [
        GateTarget(step.number, step.title, due_on)
        for step in playbook.steps
        if (due_on := planned.gates[step.key]) is not None
    ]


def preparation_begins_on(answers: DraftContent) -> date | None:
    """Return the day on which the lead time begins; None while dates are missing."""
    if answers.starts_on is None or answers.lead_time_weeks is None:
        return None
    return answers.starts_on - timedelta(weeks=answers.lead_time_weeks)


def programs_with_title(title: str) -> QuerySet[Program]:
    return Program.objects.filter(title__iexact=" ".join(title.split()))


def running_programs_in(area_id: int) -> QuerySet[Program]:
    """Return the programs of exactly this area that were not stopped."""
    return Program.objects.filter(area_id=area_id).exclude(state=Program.State.STOPPED)


def parameters_of(answers: DraftContent, area: Unit | None) -> dict[str, Any]:
    """Return the parameters that have a value, as ``record_parameters`` takes them."""
    values = {key: area if key == "area" else getattr(answers, key) for key in FIELDS}
    return {key: value for key, value in values.items() if value is not None and value != ""}
