"""Who may let somebody else decide in whose name, for how long, and who ends it."""

from collections.abc import Sequence
from datetime import date, timedelta

from people.api import Answer, Refusal, User, in_words, today
from rollout.models import Delegation, Program
from rollout.queries.holders import PROJECT_LEAD, Holders, holders_in
from rollout.rules.programs import is_not_stopped

LONGEST_DAYS = 184


def may_delegate_for(
    actor: User, program: Program, from_person: User, *, role_key: str = "", holders: Holders | None = None
) -> Answer:
    """The person themselves, or the project lead for somebody who is away.

    Only somebody who holds the role (``role_key`` empty: any role) has something to delegate, so a delegate cannot
    pass on what was given to them.
    """
    if (answer := is_not_stopped(program)) is not True:
        return answer
    holders = holders or holders_in(program.pk)
    keys = [role_key] if role_key else list(holders.roles)
    name = "You" if actor.pk == from_person.pk else from_person.get_full_name()
    if not holders.holds(from_person.pk, *keys):
        has = "have" if name == "You" else "has"
        if holders.acting(from_person.pk, *keys) is not None:
            return Refusal(
                f"{name} only {'decide' if name == 'You' else 'decides'} here in somebody else's name, and that cannot "
                "be passed on.",
                owed_by=holders.names(*keys),
            )
        return Refusal(f"{name} {has} no such role in {program.title}, so there is nothing to delegate.")
    if actor.pk == from_person.pk or holders.holds(actor.pk, PROJECT_LEAD) or actor.is_superuser:
        return True
    return Refusal(
        f"What {from_person.get_full_name()} decides is delegated by themselves or by the project lead.",
        owed_by=from_person.get_full_name(),
    )


def may_delegate_to(
    actor: User,
    from_person: User,
    to_person: User,
    *,
    starts_on: date,
    ends_on: date,
    role_key: str,
    holders: Holders,
    standing: Sequence[Delegation] = (),
) -> Answer:
    """Somebody else who works here and does not hold the role already, for at most half a year, once at a time.

    ``standing`` are the program's delegations that were not taken back. Nobody takes another person's decisions for
    themselves: the lead may delegate for somebody who is away, but not to the lead.
    """
    if to_person.pk == from_person.pk:
        return Refusal("Nobody delegates to themselves. Choose another person.")
    if not to_person.is_active:
        return Refusal(f"{to_person.get_full_name()} has left the company and cannot decide for anybody.")
    if actor.pk == to_person.pk:
        return Refusal(
            f"You cannot take over {from_person.get_full_name()}'s decisions yourself. Choose another person, or let "
            "them delegate to you.",
            owed_by=from_person.get_full_name(),
        )
    if (answer := _may_last(starts_on, ends_on)) is not True:
        return answer
    keys = [role_key] if role_key else [key for key in holders.roles if holders.holds(from_person.pk, key)]
    if holders.holds(to_person.pk, *keys):
        return Refusal(
            f"{to_person.get_full_name()} holds the role {holders.title(*keys)} already and decides in their own right."
        )
    for one in standing:
        overlaps = one.starts_on <= ends_on and starts_on <= one.ends_on
        same_role = not role_key or one.role_key in ("", role_key)
        days = f"from {in_words(one.starts_on)} to {in_words(one.ends_on)}"
        if overlaps and same_role and one.from_person_id == from_person.pk:
            return Refusal(
                f"{one.to_person.get_full_name()} decides for {one.from_person.get_full_name()} {days} already. Take "
                "that back first.",
                owed_by=one.from_person.get_full_name(),
            )
        if overlaps and same_role and one.to_person_id == to_person.pk:
            return Refusal(
                f"{one.to_person.get_full_name()} decides for {one.from_person.get_full_name()} {days} already, and "
                "nobody speaks for two people at once. Choose another person."
            )
    return True


def _may_last(starts_on: date, ends_on: date) -> Answer:
    if ends_on < starts_on:
        return Refusal("The last day comes before the first.")
    if ends_on < today():
        return Refusal("These days are over already.")
    if ends_on - starts_on > timedelta(days=LONGEST_DAYS):
        return Refusal("A delegation lasts half a year at most. For longer, name a deputy.")
    return True


def may_revoke_delegation(
    actor: User, delegation: Delegation, program: Program, *, holders: Holders | None = None
) -> Answer:
    """Either of the two people, whoever made it, or the project lead ends it; what was decided stays decided."""
    if delegation.revoked_at is not None:
        return Refusal("This delegation was taken back already.")
    if delegation.ends_on < today():
        return Refusal(f"This delegation ended on {in_words(delegation.ends_on)}.")
    holders = holders or holders_in(program.pk)
    concerned = (delegation.from_person_id, delegation.to_person_id, delegation.created_by_id)
    if actor.pk in concerned or actor.is_superuser or holders.holds(actor.pk, PROJECT_LEAD):
        return True
    return Refusal(
        "A delegation is taken back by one of the two people or by the project lead.",
        owed_by=delegation.from_person.get_full_name(),
    )
