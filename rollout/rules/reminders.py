"""Who may remind people, and who is left in peace."""

from collections.abc import Collection

from people.api import Answer, Refusal, User
from rollout.models import Program
from rollout.queries.holders import PROJECT_LEAD, SPONSOR, Holders, holders_in
from rollout.rules.statements import holds_or_refusal

REMINDING_ROLES = (PROJECT_LEAD, SPONSOR)


def may_remind(actor: User, program: Program, *, holders: Holders | None = None) -> Answer:
    """The project lead, the sponsor, their deputies and administrators, while the program runs."""
    if program.state != Program.State.RUNNING:
        return Refusal(f"{program.title} is {program.get_state_display().lower()}, so nobody is reminded of anything.")
    if not actor.is_active:
        return Refusal("Your account is closed.")
    if actor.is_superuser:
        return True
    return holds_or_refusal(actor, program, REMINDING_ROLES, holders or holders_in(program.pk), "People are reminded")


def may_be_reminded(person: User, *, by: User, reminded: Collection[int] = (), away: Collection[int] = ()) -> Answer:
    """Anybody who is here, was not reminded today, and is not the one who reminds (``by``).

    ``reminded`` are the ids of the people whom this program reminded today, ``away`` of those on leave.
    """
    name = person.get_full_name()
    if not person.is_active:
        return Refusal(f"{name} has left the company.")
    if person.pk == by.pk:
        return Refusal("This is on your own list; a mail to yourself helps nobody.")
    if person.pk in away:
        return Refusal(f"{name} is away.")
    if person.pk in reminded:
        return Refusal(f"{name} was reminded today already. One mail a day is enough.")
    if not person.email:
        return Refusal(f"{name} has no e-mail address.")
    return True
