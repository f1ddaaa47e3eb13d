"""The first mail to the people who carry a program: looked at, chosen, and sent once to each of them."""

import logging
from collections.abc import Iterable

from django.db import transaction

from people.api import Refused, User, announce, log, now, require
from rollout.models import Invitation, Program
from rollout.notifications.invitations import send_invitation
from rollout.queries.holders import holders_in
from rollout.rules.drafts import may_invite
from rollout.services.locks import lock_program
from rollout.signals import invitations_requested

logger = logging.getLogger(__name__)


@transaction.atomic
def send_invitations(*, program: Program, person_ids: Iterable[int], opening: str, actor: User) -> int:
    """Send the invitation with ``opening`` to people who hold a role in the program; return how many are new.

    Who has one stays as they are, so sending twice is sending once. Mail goes out after commit. Refused when nobody is
    chosen, and, with nothing sent, when somebody holds no role (their names are said).
    """
    program = lock_program(program.pk)
    holders = holders_in(program.pk)
    require(may_invite(actor, program, holders=holders))
    wanted = set(person_ids)
    if not wanted:
        raise Refused("Nobody is chosen, so nothing was sent. Choose at least one person.")
    if without := sorted(pk for pk in wanted if not holders.holds_any(pk)):
        names = ", ".join(str(person) for person in User.objects.filter(pk__in=without)[:5]) or "Somebody"
        raise Refused(f"{names} holds no role in {program.title}, so there is nothing to invite to.")
    known = set(Invitation.objects.filter(program=program, person__in=wanted).values_list("person_id", flat=True))
    new = Invitation.objects.bulk_create(
        Invitation(program=program, person_id=pk, opening=opening.strip(), requested_by=actor, requested_at=now())
        for pk in sorted(wanted - known)
    )
    if new:
        log(program, "rollout.invitations_sent", user=actor, data={"people": [row.person_id for row in new]})
        announce(invitations_requested, invitation_ids=[row.pk for row in new])
    return len(new)


@transaction.atomic
def mail_invitation(*, invitation_id: int) -> bool:
    """Send one invitation that has not gone out yet; return whether it went out now. Raises ``OSError`` when the mail
    server is away; the sweep tries again."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("program__playbook_version", "person")
        .get(pk=invitation_id)
    )
    if invitation.sent_at is not None or not invitation.person.is_active:
        return False
    holders = holders_in(invitation.program_id)
    invitation.sent_at = now()
    invitation.save(update_fields=["sent_at"])
    send_invitation(invitation.program, invitation.person, invitation.opening, holders)
    return True


def mail_missing_invitations() -> int:
    """Send what was asked for and never went out; return how many went out now. One address that the mail server
    refuses does not keep the others waiting."""
    missing = Invitation.objects.filter(sent_at__isnull=True, person__is_active=True)
    sent = 0
    for pk in list(missing.values_list("pk", flat=True)):
        try:
            sent += mail_invitation(invitation_id=pk)
        except OSError as error:
            logger.warning("Invitation %s could not be mailed and is tried again: %s", pk, error)
    return sent
