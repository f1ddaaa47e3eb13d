"""Everything that happened in a program, read from the audit trail and told in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from wagtail.models import ModelLogEntry

from people.api import User, end_of_day, organization_zone
from rollout.models import ChecklistItem, Program, RoleSlot, Step, Wave
from rollout.queries.history_words import SENTENCES, Names, person_ids_in, sentence_of

SUBJECTS = {Program: "pk", Wave: "program", Step: "wave__program", ChecklistItem: "step__wave__program"}
"""What a log entry of a program is about, and how that leads to the program."""
PRODUCT = "Pilotage"
REST = "plan"
TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    "gates": ("Gates and decisions", ("gate", "step", "condition", "hold", "decision", "delegation", "vote")),
    "checklist": ("Checklist, comments and files", ("item", "remark", "evidence")),
    "waivers": ("Waivers", ("waiver",)),
    "people": (
        "Roles and rosters",
        ("role", "roster", "joiner", "leaver", "charter", "external", "absence", "handover", "invitation", "reminder"),
    ),
    REST: ("Program, dates and meetings", ()),
}
"""What one may filter by: title, and the first words of the actions; the last takes whatever is left."""


@dataclass(frozen=True)
class HistoryFilters:
    """What to show; empty shows everything. ``since`` and ``until`` are days in the organization's time zone."""

    who: int | None = None
    what: str = ""
    step: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class HistoryLine:
    """One deed. ``who`` is the name as it was, ``step`` the step it concerned, if any."""

    at: datetime
    who: str
    sentence: str
    step: Step | None = None


def topic_of(action: str) -> str:
    """Return the topic that an action belongs to."""
    name = action.rpartition(".")[2]
    return next((key for key, (_, words) in TOPICS.items() if words and name.startswith(words)), REST)


def history_of(program: Program, filters: HistoryFilters | None = None) -> QuerySet[ModelLogEntry]:
    """Return the program's log entries, newest first, with who did it."""
    filters = filters or HistoryFilters()
    subjects = {model: model._default_manager.filter(**{path: program.pk}) for model, path in SUBJECTS.items()}
    if filters.step is not None:
        steps = subjects[Step].filter(pk=filters.step)
        subjects = {Step: steps, ChecklistItem: ChecklistItem.objects.filter(step__in=steps)}
    about = Q()
    for model, rows in subjects.items():
        keys = rows.order_by().annotate(pk_as_text=Cast("pk", CharField())).values("pk_as_text")
        about |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
    entries = ModelLogEntry.objects.filter(about, action__startswith="rollout.").select_related("user")
    if filters.who is not None:
        entries = entries.filter(user=filters.who)
    if filters.what in TOPICS:
        entries = entries.filter(action__in=[one for one in SENTENCES if topic_of(one) == filters.what])
    if filters.since is not None:
        entries = entries.filter(timestamp__gte=datetime.combine(filters.since, time.min, organization_zone()))
    if filters.until is not None:
        entries = entries.filter(timestamp__lte=end_of_day(filters.until))
    return entries.order_by("-timestamp", "-pk")


def people_in_history(program: Program) -> QuerySet[User]:
    """Return everybody who did something in the program, by name."""
    did = history_of(program).order_by().values("user")
    return User.objects.filter(pk__in=did).order_by("last_name", "first_name", "pk")


def history_lines(
    program: Program, entries: Sequence[ModelLogEntry], *, names_people: bool = True
) -> list[HistoryLine]:
    """Return the entries in words, with names as of then. 5 queries for any number of entries.

    ``names_people`` False leaves out whom a deed was about; who did it is always said.
    """
    roles = dict(RoleSlot.objects.filter(program=program).values_list("key", "title"))
    today = _names_today(entries) if names_people else {}
    subjects, steps = _subjects(program, entries)
    lines = []
    for entry in entries:
        data: Mapping[str, Any] = entry.data or {}
        then = {int(pk): name for pk, name in data.get("names", {}).items()}
        names = Names(people={**today, **then} if names_people else {}, roles=roles)
        subject, step = subjects.get((entry.content_type_id, entry.object_id), (str(entry.label), None))
        lines.append(
            HistoryLine(
                at=entry.timestamp,
                who=_who(entry, then),
                sentence=sentence_of(entry.action, data, subject=subject, names=names),
                step=steps.get(step) if step else None,
            )
        )
    return lines


def _who(entry: ModelLogEntry, then: Mapping[int, str]) -> str:
    if entry.user_id is None:
        return PRODUCT
    if entry.user_id in then:
        return then[entry.user_id]
    return entry.user.get_full_name() if entry.user is not None else "Somebody who is gone"


def _names_today(entries: Iterable[ModelLogEntry]) -> dict[int, str]:
    """For entries that kept no names: the names of today."""
    ids = {pk for entry in entries for pk in person_ids_in(entry.action, entry.data or {})}
    return {person.pk: person.get_full_name() for person in User.objects.filter(pk__in=ids)}


def _subjects(
    program: Program, entries: Iterable[ModelLogEntry]
) -> tuple[dict[tuple[int, str], tuple[str, int | None]], dict[int, Step]]:
    """Return how each subject is called and to which step it belongs, and the steps."""
    item_type = ContentType.objects.get_for_model(ChecklistItem)
    item_ids = {int(entry.object_id) for entry in entries if entry.content_type_id == item_type.pk}
    steps = {step.pk: step for step in Step.objects.filter(wave__program=program).select_related("wave")}
    found: dict[tuple[int, str], tuple[str, int | None]] = {}
    step_type, wave_type = ContentType.objects.get_for_model(Step), ContentType.objects.get_for_model(Wave)
    for step in steps.values():
        step.wave.program = program
        found[step_type.pk, str(step.pk)] = (f"step {step.number}, {step.title}", step.pk)
        found[wave_type.pk, str(step.wave_id)] = (step.wave.title, None)
    program_type = ContentType.objects.get_for_model(Program)
    found[program_type.pk, str(program.pk)] = (program.title, None)
    for pk, question, step_id in ChecklistItem.objects.filter(pk__in=item_ids).values_list("pk", "question", "step_id"):
        found[item_type.pk, str(pk)] = (question, step_id)
    return found, steps
