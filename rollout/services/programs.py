"""Start a program from a playbook, and record what it is measured against."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from people.api import Refusal, Refused, User, announce, log, now, require
from rollout.models import CharterText, ChecklistItem, PlaybookVersion, Program, RoleSlot, Step, Wave
from rollout.models.playbook_content import ItemContent, PlaybookContent
from rollout.queries.due_dates import wave_dates_preview
from rollout.queries.parameters import FIELDS, recorded_parameters
from rollout.queries.programs import content_of
from rollout.rules.access import may_start_program
from rollout.rules.programs import may_set_up, may_set_wave_dates, may_start_from
from rollout.services.due_dates import write_changes
from rollout.services.locks import lock_program, lock_wave
from rollout.signals import wave_changed

RESERVED_SLUGS = {"new"}
"""Addresses below /programs/ that are not programs."""


@transaction.atomic
def start_program(
    *,
    title: str,
    playbook_version: PlaybookVersion,
    actor: User,
    slug: str = "",
    goal: str = "",
    approach: str = "",
    wave_title: str = "Pilot",
) -> Program:
    """Start a program with its pilot: steps, items and role slots as the published version has them.

    The first step is open, the others are locked. Refused for people outside the group Project leads (administrators
    may), for a draft, and when ``slug`` (default: made from the title) is taken or empty.
    """
    require(may_start_program(actor))
    require(may_start_from(playbook_version))
    content = content_of(playbook_version)
    program = Program.objects.create(
        slug=_free_slug(slug, title),
        title=title.strip(),
        playbook_version=playbook_version,
        goal=goal,
        approach=approach,
        created_at=now(),
        created_by=actor,
    )
    RoleSlot.objects.bulk_create(
        RoleSlot(
            program=program,
            key=role.key,
            title=role.title,
            position=position,
            is_required=role.required,
            minimum=role.minimum,
            per_teams=role.per_teams,
            learning=list(role.learning),
            no_learning_because=role.no_learning_because,
            allows_external=role.external,
        )
        for position, role in enumerate(content.roles)
    )
    charters = {role.key: role.charter for role in content.roles}
    CharterText.objects.bulk_create(
        CharterText(slot=slot, number=1, text=charters[slot.key], written_at=now())
        for slot in RoleSlot.objects.filter(program=program)
    )
    wave = Wave.objects.create(program=program, number=0, title=wave_title)
    _lay_out_steps(wave, content)
    log(program, "rollout.program_started", user=actor, data={"playbook_version": playbook_version.pk})
    announce(wave_changed, wave_id=wave.pk)
    return program


def _free_slug(slug: str, title: str) -> str:
    if slug:
        if slug in RESERVED_SLUGS:
            raise Refused(f"The address “{slug}” belongs to a page of its own. Choose another one.")
        if Program.objects.filter(slug=slug).exists():
            raise Refused(f"There is already a program with the address “{slug}”. Choose another one.")
        return slug
    base = slugify(title)[:70]
    if not base:
        raise Refused("A program needs a title.")
    taken = RESERVED_SLUGS | set(Program.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(name for number in range(1, len(taken) + 2) if (name := _numbered(base, number)) not in taken)


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}-{number}"


def _lay_out_steps(wave: Wave, content: PlaybookContent) -> None:
    first = min(step.number for step in content.steps)
    steps = Step.objects.bulk_create(
        Step(
            wave=wave,
            key=step.key,
            number=step.number,
            title=step.title,
            state=Step.State.OPEN if step.number == first else Step.State.LOCKED,
            opened_at=now() if step.number == first else None,
        )
        for step in content.steps
    )
    ChecklistItem.objects.bulk_create(
        _item(step, position, item)
        for step, part in zip(steps, content.steps, strict=True)
        for position, item in enumerate(part.items)
    )


def _item(step: Step, position: int, item: ItemContent) -> ChecklistItem:
    return ChecklistItem(
        step=step,
        key=item.key,
        position=position,
        question=item.question,
        help=item.help,
        strength=item.strength,
        verification=item.verification,
        responsible=item.responsible,
        confirmed_by=item.confirmed_by or "",
        waivable=item.waivable,
        is_live=item.latching == "live",
        may_be_not_applicable=item.not_applicable,
        checks=[check.model_dump(mode="json") for check in item.checks],
    )


class ParametersRefused(Refused):
    """Some values cannot be recorded. ``errors`` names the reason by parameter key; nothing was changed."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(Refusal(" ".join(errors.values())))


@transaction.atomic
def record_parameters(*, program: Program, actor: User, values: Mapping[str, Any]) -> Program:
    """Record parameters by playbook key (``area`` is a ``Unit`` or None).

    Keys left out keep their values, None empties one.
    Rules of thumb are warnings (``queries.parameters.parameter_warnings``) and refuse nothing. Raises
    ``ParametersRefused`` for unknown keys and for values that the field cannot hold.
    """
    program = lock_program(program.pk)
    require(may_set_up(actor, program))
    if unknown := [key for key in values if key not in FIELDS]:
        raise ParametersRefused({key: f"There is no parameter named “{key}”." for key in unknown})
    before = recorded_parameters(program)
    fields = [key for key in FIELDS if key in values]
    for key in fields:
        value = values[key]
        setattr(program, key, "" if value is None and key == "system_of_record" else value)
    try:
        program.clean_fields(exclude=[field.name for field in Program._meta.fields if field.name not in fields])
    except ValidationError as error:
        raise ParametersRefused(
            {
                key: f"{Program._meta.get_field(key).verbose_name.capitalize()}: {' '.join(messages)}"  # type: ignore[union-attr]
                for key, messages in error.message_dict.items()
            }
        ) from error
    program.save(update_fields=fields)
    after = recorded_parameters(program)
    if after == before:
        return program
    changed = {
        key: [_plain(before.get(key)), _plain(after.get(key))]
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    }
    log(program, "rollout.parameters_recorded", user=actor, data={"changed": changed})
    for wave_id in program.waves.values_list("pk", flat=True):
        announce(wave_changed, wave_id=wave_id)
    return program


def _plain(value: Any) -> str | int | None:
    return value if value is None or isinstance(value, int) else str(value)


@transaction.atomic
def set_wave_dates(*, wave: Wave, actor: User, starts_on: date, ends_on: date | None = None, seen: str = "") -> Wave:
    """Set the first and last day of the wave's first cycle; every item and gate gets its due date from the playbook.

    Due dates that were set by hand stay. Without ``ends_on`` the cycle lasts as many months as the program's cycle
    length says, or 13 weeks. ``seen`` is the mark of the preview (``wave_dates_preview``): when other dates would move
    now, nothing changes. Refused once the cycle has been started, and when it would end before it starts.
    """
    wave = lock_wave(wave.pk)
    require(may_set_wave_dates(actor, wave))
    preview = wave_dates_preview(wave, starts_on, ends_on)
    if preview.ends_on <= starts_on:
        raise Refused("The last day of the cycle has to come after its first day.")
    if seen and seen != preview.digest:
        raise Refused("Dates have changed since you opened this preview, so nothing was moved. Look at it again.")
    wave.starts_on, wave.ends_on = starts_on, preview.ends_on
    wave.save(update_fields=["starts_on", "ends_on"])
    write_changes(preview.moved)
    log(
        wave,
        "rollout.wave_dates_set",
        user=actor,
        data={"starts_on": starts_on.isoformat(), "ends_on": preview.ends_on.isoformat()},
    )
    announce(wave_changed, wave_id=wave.pk)
    return wave
