"""What a program tells its works council, and which programs concern somebody. Shows nobody's learning."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from people.api import User
from rollout.models import ChecklistItem, Program, RoleAssignment, RosterMember, Statement
from rollout.queries.holders import WORKS_COUNCIL

TAKEN_BACK = (Statement.Kind.WITHDRAWN, Statement.Kind.REJECTED)


@dataclass(frozen=True)
class Informed:
    """What was said about one question that the works council answers or confirms: newest first."""

    question: str
    address: tuple[str, int, str, str]
    statements: list[Statement]

    @property
    def is_confirmed(self) -> bool:
        """Whether the works council's own yes is the last word."""
        return bool(self.statements) and self.statements[0].kind == Statement.Kind.CONFIRMED

    @property
    def confirmed_at(self) -> datetime | None:
        return self.statements[0].at if self.is_confirmed else None

    @property
    def document(self) -> Statement | None:
        """The latest statement that still stands and carries a link or a file."""
        for statement in self.statements:
            if statement.kind in TAKEN_BACK:
                return None
            if statement.link or statement.evidence_id:
                return statement
        return None


def informed_about(program: Program) -> list[Informed]:
    """Return the questions that name the works council, with what was said about them. 2 queries."""
    items = list(
        ChecklistItem.objects.filter(step__wave__program=program)
        .filter(Q(responsible=WORKS_COUNCIL) | Q(confirmed_by=WORKS_COUNCIL))
        .select_related("step__wave")
        .order_by("step__wave__number", "step__number", "position")
    )
    said: dict[int, list[Statement]] = {item.pk: [] for item in items}
    for statement in Statement.objects.filter(item__in=items).select_related("by", "evidence").order_by("-at", "-pk"):
        said[statement.item_id].append(statement)
    return [
        Informed(item.question, (program.slug, item.step.wave.number, item.step.key, item.key), said[item.pk])
        for item in items
    ]


def live_questions(program: Program) -> list[tuple[str, list[str]]]:
    """Return the questions that are read from data, each with the sources that read it. 1 query."""
    found: dict[str, list[str]] = {}
    items = ChecklistItem.objects.filter(step__wave__program=program).exclude(checks=[])
    for question, checks in items.order_by("step__wave__number", "step__number", "position").values_list(
        "question", "checks"
    ):
        sources = found.setdefault(question, [])
        sources += [check["source"] for check in checks if check["source"] not in sources]
    return list(found.items())


def programs_about(person: User) -> QuerySet[Program]:
    """Return the programs in which the person is on a roster or holds a role, by title."""
    on_roster = RosterMember.objects.filter(wave__program=OuterRef("pk"), person=person, left_on__isnull=True)
    holds = RoleAssignment.objects.open().of(person.pk).filter(slot__program=OuterRef("pk"))
    return Program.objects.filter(Exists(on_roster) | Exists(holds)).order_by("title", "pk")
