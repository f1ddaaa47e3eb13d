"""Prepare a program page by page, then start it with everything at once, or throw the draft away."""

from typing import Any

from django.db import transaction

from people.api import PROJECT_LEADS, Refused, Unit, User, in_group, now, require
from rollout.models import Program, ProgramDraft
from rollout.models.draft_content import DraftContent
from rollout.queries.drafts import chosen_people, open_draft_of, parameters_of, version_of
from rollout.queries.holders import PROJECT_LEAD
from rollout.rules.access import may_start_program
from rollout.rules.drafts import may_start_draft
from rollout.services.programs import record_parameters, set_wave_dates, start_program
from rollout.services.roles import assign_role
from rollout.services.rosters import add_roster_members


def first_answers(owner: User) -> DraftContent:
    """Return what a new draft begins with: the usual rhythm, and a project lead in the role of project lead."""
    leads = in_group(owner, PROJECT_LEADS)
    return DraftContent.model_validate(
        {
            "duration_months": 7,
            "success_score": "0.70",
            "cycle_length_months": 3,
            "lead_time_weeks": 8,
            "roles": {PROJECT_LEAD: [owner.pk]} if leads else {},
        }
    )


@transaction.atomic
def save_draft(*, owner: User, answers: dict[str, Any]) -> ProgramDraft:
    """Keep what ``owner`` has filled in so far, in their one open draft; the first answers make it.

    A draft is private, so nothing is audited and nobody is told. Refused for people who may not start programs.
    """
    require(may_start_program(owner))
    # Two first answers at once would make two drafts; the person's own row lets one wait for the other.
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    draft = open_draft_of(owner)
    if draft is None:
        draft = ProgramDraft(owner=owner, content=first_answers(owner).model_dump(mode="json"), created_at=now())
    draft.content = draft.answers.with_answers(answers).model_dump(mode="json")
    draft.saved_at = now()
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, owner: User) -> bool:
    """Throw the open draft away; return whether there was one. Programs that were started stay."""
    deleted, _ = ProgramDraft.objects.filter(owner=owner, program__isnull=True).delete()
    return bool(deleted)


@transaction.atomic
def start_program_from_draft(*, draft: ProgramDraft, actor: User) -> Program:
    """Start the program that was prepared: charter, parameters, roster, dates and roles in one go, or nothing.

    The pilot's first checklist is open afterwards. Nobody gets mail: the invitations are looked at first. Starting
    the same draft again returns the same program. Refused for anybody but the owner, and with the first thing that is
    missing.
    """
    draft = ProgramDraft.objects.select_for_update().get(pk=draft.pk)
    if draft.program is not None and draft.owner_id == actor.pk:
        return draft.program
    # Of two programs for one area the second waits here, and is refused.
    Unit.objects.select_for_update(no_key=True).filter(pk=draft.answers.area).first()
    require(may_start_draft(actor, draft))
    answers, version = draft.answers, version_of(draft.answers)
    if version is None:
        raise Refused("There is no playbook to follow yet.")
    program = start_program(
        title=answers.title, playbook_version=version, actor=actor, goal=answers.goal, approach=answers.approach
    )
    area = Unit.objects.filter(pk=answers.area).first()
    program = record_parameters(program=program, actor=actor, values=parameters_of(answers, area))
    wave = program.waves.get(number=0)
    if people := chosen_people(answers):
        add_roster_members(wave=wave, person_ids=people, actor=actor)
    if answers.starts_on is not None:
        set_wave_dates(wave=wave, actor=actor, starts_on=answers.starts_on)
    _name_holders(program, answers, actor)
    draft.program, draft.content, draft.saved_at = program, {}, now()
    draft.save()
    return program


def _name_holders(program: Program, answers: DraftContent, actor: User) -> None:
    people = User.objects.in_bulk({pk for ids in answers.roles.values() for pk in ids})
    slots = {slot.key: slot for slot in program.role_slots.all()}
    named = [
        (slots[key], people[pk]) for key, ids in answers.roles.items() if key in slots for pk in ids if pk in people
    ]
    # As soon as somebody is project lead, only they may name others: that role comes last, and in it the starter first.
    for slot, person in sorted(named, key=lambda row: (row[0].key == PROJECT_LEAD, row[1].pk != actor.pk)):
        assign_role(slot=slot, person=person, actor=actor)
