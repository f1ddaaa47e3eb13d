"""Holders from outside: consultants and hired coaches are named and counted, and never get an account's reach."""

from datetime import date

from django.db import transaction

from people.api import Refusal, Refused, User, log, now, require, today
from rollout.models import ExternalHolder, RoleSlot
from rollout.rules.programs import may_set_up
from rollout.rules.roles import may_name_external
from rollout.services.locks import lock_program
from rollout.services.roles import announce_role_change


@transaction.atomic
def name_external(
    *,
    slot: RoleSlot,
    name: str,
    contact: User,
    until: date,
    actor: User,
    company: str = "",
    email: str = "",
    started_on: date | None = None,
) -> ExternalHolder:
    """Let somebody from outside hold the role from ``started_on`` (default: today) through ``until``.

    They do not sign in, submit, answer, confirm or decide; ``contact`` answers for them inside. Refused for roles that
    the playbook keeps inside, without a name, for a contact who has left, for an engagement that is over or ends
    before it starts, and for somebody who has an account: they get the role itself.
    """
    program = lock_program(slot.program_id)
    slot = RoleSlot.objects.select_related("program").get(pk=slot.pk)
    require(may_name_external(actor, slot))
    started_on, day = started_on or today(), today()
    if not name.strip():
        raise Refused("Give the name of the person from outside.")
    if not contact.is_active:
        raise Refused(f"{contact} has left the company. Name somebody else as the contact.")
    if until < day:
        raise Refused("The last day of the engagement is over already.")
    if until < started_on:
        raise Refused("The engagement cannot end before it starts.")
    insider = User.objects.filter(email__iexact=email.strip(), is_active=True).first() if email.strip() else None
    if insider is not None:
        raise Refused(
            Refusal(f"{insider} has an account here. Give them the role itself.", fix_label="Name them as a holder")
        )
    external = ExternalHolder.objects.create(
        slot=slot,
        name=name.strip(),
        company=company.strip(),
        email=email.strip().lower(),
        contact=contact,
        started_on=started_on,
        until=until,
        named_by=actor,
        named_at=now(),
    )
    data = {"role": slot.key, "external": str(external), "contact": contact.pk, "until": until.isoformat()}
    log(program, "rollout.external_named", user=actor, data=data)
    announce_role_change(program)
    return external


@transaction.atomic
def end_external(*, external: ExternalHolder, actor: User, reason: str = "") -> ExternalHolder:
    """End the engagement today; ended ones stay as they are. Refused for people who may not set up the program."""
    program = lock_program(external.slot.program_id)
    require(may_set_up(actor, program))
    external = ExternalHolder.objects.select_related("slot").get(pk=external.pk)
    if external.ended_on is not None:
        return external
    external.ended_on = max(today(), external.started_on)
    external.save(update_fields=["ended_on"])
    data = {"role": external.slot.key, "external": str(external), "reason": reason.strip()}
    log(program, "rollout.external_ended", user=actor, data=data)
    announce_role_change(program)
    return external
