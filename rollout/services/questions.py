"""Questions about a submitted gate: the decider asks, the project lead answers; both by mail and on the page."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from people.api import Refused, User, announce, log, now, require
from rollout.models import GateQuestion, GateSubmission
from rollout.notifications.questions import send_answer, send_question
from rollout.queries.holders import gate_roles, holders_in
from rollout.rules.questions import may_answer_question, may_ask_question
from rollout.services.locks import lock_step
from rollout.signals import gate_question_answered, gate_question_asked

logger = logging.getLogger(__name__)

KEPT_BACK = timedelta(minutes=2)
"""How old unsent mail has to be before a sweep takes it: its own task comes first."""
GIVEN_UP_AFTER = timedelta(days=2)


@transaction.atomic
def ask_gate_question(*, submission: GateSubmission, actor: User, question: str) -> GateQuestion:
    """Ask something about an undecided submission. Refused for whoever may not decide it, and without words."""
    step = lock_step(submission.step_id)
    submission = GateSubmission.objects.select_related("submitted_by").get(pk=submission.pk)
    submission.step = step
    require(may_ask_question(actor, submission))
    if not question.strip():
        raise Refused("Write down what you want to know.")
    asked = GateQuestion.objects.create(
        submission=submission, asked_by=actor, asked_at=now(), question=question.strip()
    )
    log(step, "rollout.gate_question_asked", user=actor, data={"question_id": asked.pk})
    announce(gate_question_asked, question_id=asked.pk)
    return asked


@transaction.atomic
def answer_gate_question(*, question: GateQuestion, actor: User, answer: str) -> GateQuestion:
    """Answer a question, once. Refused when it is answered, when the gate is decided, and without words."""
    step = lock_step(question.submission.step_id)
    question = (
        GateQuestion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("submission", "answered_by")
        .get(pk=question.pk)
    )
    question.submission.step = step
    require(may_answer_question(actor, question))
    if not answer.strip():
        raise Refused("Write down the answer.")
    question.answer, question.answered_by, question.answered_at = answer.strip(), actor, now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    log(step, "rollout.gate_question_answered", user=actor, data={"question_id": question.pk})
    announce(gate_question_answered, question_id=question.pk)
    return question


def mail_question(*, question_id: int) -> bool:
    """Send the question to whoever submitted the gate (or now holds that role), once. Raises
    ``GateQuestion.DoesNotExist``, and ``OSError`` when the mail server is away."""
    question = _loaded(question_id)
    submission = question.submission
    holders = holders_in(submission.step.wave.program_id)
    people = {person.pk: person for person in holders.people(*gate_roles(submission.step).submitted_by)}
    if submission.submitted_by.is_active:
        people = {submission.submitted_by_id: submission.submitted_by}
    return _mail_once(question, "question_mailed_at", lambda: send_question(question, list(people.values())))


def mail_answer(*, question_id: int) -> bool:
    """Send the answer to whoever asked, once. Raises as ``mail_question``."""
    question = _loaded(question_id)
    people = [question.asked_by] if question.asked_by.is_active else []
    return _mail_once(question, "answer_mailed_at", lambda: send_answer(question, people))


def mail_missing() -> int:
    """Find the mails that the queue lost."""
    moment = now()
    recent = Q(asked_at__range=(moment - GIVEN_UP_AFTER, moment - KEPT_BACK))
    answered = Q(answered_at__range=(moment - GIVEN_UP_AFTER, moment - KEPT_BACK))
    asked = GateQuestion.objects.filter(recent, question_mailed_at__isnull=True).values_list("pk", flat=True)
    answers = GateQuestion.objects.filter(answered, answer_mailed_at__isnull=True).values_list("pk", flat=True)
    sent = 0
    for mail, ids in ((mail_question, list(asked)), (mail_answer, list(answers))):
        for pk in ids:
            try:
                sent += mail(question_id=pk)
            except OSError:
                logger.exception("The mail about question %s could not be handed over", pk)
    return sent


def _loaded(question_id: int) -> GateQuestion:
    return GateQuestion.objects.select_related(
        "asked_by", "answered_by", "submission__submitted_by", "submission__step__wave__program__playbook_version"
    ).get(pk=question_id)


def _mail_once(question: GateQuestion, field: str, send: Callable[[], None]) -> bool:
    """Whoever writes the time first sends; when the mail server is away the time is taken back."""
    mine = GateQuestion.objects.filter(pk=question.pk)
    if not mine.filter(**{f"{field}__isnull": True}).update(**{field: now()}):
        return False
    try:
        send()
    except OSError:
        mine.update(**{field: None})
        raise
    return True
