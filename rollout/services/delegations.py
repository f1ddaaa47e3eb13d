"""Deciding in somebody's name: given for a time, taken back, never deleted."""

from datetime import date

from django.db import transaction

from people.api import Refused, User, log, now, require
from rollout.models import Delegation, Program
from rollout.queries.holders import holders_in
from rollout.rules.delegations import may_delegate_for, may_delegate_to, may_revoke_delegation
from rollout.services.dossiers import record_delegation
from rollout.services.locks import lock_program


@transaction.atomic
def delegate_decisions(
    *,
    program: Program,
    from_person: User,
    to_person: User,
    actor: User,
    starts_on: date,
    ends_on: date,
    reason: str,
    role_key: str = "",
) -> Delegation:
    """Let ``to_person`` decide in the name of ``from_person`` from ``starts_on`` through ``ends_on``.

    ``role_key`` limits it to one role; empty means every role of the person. Decisions that wait already are theirs
    at once. Refused: for anybody but the person and the project lead, to oneself, to somebody who holds the role,
    for a second delegation in the same days, for more than half a year, and without a reason.
    """
    program = lock_program(program.pk)
    holders = holders_in(program.pk)
    if role_key and role_key not in holders.roles:
        raise Refused(f"{program.title} has no role “{role_key}”.")
    require(may_delegate_for(actor, program, from_person, role_key=role_key, holders=holders))
    standing = list(program.delegations.unrevoked().select_related("from_person", "to_person"))
    require(
        may_delegate_to(
            actor,
            from_person,
            to_person,
            starts_on=starts_on,
            ends_on=ends_on,
            role_key=role_key,
            holders=holders,
            standing=standing,
        )
    )
    if not reason.strip():
        raise Refused("Say why: who reads a decision later wants to know why it was made in somebody's name.")
    delegation = Delegation.objects.create(
        program=program,
        from_person=from_person,
        to_person=to_person,
        role_key=role_key,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        created_by=actor,
        created_at=now(),
    )
    data = {
        "delegation_id": delegation.pk,
        "from": from_person.pk,
        "to": to_person.pk,
        "role": role_key,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
    }
    log(program, "rollout.delegation_made", user=actor, data=data, people=[from_person, to_person])
    record_delegation(delegation=delegation, action="rollout.delegation_made", by=actor)
    return delegation


@transaction.atomic
def revoke_delegation(*, delegation: Delegation, actor: User, reason: str = "") -> Delegation:
    """End a delegation before its last day. Decisions made under it stand."""
    program = lock_program(delegation.program_id)
    delegation = Delegation.objects.select_related("from_person", "to_person").get(pk=delegation.pk)
    require(may_revoke_delegation(actor, delegation, program))
    delegation.revoked_by, delegation.revoked_at, delegation.revoked_because = actor, now(), reason.strip()
    delegation.save(update_fields=["revoked_by", "revoked_at", "revoked_because"])
    data = {"delegation_id": delegation.pk, "from": delegation.from_person_id, "to": delegation.to_person_id}
    log(program, "rollout.delegation_revoked", user=actor, data={**data, "reason": delegation.revoked_because})
    record_delegation(delegation=delegation, action="rollout.delegation_revoked", by=actor)
    return delegation
