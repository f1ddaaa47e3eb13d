"""Comments on questions: written, answered, edited for a while, withdrawn; whoever is named is told once."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from people.api import Refused, User, announce, log, now, require
from rollout.models import ChecklistItem, Remark, RemarkMention
from rollout.notifications.remarks import send_mention
from rollout.queries.holders import holders_in
from rollout.rules.remarks import may_edit_remark, may_remark, may_reply_to, may_withdraw_remark, people_to_name
from rollout.services.locks import lock_item
from rollout.signals import remark_written

LONGEST = 4000
GIVEN_UP_AFTER = timedelta(days=3)


@transaction.atomic
def write_remark(
    *,
    item: ChecklistItem,
    actor: User,
    text: str,
    parent: Remark | None = None,
    named_ids: Iterable[int] = (),
) -> Remark:
    """Comment on a question, or answer the comment ``parent``; each of ``named_ids`` gets one mail.

    Refused: for those who may not see the question, without text, for an answer to an answer or to what was
    withdrawn, and for naming people who may not see the question.
    """
    item = lock_item(item.pk)
    holders = holders_in(item.step.wave.program_id)
    require(may_remark(actor, item, holders=holders))
    if parent is not None:
        parent = Remark.objects.get(pk=parent.pk)
        require(may_reply_to(parent, item))
    text = _checked(text)
    named = set(named_ids) - {actor.pk}
    allowed = {person.pk: person for person in people_to_name(item, holders)} if named else {}
    if named - allowed.keys():
        raise Refused("A comment can only name people who may see this question.")
    remark = Remark.objects.create(item=item, parent=parent, by=actor, at=now(), text=text)
    RemarkMention.objects.bulk_create(RemarkMention(remark=remark, person_id=pk) for pk in sorted(named))
    data = {"remark_id": remark.pk, "named": sorted(named)}
    log(item, "rollout.remark_written", user=actor, data=data, people=[allowed[pk] for pk in sorted(named)])
    if named:
        announce(remark_written, remark_id=remark.pk)
    return remark


@transaction.atomic
def edit_remark(*, remark: Remark, actor: User, text: str) -> Remark:
    """Change one's own comment within 15 minutes; it is marked as edited."""
    remark = _locked(remark)
    require(may_edit_remark(actor, remark))
    remark.text, remark.edited_at = _checked(text), now()
    remark.save(update_fields=["text", "edited_at"])
    log(remark.item, "rollout.remark_edited", user=actor, data={"remark_id": remark.pk})
    return remark


@transaction.atomic
def withdraw_remark(*, remark: Remark, actor: User) -> Remark:
    """Take one's own comment back: its place stays, with the word withdrawn, and so do the answers to it."""
    remark = _locked(remark)
    require(may_withdraw_remark(actor, remark))
    remark.withdrawn_at = now()
    remark.save(update_fields=["withdrawn_at"])
    log(remark.item, "rollout.remark_withdrawn", user=actor, data={"remark_id": remark.pk})
    return remark


def note_mentions_seen(*, item: ChecklistItem, person: User) -> None:
    """Put on record that ``person`` has opened the question whose comments name them."""
    RemarkMention.objects.filter(remark__item=item, person=person, seen_at__isnull=True).update(seen_at=now())


def mail_mentions(*, remark_id: int) -> int:
    """Send one mail to each person the remark names; again sends nothing twice. Return how many were sent.

    Raises ``Remark.DoesNotExist``, and ``OSError`` when the mail server is away. Nobody is told of what was
    withdrawn meanwhile, or when they have left.
    """
    remark = Remark.objects.select_related("by", "item__step__wave__program").get(pk=remark_id)
    sent = 0
    for mention in remark.mentions.filter(mailed_at__isnull=True).select_related("person"):
        mine = RemarkMention.objects.filter(pk=mention.pk)
        # Whoever writes the time first sends; when the mail server is away the time is taken back.
        if not mine.filter(mailed_at__isnull=True).update(mailed_at=now()):
            continue
        if remark.withdrawn_at is not None or not mention.person.is_active:
            continue
        try:
            send_mention(remark, mention.person)
        except OSError:
            mine.update(mailed_at=None)
            raise
        sent += 1
    return sent


def mail_missing_mentions() -> int:
    """Find the mails that the queue lost; return how many were sent."""
    waiting = RemarkMention.objects.filter(mailed_at__isnull=True, remark__at__gt=now() - GIVEN_UP_AFTER)
    ids = sorted(set(waiting.values_list("remark_id", flat=True)))
    return sum(mail_mentions(remark_id=pk) for pk in ids)


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("Write something first.")
    if len(text) > LONGEST:
        raise Refused(f"A comment has at most {LONGEST:,} characters.")
    return text


def _locked(remark: Remark) -> Remark:
    lock_item(remark.item_id)
    return (
        Remark.objects.select_for_update(of=("self",), no_key=True)
        .select_related("by", "item__step__wave__program")
        .get(pk=remark.pk)
    )
