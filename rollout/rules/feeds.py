"""Who may subscribe to which calendar, and who may end an address."""

from people.api import Answer, Refusal, User
from rollout.models import CalendarFeed, Program
from rollout.rules.access import may_see_program


def may_subscribe(actor: User, program: Program | None) -> Answer:
    """Everybody to their own dates; to those of a program whoever may see it."""
    if not actor.is_active:
        return Refusal("Your account is closed.")
    if program is None or may_see_program(actor, program):
        return True
    return Refusal("This calendar is for those who carry the program.")


def may_revoke_feed(actor: User, feed: CalendarFeed) -> Answer:
    """Whoever made the address ends it, and administrators."""
    if actor.is_active and (actor.pk == feed.person_id or actor.is_superuser):
        return True
    return Refusal("An address is ended by the person who made it.", owed_by="that person, or an administrator")
