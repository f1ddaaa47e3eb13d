"""Who may know that a program exists, and who may start or set one up."""

from people.api import PROJECT_LEADS, Answer, Refusal, User, in_group, is_people_lead
from rollout.models import Program
from rollout.queries.holders import Holders, holders_in


def may_see_every_program(actor: User) -> bool:
    """Administrators and people leads: they look after all of them."""
    return is_people_lead(actor)


def may_see_program(actor: User, program: Program, *, holders: Holders | None = None) -> bool:
    """Administrators, people leads, the person who started the program, and whoever holds a role in it or decides in
    the name of somebody who does.

    Members of a roster do not: the board names people who owe something, and that is for those who carry the
    program. What members need stands on their own pages. Callers answer 404, so the rule speaks no reason.
    """
    if not actor.is_authenticated or not actor.is_active:
        return False
    if actor.is_superuser or actor.pk == program.created_by_id:
        return True
    return (holders or holders_in(program.pk)).acts_in_any(actor.pk) or may_see_every_program(actor)


def may_start_program(actor: User) -> Answer:
    """Project leads and administrators start programs."""
    if actor.is_superuser or in_group(actor, PROJECT_LEADS):
        return True
    return Refusal(
        "Programs are started by project leads, and you are not in that group yet.",
        owed_by="an administrator, who can add you to the group Project leads",
    )
