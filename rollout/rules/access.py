"""Who may know that a program exists, and who may start or set one up."""

from django.urls import reverse

from people.api import PROJECT_LEADS, Answer, Refusal, User, in_group, is_people_lead
from rollout.models import Program, RosterMember
from rollout.queries.holders import PROJECT_LEAD, WORKS_COUNCIL, Holders, holders_in


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


def sees_no_individuals(actor: User, program: Program, *, holders: Holders) -> bool:
    """Whether the works council's role is all that connects ``actor`` with the program.

    The works council watches what is stored; what individual people have learned or owe is none of it.
    """
    if actor.is_superuser or actor.pk == program.created_by_id:
        return False
    held = [key for key in holders.roles if holders.holds(actor.pk, key)]
    return held == [WORKS_COUNCIL] and not may_see_every_program(actor)


def not_for_the_works_council(program: Program) -> Refusal:
    """Why a page is closed to the works council, and which one is open."""
    return Refusal(
        "This page names what individual people have learned or owe, which the works council does not see.",
        fix_label="See what the program stores about people",
        fix_url=reverse("rollout:works_council", args=[program.slug]),
    )


def may_see_evidence_views(actor: User, program: Program, *, holders: Holders) -> bool:
    """Who opened which file is for the project lead, their deputy and administrators."""
    return actor.is_superuser or holders.holds(actor.pk, PROJECT_LEAD)


def may_see_privacy(actor: User, program: Program, *, holders: Holders | None = None) -> bool:
    """Whoever sees the program, and everybody on one of its rosters: it is about them."""
    if may_see_program(actor, program, holders=holders):
        return True
    members = RosterMember.objects.filter(wave__program=program, person=actor, left_on__isnull=True)
    return actor.is_active and members.exists()


def may_start_program(actor: User) -> Answer:
    """Project leads and administrators start programs."""
    if actor.is_superuser or in_group(actor, PROJECT_LEADS):
        return True
    return Refusal(
        "Programs are started by project leads, and you are not in that group yet.",
        owed_by="an administrator, who can add you to the group Project leads",
    )
