"""The first letter to the people who carry a program."""

from django.urls import reverse

from people.api import Letter, LetterLine, User, letter_from, send_letter
from rollout.models import Program
from rollout.queries.holders import PROJECT_LEAD, Holders
from rollout.queries.programs import content_of


def invitation_letter(program: Program, person: User, opening: str, holders: Holders) -> Letter:
    """Return the first letter about ``program`` to somebody who carries it: the opening, and each of their roles."""
    roles_url = reverse("rollout:roles", args=[program.slug])
    summaries = {role.key: role.summary for role in content_of(program.playbook_version).roles}
    held = [
        LetterLine(role.slot.title, f"{roles_url}#role-{key}", summaries.get(key, ""))
        for key, role in holders.roles.items()
        if any(one.pk == person.pk for one in role.people)
    ]
    return letter_from(
        "emails/rollout/invitation.txt",
        {
            "program": program,
            "person": person,
            "opening": opening,
            "lead": holders.names(PROJECT_LEAD) or program.created_by.get_full_name(),
        },
        ("See what you take on", f"{roles_url}#role-{_first_role(person, holders)}"),
        held,
    )


def _first_role(person: User, holders: Holders) -> str:
    return next(
        (key for key, role in holders.roles.items() if any(one.pk == person.pk for one in role.people)), PROJECT_LEAD
    )


def send_invitation(program: Program, person: User, opening: str, holders: Holders) -> None:
    """Send that letter."""
    send_letter(invitation_letter(program, person, opening, holders), to=person.email)
