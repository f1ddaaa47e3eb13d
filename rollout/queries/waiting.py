"""What waits for one person besides decisions, over all their programs, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from people.api import User
from rollout.models import ChecklistItem, Condition, Finding, GateQuestion, GateSubmission, Program, Statement, Step
from rollout.queries.boards import ActingRole

CONDITION, CLAIM, DATA, QUESTION = "condition", "claim", "data", "question"
WORKED_ON = (Step.State.OPEN, Step.State.SUSPECT)


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """``kind``: a condition the person owns, a claim or data to confirm, or a question to answer."""

    kind: str
    text: str
    program: str
    slug: str
    wave: int
    step: str
    item: str
    due_on: date | None


def waiting_rows(person: User, roles: Sequence[ActingRole]) -> list[WaitingRow]:
    """Return what waits for the person in running programs, soonest due first, then in the order of programs.

    1 query for any number of programs. ``roles`` are those the person holds (``acting_roles``): whoever decides in
    somebody's name confirms nothing for them.
    """
    arms = [_conditions(person), _questions(person)]
    confirms = Q(pk__in=[])
    for role in roles:
        if role.principal_id is None:
            confirms |= Q(step__wave__program=role.program_id, confirmed_by=role.key)
    items = ChecklistItem.objects.filter(
        confirms, step__state__in=WORKED_ON, step__wave__program__state=Program.State.RUNNING
    )
    if roles:
        arms += [_claims(person, items), _data(items)]
    rows = [WaitingRow(*row) for row in arms[0].union(*arms[1:], all=True)]
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.program, row.wave, row.text))


def _row(rows: QuerySet[Any], kind: str, text: str, item: str, step: str, due_on: str | None) -> QuerySet[Any, Any]:
    wave = f"{step}__wave"
    day = Cast(F(due_on) if due_on else Value(None, output_field=DateField()), DateField())
    return (
        rows.order_by()
        .annotate(kind_=Value(kind), item_=F(item) if item else Value(""), day_=day)
        .values_list(
            "kind_", text, f"{wave}__program__title", f"{wave}__program__slug", f"{wave}__number", f"{step}__key",
            "item_", "day_",
        )
    )  # fmt: skip


def _conditions(person: User) -> QuerySet[Any, Any]:
    mine = Condition.objects.filter(
        owner=person, met_at__isnull=True, decision__step__wave__program__state=Program.State.RUNNING
    )
    return _row(mine, CONDITION, "item__question", "item__key", "item__step", "due_on")


def _questions(person: User) -> QuerySet[Any, Any]:
    asked = GateQuestion.objects.filter(
        answered_at__isnull=True,
        submission__submitted_by=person,
        submission__state=GateSubmission.State.OPEN,
        submission__step__wave__program__state=Program.State.RUNNING,
    )
    return _row(asked, QUESTION, "question", "", "submission__step", None)


def _claims(person: User, items: QuerySet[ChecklistItem]) -> QuerySet[Any, Any]:
    later = Statement.objects.filter(item=OuterRef("item"), pk__gt=OuterRef("pk"))
    claims = (
        Statement.objects.filter(kind=Statement.Kind.CLAIMED, item__in=items).exclude(by=person).filter(~Exists(later))
    )
    return _row(claims, CLAIM, "item__question", "item__key", "item__step", "item__due_on")


def _data(items: QuerySet[ChecklistItem]) -> QuerySet[Any, Any]:
    findings = Finding.objects.filter(item=OuterRef("pk"))
    confirmed = Statement.objects.filter(item=OuterRef("pk"), kind=Statement.Kind.CONFIRMED)
    ready = items.filter(
        Exists(findings),
        ~Exists(findings.exclude(status=Finding.Status.MET)),
        ~Exists(confirmed),
        verification=ChecklistItem.Verification.LIVE_CONFIRM,
    )
    return _row(ready, DATA, "question", "key", "step", "due_on")
