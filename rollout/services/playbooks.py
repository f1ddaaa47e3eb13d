"""Playbooks in and out: one readable YAML file is a whole playbook, and a published version never changes."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from django.db import transaction
from django.db.models import Max
from pydantic import ValidationError

from people.api import Refusal, Refused, User, log, now, require
from rollout.evidence import SOURCES
from rollout.models import Playbook, PlaybookVersion
from rollout.models.playbook_content import PlaybookContent
from rollout.queries.parameters import FIELDS
from rollout.queries.programs import content_of
from rollout.rules.programs import may_edit_playbooks

MAXIMUM_SIZE = 1_000_000
FLOW_WIDTH = 100


@dataclass(frozen=True)
class Problem:
    """What is wrong in a playbook file: ``path`` such as ``steps[coaching].items[trainers_settled].strength``."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


class PlaybookRefused(Refused):
    """The file is not a playbook. ``problems`` names every path and reason; nothing was changed."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(Refusal("This playbook cannot be imported. " + " ".join(f"{p}." for p in problems)))


@dataclass(frozen=True)
class ImportedPlaybook:
    """The version that holds the content now; ``changed`` is False when it was there already."""

    version: PlaybookVersion
    changed: bool


class _PlaybookLoader(yaml.SafeLoader):
    """Plain YAML: no anchors (a small file could grow without bounds) and no key twice (one would be lost)."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="anchors and aliases are not used in playbooks", problem_mark=self.peek_event().start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"“{key.value}” stands twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_playbook(text: str) -> PlaybookContent:
    """Return the content of a YAML file. Raises ``PlaybookRefused`` naming every problem with path and reason."""
    if len(text) > MAXIMUM_SIZE:
        raise PlaybookRefused([Problem("", "the file is larger than one megabyte")])
    try:
        raw = yaml.load(text, Loader=_PlaybookLoader)  # noqa: S506 - a SafeLoader with further limits
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise PlaybookRefused([Problem(place, str(error.problem))]) from error
    except yaml.YAMLError as error:
        raise PlaybookRefused([Problem("", f"it cannot be read as YAML ({error})")]) from error
    if not isinstance(raw, dict):
        raise PlaybookRefused([Problem("", "the file does not hold a playbook")])
    try:
        content = PlaybookContent.model_validate(raw)
    except ValidationError as error:
        raise PlaybookRefused([Problem(_path(raw, e["loc"]), _reason(e["msg"])) for e in error.errors()]) from error
    if problems := list(_unknown_names(content)):
        raise PlaybookRefused(problems)
    return content


def _path(raw: Any, location: tuple[int | str, ...]) -> str:
    """Return the place as people find it: by the key of the part instead of its number where there is one."""
    path, here = "", raw
    for part in location:
        if isinstance(part, int):
            here = here[part] if isinstance(here, list | tuple) and part < len(here) else None
            name = here.get("key", part) if isinstance(here, dict) else part
            path += f"[{name}]"
        else:
            here = here.get(part) if isinstance(here, dict) else None
            path += f".{part}" if path else part
    return path


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ")


def _unknown_names(content: PlaybookContent) -> Iterator[Problem]:
    """What the shape alone does not check, so that versions stored before stay readable: charters, sources, and what
    their parameters refer to."""
    for role in content.roles:
        if not role.charter:
            yield Problem(f"roles[{role.key}].charter", "the charter is empty, and holders are asked to accept it")
        if role.learning and role.no_learning_because:
            reason = "the role has courses, so there is no reason for having none"
            yield Problem(f"roles[{role.key}].no_learning_because", reason)
    for parameter in content.parameters:
        if parameter.key not in FIELDS:
            yield Problem(f"parameters[{parameter.key}]", f"there is no such parameter; known are {', '.join(FIELDS)}")
    known = {
        "roles": {role.key for role in content.roles},
        "parameters": {parameter.key for parameter in content.parameters},
        "meetings": {meeting.key for meeting in content.meetings},
    }
    for step in content.steps:
        for item in step.items:
            for number, check in enumerate(item.checks):
                place = f"steps[{step.key}].items[{item.key}].checks[{number}]"
                if check.source not in SOURCES:
                    yield Problem(f"{place}.source", f"there is no evidence source “{check.source}”")
                for name, keys in known.items():
                    for key in check.parameters.get(name) or ():
                        if key not in keys:
                            yield Problem(f"{place}.parameters.{name}", f"“{key}” is not among the playbook's {name}")


def content_sha256(content: PlaybookContent) -> str:
    """Return the hash over the canonical JSON of the content: equal for equal playbooks however they are written."""
    canonical = json.dumps(content.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def import_playbook(*, text: str, actor: User | None, publish: bool = False, change_note: str = "") -> ImportedPlaybook:
    """Take a YAML file in as a draft version (or a published one); content that is the newest already changes nothing.

    ``actor`` None is the operator at the command line. Refused: a file with problems (``PlaybookRefused``), and people
    who may not edit playbooks. A draft that waits is replaced, a published version never.
    """
    require(may_edit_playbooks(actor))
    content = read_playbook(text)
    sha256 = content_sha256(content)
    playbook, _ = Playbook.objects.get_or_create(
        key=content.key, defaults={"title": content.title, "summary": content.summary}
    )
    playbook = Playbook.objects.select_for_update(no_key=True).get(pk=playbook.pk)
    newest = playbook.versions.order_by("-number").first()
    is_draft = newest is not None and newest.state == PlaybookVersion.State.DRAFT
    # A version stored before the shape grew hashes differently, and is the same playbook nevertheless.
    if newest is not None and (newest.sha256 == sha256 or content_of(newest) == content):
        if is_draft and publish:
            return ImportedPlaybook(_publish(newest, actor), changed=True)
        return ImportedPlaybook(newest, changed=False)
    if newest is not None and is_draft:
        version = newest
        version.content, version.sha256 = content.model_dump(mode="json"), sha256
        version.change_note, version.made_at = change_note, now()
        version.save()
    else:
        highest = playbook.versions.aggregate(highest=Max("number"))["highest"] or 0
        version = PlaybookVersion.objects.create(
            playbook=playbook,
            number=highest + 1,
            content=content.model_dump(mode="json"),
            sha256=sha256,
            change_note=change_note,
            made_at=now(),
        )
    log(version, "rollout.playbook_imported", user=actor, data={"number": version.number, "sha256": sha256})
    return ImportedPlaybook(_publish(version, actor) if publish else version, changed=True)


@transaction.atomic
def publish_playbook_version(*, version: PlaybookVersion, actor: User | None) -> PlaybookVersion:
    """Publish a draft; from then on it never changes. Publishing a published version changes nothing."""
    require(may_edit_playbooks(actor))
    Playbook.objects.select_for_update(no_key=True).get(pk=version.playbook_id)
    version = PlaybookVersion.objects.select_related("playbook").get(pk=version.pk)
    if version.state == PlaybookVersion.State.PUBLISHED:
        return version
    return _publish(version, actor)


def _publish(version: PlaybookVersion, actor: User | None) -> PlaybookVersion:
    content = PlaybookContent.model_validate(version.content)
    if problems := list(_unknown_names(content)):
        raise PlaybookRefused(problems)
    version.state, version.published_at, version.published_by = PlaybookVersion.State.PUBLISHED, now(), actor
    version.save()
    playbook = version.playbook
    playbook.title, playbook.summary = content.title, content.summary
    playbook.save(update_fields=["title", "summary"])
    log(version, "rollout.playbook_published", user=actor, data={"number": version.number})
    return version


class _PlaybookDumper(yaml.SafeDumper):
    """Writes a playbook as people would: long texts as blocks, short lists on one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    longest = max(map(len, text.splitlines()), default=0)
    style = ">" if longest > FLOW_WIDTH else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _write_list(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
    flat = all(isinstance(value, str | int | float) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flat)


_PlaybookDumper.add_representer(str, _write_text)
_PlaybookDumper.add_representer(list, _write_list)


def export_playbook(*, version: PlaybookVersion) -> str:
    """Return the version as a YAML file that imports to exactly the same content: keys in the order of the shape,
    long texts as blocks, empty parts left out."""
    content = PlaybookContent.model_validate(version.content)
    dumped = _without_empty_parts(content.model_dump(mode="json"))
    text = yaml.dump(dumped, Dumper=_PlaybookDumper, sort_keys=False, allow_unicode=True, width=108)
    return f"# {content.title}, version {version.number}\n{text}"


OMITTED_WHEN_EMPTY = (
    "commitments",
    "checks",
    "confirmed_by",
    "unit",
    "warning",
    "warn_below",
    "warn_above",
    "no_learning_because",
    "due",
    "when",
    "days",
    "working_days",
    "weeks",
    "months",
    "step",
)


def _without_empty_parts(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_empty_parts(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_empty_parts(part)
        for key, part in value.items()
        if not (key in OMITTED_WHEN_EMPTY and part in (None, "", []))
        and not (key == "strength" and part is None)
        and not (key == "quorum" and part == "any")
    }
