"""Define what can be earned, from readable data. Running it again with the same data changes nothing."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from certification.models import Certification, Requirement, Rubric
from courses import api as courses_api
from people.api import Refusal, Refused, User, log

SCORES = ("one", "two", "three", "four")


@transaction.atomic
def load_rubric(data: Mapping[str, Any], *, actor: User | None = None) -> Rubric:
    """Create or update the rubric that ``data`` describes and return it.

    ``data`` is ``{"key", "title", "criteria": [{"key", "title", "question", "anchors": {1: …, 2: …, 3: …, 4: …}}],
    "pass": {"minimum_each", "minimum_mean"}}`` as read from YAML. Refused with the place when something is missing or
    wrong. Candidacies that are under way keep the rubric they were opened with.
    """
    where = f"Rubric “{data.get('key', '?')}”"
    criteria = [_criterion(entry, f"{where}, criterion {n}") for n, entry in enumerate(data.get("criteria", []), 1)]
    if not criteria:
        raise Refused(f"{where}: at least one criterion is needed.")
    if len({entry["value"]["key"] for entry in criteria}) < len(criteria):
        raise Refused(f"{where}: every criterion needs a key of its own.")
    passing = data.get("pass", {})
    try:
        minimum_mean = Decimal(str(passing.get("minimum_mean", 3)))
        fields = {
            "title": _text(data, "title", where),
            "minimum_each": int(passing.get("minimum_each", 2)),
            "minimum_mean": minimum_mean,
        }
    except (TypeError, ValueError, InvalidOperation):
        raise Refused(f"{where}: minimum_each and minimum_mean must be numbers from 1 to 4.") from None
    rubric = Rubric.objects.select_for_update().filter(key=data.get("key")).first() or Rubric(key=data.get("key", ""))
    before = rubric.as_pinned() if rubric.pk else None
    for name, value in fields.items():
        setattr(rubric, name, value)
    rubric.criteria = criteria
    try:
        rubric.full_clean()
    except ValidationError as error:
        raise Refused(f"{where}: {' '.join(error.messages)}") from error
    if before is None or before["criteria"] != _plain(criteria) or _differs(before, rubric):
        rubric.save()
        log(rubric, "wagtail.edit" if before else "wagtail.create", user=actor)
    return rubric


@transaction.atomic
def define_certification(
    *,
    key: str,
    title: str,
    description: str,
    statement: str,
    requirements: Sequence[Mapping[str, Any]],
    validity_months: int = 24,
    is_open: bool = True,
    actor: User | None = None,
) -> Certification:
    """Create or update the certification ``key`` with its requirements, in order, and return it.

    A requirement is ``{"key", "kind": "course", "title", "course": <key>}`` or ``{"key", "kind": "observation",
    "title", "rubric": <key>, "quantity"}``. Requirements that are not named any more are removed from the scheme;
    candidacies that are under way keep what was pinned. Refused when a course or rubric does not exist.
    """
    certification = Certification.objects.select_for_update().filter(key=key).first()
    is_new = certification is None
    certification = certification or Certification(key=key)
    wanted = {
        "title": title,
        "description": description,
        "statement": statement,
        "validity_months": validity_months,
        "is_open": is_open,
    }
    changed = is_new or any(getattr(certification, name) != value for name, value in wanted.items())
    if changed:
        for name, value in wanted.items():
            setattr(certification, name, value)
        certification.full_clean()
        certification.save()
    existing = {requirement.key: requirement for requirement in certification.requirements.all()}
    courses = courses_api.courses_by_key([entry["course"] for entry in requirements if entry["kind"] == "course"])
    for position, entry in enumerate(requirements):
        requirement = existing.pop(entry["key"], None) or Requirement(certification=certification, key=entry["key"])
        fields = _requirement_fields(entry, courses) | {"sort_order": position}
        if requirement.pk is None or any(getattr(requirement, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(requirement, name, value)
            requirement.full_clean()
            requirement.save()
            changed = True
    for requirement in existing.values():
        requirement.delete()
        changed = True
    certification = Certification.objects.get(pk=certification.pk)
    if changed:
        log(certification, "wagtail.create" if is_new else "wagtail.edit", user=actor)
    return certification


def _requirement_fields(entry: Mapping[str, Any], courses: Mapping[str, Any]) -> dict[str, Any]:
    where = f"Requirement “{entry['key']}”"
    if entry["kind"] == Requirement.Kind.COURSE:
        course = courses.get(entry["course"])
        if course is None:
            raise Refused(Refusal(f"{where}: there is no course with the key “{entry['course']}”."))
        return {"kind": Requirement.Kind.COURSE, "title": entry["title"], "course_id": course.pk, "rubric_id": None} | {
            "quantity": 1
        }
    rubric_id = Rubric.objects.filter(key=entry["rubric"]).values_list("pk", flat=True).first()
    if rubric_id is None:
        raise Refused(Refusal(f"{where}: there is no rubric with the key “{entry['rubric']}”."))
    return {
        "kind": Requirement.Kind.OBSERVATION,
        "title": entry["title"],
        "course_id": None,
        "rubric_id": rubric_id,
        "quantity": entry.get("quantity", 1),
    }


def _criterion(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    anchors = {str(score): text for score, text in entry.get("anchors", {}).items()}
    if missing := [score for score in "1234" if not str(anchors.get(score, "")).strip()]:
        raise Refused(f"{where}: the text for score {', '.join(missing)} is missing.")
    key = _text(entry, "key", where)
    try:
        validate_slug(key)
    except ValidationError:
        raise Refused(f"{where}: the key “{key}” may hold only letters, digits, dashes and underscores.") from None
    return {
        "type": "criterion",
        "value": {
            "key": key,
            "title": _text(entry, "title", where),
            "question": _text(entry, "question", where),
            "anchors": {name: anchors[str(score)].strip() for score, name in enumerate(SCORES, 1)},
        },
    }


def _text(data: Mapping[str, Any], name: str, where: str) -> str:
    text = str(data.get(name) or "").strip()
    if not text:
        raise Refused(f"{where}: “{name}” is missing.")
    return text


def _plain(criteria: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        entry["value"] | {"anchors": {str(n): entry["value"]["anchors"][name] for n, name in enumerate(SCORES, 1)}}
        for entry in criteria
    ]


def _differs(before: dict[str, Any], rubric: Rubric) -> bool:
    return (before["title"], before["minimum_each"], Decimal(before["minimum_mean"])) != (
        rubric.title,
        rubric.minimum_each,
        rubric.minimum_mean,
    )
