"""Reminding people: grouped by person, seen before it is sent, at most one mail a day each."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db import transaction

from people.api import Absence, Answer, Refusal, Refused, User, announce, in_words, log, now, require, today
from rollout.evidence.context import everybody_named
from rollout.models import ChecklistItem, Program, ReminderRound, ReminderSent
from rollout.notifications.reminders import send_reminder
from rollout.queries.holders import Holders, holders_in
from rollout.rules.duties import Chase, Duty, people_to_chase, program_duties
from rollout.rules.reminders import may_be_reminded, may_remind
from rollout.rules.standing import placed
from rollout.services.delivery import KEPT_BACK, give_up_on_cut_off, hand_over
from rollout.services.evaluation import evaluate_gate
from rollout.services.standing import read_standing
from rollout.signals import reminders_queued

logger = logging.getLogger(__name__)

Delivery = ReminderSent.Delivery


@dataclass(frozen=True)
class Candidate:
    """Somebody who owes something, what the mail would list, and whether it may be sent."""

    person: User
    duties: tuple[Duty, ...]
    answer: Answer


@dataclass(frozen=True)
class Reminded:
    """Who gets a mail, and who does not and why."""

    round: ReminderRound
    people: tuple[User, ...]
    skipped: tuple[str, ...]


def opening_for(program: Program, item_question: str = "") -> str:
    """Return the first sentence that a reminder has unless somebody writes another."""
    if item_question:
        return f"the gate of {program.title} waits for this question: {item_question}"[:500]
    return f"a few things in {program.title} wait for you. Thank you for looking after them this week."[:500]


def reminded_today(program: Program) -> set[int]:
    """Return the ids of the people whom the program has reminded today. 1 query."""
    sent = ReminderSent.objects.filter(program=program, day=today()).exclude(delivery=Delivery.FAILED)
    return set(sent.values_list("person_id", flat=True))


def candidates(
    *, program: Program, by: User, holders: Holders | None = None, item: ChecklistItem | None = None
) -> list[Candidate]:
    """Return everybody who owes something in the program, or exactly those whom one of its questions misses, with what
    they owe and whether ``by`` may remind them. Read anew, in a fixed number of queries."""
    chases = _owed_for(program, holders, item)
    owed = {chase.person_id: tuple(chase.duties) for chase in chases if chase.person_id is not None}
    people = User.objects.in_bulk(list(owed))
    reminded = reminded_today(program)
    away = set(Absence.objects.on(today()).filter(person__in=list(owed)).values_list("person_id", flat=True))
    return [
        Candidate(people[person_id], duties, may_be_reminded(people[person_id], by=by, reminded=reminded, away=away))
        for person_id, duties in owed.items()
        if person_id in people
    ]


def _owed_for(program: Program, holders: Holders | None, item: ChecklistItem | None) -> list[Chase]:
    if item is None:
        return program_duties(read_standing(program=program, holders=holders))[0]
    holders = holders or holders_in(program.pk)
    item.step.wave.program = program
    with everybody_named():
        evaluation = evaluate_gate(step=item.step, holders=holders)
    placed([evaluation])
    chases, _ = people_to_chase(evaluation, holders)
    for chase in chases:
        chase.duties = [duty for duty in chase.duties if duty.item_id == item.pk]
    return [chase for chase in chases if chase.duties]


def send_reminders(
    *,
    program: Program,
    actor: User,
    person_ids: Iterable[int],
    opening: str = "",
    item: ChecklistItem | None = None,
    holders: Holders | None = None,
) -> Reminded:
    """Remind the people of what they owe now, or of one question alone: one mail each, sent after commit.

    What they owe is read anew, so somebody who has done it meanwhile gets no mail. Refused for others than the
    project lead and the sponsor, while the program does not run, and when nobody is left to remind; people who were
    reminded today, left or are away are skipped, and the answer says so.
    """
    require(may_remind(actor, program, holders=holders))
    wanted = set(person_ids)
    if not wanted:
        raise Refused("Choose at least one person to remind.")
    known = {one.person.pk: one for one in candidates(program=program, by=actor, holders=holders, item=item)}
    chosen = [one for pk, one in known.items() if pk in wanted and one.answer is True]
    skipped = [one.answer.reason for pk, one in known.items() if pk in wanted and isinstance(one.answer, Refusal)]
    if done := len(wanted - set(known)):
        skipped.append("One person owes nothing any more." if done == 1 else f"{done} people owe nothing any more.")
    if not chosen:
        raise Refused(f"Nobody was reminded. {' '.join(skipped)}")
    words = opening.strip() or opening_for(program, item.question if item else "")
    return _queue(program, actor, chosen, skipped, words, item)


@transaction.atomic
def _queue(
    program: Program,
    actor: User,
    chosen: Sequence[Candidate],
    skipped: list[str],
    opening: str,
    item: ChecklistItem | None,
) -> Reminded:
    round_ = ReminderRound.objects.create(program=program, sent_by=actor, item=item, opening=opening, created_at=now())
    day = today()
    # A mail that did not arrive may be tried again the same day.
    ReminderSent.objects.filter(
        program=program, day=day, delivery=Delivery.FAILED, person__in=[one.person.pk for one in chosen]
    ).delete()
    ReminderSent.objects.bulk_create(
        [
            ReminderSent(
                round=round_,
                program=program,
                person=one.person,
                day=day,
                lines=[_line(duty) for duty in one.duties],
            )
            for one in chosen
        ],
        ignore_conflicts=True,
    )
    queued = set(round_.reminders.values_list("person_id", flat=True))
    people = tuple(one.person for one in chosen if one.person.pk in queued)
    late = [one.person for one in chosen if one.person.pk not in queued]
    skipped += [f"{person.get_full_name()} was reminded a moment ago." for person in late]
    if not people:
        raise Refused(f"Nobody was reminded. {' '.join(skipped)}")
    data = {"round": round_.pk, "people": [person.pk for person in people], "item": item.pk if item else None}
    log(program, "rollout.people_reminded", user=actor, data=data)
    announce(reminders_queued, round_id=round_.pk)
    return Reminded(round_, people, tuple(skipped))


def _line(duty: Duty) -> dict[str, str]:
    parts = [f"Due {in_words(duty.due_on)}" if duty.due_on else "", duty.label if duty.label != duty.text else ""]
    return {"text": duty.text, "url": duty.url, "note": ". ".join(part for part in parts if part)}


def deliver_round(*, round_id: int) -> int:
    """Hand over the waiting mails of one round; return how many went out. Raises ``ReminderRound.DoesNotExist``, and
    ``OSError`` when the mail server is away (what was not sent stays waiting)."""
    round_ = ReminderRound.objects.select_related("program", "sent_by").get(pk=round_id)
    sent = 0
    waiting = round_.reminders.filter(delivery=Delivery.QUEUED).select_related("person")
    for reminder in waiting.order_by("pk"):
        reminder.round = round_
        sent += hand_over(reminder, partial(send_reminder, reminder), drop_because=_needless(reminder))
    return sent


def deliver_waiting() -> int:
    """Find the mails that the queue lost: deliver their rounds again, give up on those that were cut off."""
    give_up_on_cut_off(ReminderSent)
    waiting = ReminderSent.objects.filter(delivery=Delivery.QUEUED, round__created_at__lt=now() - KEPT_BACK)
    sent = 0
    for round_id in waiting.order_by("round_id").values_list("round_id", flat=True).distinct():
        try:
            sent += deliver_round(round_id=round_id)
        except OSError:
            logger.exception("The reminders of round %s could not be handed over", round_id)
    return sent


def _needless(reminder: ReminderSent) -> str:
    """Why nobody needs the mail any more; empty while somebody does."""
    if reminder.day < today() - timedelta(days=1):
        return "Its day is over."
    if not reminder.person.is_active or reminder.round.program.state != Program.State.RUNNING:
        return "The person has left, or the program does not run."
    return ""
