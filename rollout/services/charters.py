"""What roles promise: editions are written, holders accept them, and a new edition is accepted again."""

from django.db import transaction

from people.api import Refused, User, log, now, require
from rollout.models import CharterAcceptance, CharterText, ExternalHolder, RoleSlot
from rollout.rules.programs import may_set_up
from rollout.rules.roles import may_accept_charter, may_record_paper
from rollout.services.locks import lock_program
from rollout.services.roles import announce_role_change


@transaction.atomic
def write_charter(*, slot: RoleSlot, text: str, actor: User, change_note: str = "") -> CharterText:
    """Write a new edition of the role's charter; whoever holds the role is asked to accept it.

    The same text again returns the edition there is. Refused for an empty text, and for people who may not set up the
    program.
    """
    program = lock_program(slot.program_id)
    require(may_set_up(actor, program))
    slot = RoleSlot.objects.get(pk=slot.pk)
    text = "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())
    if not text:
        raise Refused("A charter says at least what the role is for. Write its text.")
    current = slot.charter_texts.filter(number=slot.charter_number).first()
    if current is not None and current.text == text:
        return current
    edition = CharterText.objects.create(
        slot=slot,
        number=slot.charter_number + 1,
        text=text,
        change_note=change_note.strip(),
        written_at=now(),
        written_by=actor,
    )
    slot.charter_number = edition.number
    slot.save(update_fields=["charter_number"])
    data = {"role": slot.key, "number": edition.number, "change": edition.change_note}
    log(program, "rollout.charter_written", user=actor, data=data)
    announce_role_change(program)
    return edition


@transaction.atomic
def accept_charter(*, slot: RoleSlot, actor: User, number: int | None = None) -> CharterAcceptance:
    """Accept the charter of a role that ``actor`` holds or deputizes for.

    ``number`` is the edition on the screen; when a newer one was written since, nothing is accepted. Accepting the
    same edition twice returns the acceptance there is. Refused for everybody who does not hold the role.
    """
    program = lock_program(slot.program_id)
    slot = RoleSlot.objects.select_related("program").get(pk=slot.pk)
    text = slot.charter_texts.get(number=slot.charter_number)
    known = CharterAcceptance.objects.filter(text=text, person=actor).first()
    if known is not None:
        return known
    require(may_accept_charter(actor, slot))
    if number is not None and number != text.number:
        raise Refused(
            f"The charter of {slot.title} has a new edition since you opened this page. Read it, and accept it then."
        )
    acceptance = CharterAcceptance.objects.create(text=text, person=actor, recorded_by=actor, accepted_at=now())
    log(program, "rollout.charter_accepted", user=actor, data={"role": slot.key, "number": text.number})
    announce_role_change(program)
    return acceptance


@transaction.atomic
def record_external_acceptance(*, external: ExternalHolder, document: str, actor: User) -> CharterAcceptance:
    """Record that somebody from outside signed the charter; ``document`` says where the paper is, or links it.

    Recording it twice returns the acceptance there is. Refused without the document, once the engagement is over, and
    for people who may not set up the program.
    """
    program = lock_program(external.slot.program_id)
    external = ExternalHolder.objects.select_related("slot__program").get(pk=external.pk)
    require(may_record_paper(actor, external))
    slot = external.slot
    text = slot.charter_texts.get(number=slot.charter_number)
    known = CharterAcceptance.objects.filter(text=text, external=external).first()
    if known is not None:
        return known
    if not document.strip():
        raise Refused(f"Say where the paper is that {external.name} signed, or link it.")
    acceptance = CharterAcceptance.objects.create(
        text=text, external=external, recorded_by=actor, accepted_at=now(), document=document.strip()
    )
    data = {"role": slot.key, "number": text.number, "external": str(external)}
    log(program, "rollout.charter_signed_outside", user=actor, data=data)
    announce_role_change(program)
    return acceptance
