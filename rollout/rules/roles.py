"""Who may name, hand over and end roles, and accept what they promise. Asked by services and templates alike."""

from django.urls import reverse

from people.api import Answer, Refusal, User, in_words, today
from rollout.models import ExternalHolder, RoleSlot
from rollout.queries.holders import Holders, and_list, holders_in
from rollout.rules.programs import is_not_stopped, may_set_up


def may_accept_charter(actor: User, slot: RoleSlot, *, holders: Holders | None = None) -> Answer:
    """A holder or deputy of the role accepts the charter as it reads now, once; nobody does it for somebody else."""
    if (answer := is_not_stopped(slot.program)) is not True:
        return answer
    role = (holders or holders_in(slot.program_id)).roles.get(slot.key)
    mine = next((a for a in role.assignments if a.person_id == actor.pk), None) if role else None
    if mine is None:
        names = and_list(person.get_full_name() for person in role.people) if role and role.people else ""
        return Refusal(f"The charter of {slot.title} is accepted by those who hold the role.", owed_by=names)
    if mine.has_accepted:
        return Refusal("You have accepted this charter already.")
    return True


def may_name_external(actor: User, slot: RoleSlot, *, holders: Holders | None = None) -> Answer:
    """Whoever sets the program up names somebody from outside, for roles that the playbook opens to them."""
    if (answer := may_set_up(actor, slot.program, holders=holders)) is not True:
        return answer
    if not slot.allows_external:
        return Refusal(
            f"{slot.title} decides or answers for the company, so it is held by somebody from inside.",
            fix_label="Name somebody from the company",
            fix_url=f"{reverse('rollout:roles', args=[slot.program.slug])}#role-{slot.key}",
        )
    return True


def may_record_paper(actor: User, external: ExternalHolder, *, holders: Holders | None = None) -> Answer:
    """Whoever sets the program up records that somebody from outside signed the charter."""
    if (answer := may_set_up(actor, external.slot.program, holders=holders)) is not True:
        return answer
    if external.ended_on is not None or external.until < today():
        last = external.ended_on or external.until
        return Refusal(f"{external} no longer holds the role; the last day was {in_words(last)}.")
    return True
