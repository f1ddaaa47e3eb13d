"""Who gets the weekly letter, and who may say no to it."""

from collections.abc import Collection

from people.api import Answer, Refusal, User
from rollout.models import Program
from rollout.queries.holders import PROJECT_LEAD, SPONSOR, Holders, holders_in

READING_ROLES = (PROJECT_LEAD, SPONSOR)


def digest_readers(holders: Holders, *, without: Collection[int] = ()) -> list[User]:
    """Return project lead and sponsor (their deputies where a role has no holder), but for those who said no."""
    readers = {person.pk: person for key in READING_ROLES for person in holders.people(key)}
    return [person for pk, person in readers.items() if pk not in without and person.is_active and person.email]


def may_choose_digest(actor: User, program: Program, *, holders: Holders | None = None) -> Answer:
    """Whoever holds one of the reading roles, or is its deputy, chooses for themselves."""
    holders = holders or holders_in(program.pk)
    if actor.is_active and holders.holds(actor.pk, *READING_ROLES):
        return True
    return Refusal(
        f"The weekly letter goes to the roles {holders.title(*READING_ROLES)}, so there is nothing to choose for you.",
        owed_by=holders.names(*READING_ROLES),
    )
