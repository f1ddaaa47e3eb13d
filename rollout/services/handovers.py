"""A role changes hands: what the old holder owed gets its new owner in one act."""

from collections.abc import Collection

from django.db import transaction

from people.api import Refused, User, announce, log, now, require
from rollout.models import Condition, ConditionHandover, ExternalHolder, RoleAssignment
from rollout.queries.handovers import conditions_of
from rollout.rules.programs import may_set_up
from rollout.services.locks import lock_program
from rollout.services.roles import assign_role, end_role_assignment
from rollout.signals import wave_changed


@transaction.atomic
def hand_over(
    *,
    assignment: RoleAssignment,
    successor: User,
    actor: User,
    reason: str = "",
    condition_ids: Collection[int] | None = None,
) -> RoleAssignment:
    """Give the role and everything open of its holder to ``successor``; return the successor's assignment.

    The old assignment ends today. Open conditions get the new owner (``condition_ids`` chooses, default: all) with a
    history of who had them, and so do contacts of people from outside; decisions, confirmations and answers follow the
    role by themselves. What was said, submitted and decided stays with who did it. An assignment that has ended already
    can be handed over too: the role of somebody who left. Refused to the same person, to people who have left, for
    conditions that are not theirs, and for people who may not set up the program.
    """
    program = lock_program(assignment.slot.program_id)
    require(may_set_up(actor, program))
    assignment = RoleAssignment.objects.select_related("slot", "person").get(pk=assignment.pk)
    former = assignment.person
    if successor.pk == former.pk:
        raise Refused(f"{former} holds this role. Name somebody else to hand it over to.")
    owned = {condition.pk: condition for condition in conditions_of(program, former.pk)}
    chosen = set(owned) if condition_ids is None else set(condition_ids)
    if strangers := chosen - set(owned):
        raise Refused(f"{len(strangers)} of the chosen conditions are no longer {former}'s to hand over.")
    # The successor first: a lead who hands over their own role may set the program up until the end.
    successors = assign_role(slot=assignment.slot, person=successor, actor=actor, is_deputy=assignment.is_deputy)
    end_role_assignment(assignment=assignment, actor=actor, reason=reason.strip() or f"Handed over to {successor}.")
    for pk in sorted(chosen):
        _pass_on(owned[pk], successor, actor, reason.strip())
    contacts = ExternalHolder.objects.filter(slot__program=program, contact=former, ended_on__isnull=True)
    moved = contacts.update(contact=successor)
    data = {
        "role": assignment.slot.key,
        "person": former.pk,
        "successor": successor.pk,
        "conditions": len(chosen),
        "contacts": moved,
        "reason": reason.strip(),
    }
    log(program, "rollout.role_handed_over", user=actor, data=data)
    for wave_id in program.waves.values_list("pk", flat=True):
        announce(wave_changed, wave_id=wave_id)
    return successors


def _pass_on(condition: Condition, successor: User, actor: User, reason: str) -> None:
    ConditionHandover.objects.create(
        condition=condition,
        from_owner=condition.owner,
        to_owner=successor,
        handed_over_by=actor,
        handed_over_at=now(),
        reason=reason,
    )
    Condition.objects.filter(pk=condition.pk).update(owner=successor)
