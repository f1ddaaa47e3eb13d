"""The weekly letter to project lead and sponsor: the figures of the board, as mail and on paper."""

import logging
from datetime import date, time, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Subquery

from people.api import User, announce, log, now, organization, organization_zone, require
from rollout.documents import report_pdf
from rollout.models import DigestIssue, DigestOptOut, DigestSent, Program
from rollout.notifications.digests import send_digest
from rollout.queries.holders import Holders
from rollout.rules.changes import changes_between, state_of
from rollout.rules.digests import digest_readers, may_choose_digest
from rollout.rules.reports import ProgramReport, report_of
from rollout.services.delivery import KEPT_BACK, give_up_on_cut_off, hand_over
from rollout.services.standing import read_standing
from rollout.signals import digest_issued

logger = logging.getLogger(__name__)

SENT_FROM = time(6)
"""On Mondays, by the organization's clock."""
STILL_SENT_FOR = timedelta(days=2)
"""A letter that is late by more is left out: the next Monday is nearer."""
MONDAY = 0


def week_due() -> date | None:
    """Return the Monday whose letters are due now, by the organization's clock; None from Wednesday on and before
    six on a Monday."""
    local = now().astimezone(organization_zone())
    monday = local.date() - timedelta(days=local.weekday())
    if local.date() - monday >= STILL_SENT_FOR or (local.weekday() == MONDAY and local.time() < SENT_FROM):
        return None
    return monday


def issue_digests() -> int:
    """Issue this week's letters that are due and were not issued; return how many. A program that fails is logged and
    left to the next time."""
    week_on = week_due()
    if week_on is None:
        return 0
    programs = Program.objects.exclude(state=Program.State.STOPPED).exclude(digests__week_on=week_on)
    issued = 0
    for program in programs.select_related("playbook_version").order_by("pk"):
        try:
            issued += issue_digest(program=program, week_on=week_on) is not None
        except Exception:
            logger.exception("The weekly letter of program %s could not be issued", program.pk)
    return issued


def issue_digest(*, program: Program, week_on: date) -> DigestIssue | None:
    """Fix how the program stands for the letter of one week and line up a mail for every reader.

    Once per program and week: None when somebody else has issued it, and for a stopped program. A paused one gets a
    letter that says so. Announced after commit.
    """
    if program.state == Program.State.STOPPED:
        return None
    standing = read_standing(program=program)
    unwanted = set(DigestOptOut.objects.filter(program=program).values_list("person_id", flat=True))
    readers = digest_readers(standing.holders, without=unwanted)
    try:
        with transaction.atomic():
            issue = DigestIssue.objects.create(
                program=program, week_on=week_on, state=state_of(standing), created_at=now()
            )
            DigestSent.objects.bulk_create(DigestSent(issue=issue, person=person) for person in readers)
            announce(digest_issued, issue_id=issue.pk)
    except IntegrityError:
        return None  # the constraint knows: somebody else has issued it
    return issue


def current_report(*, program: Program, holders: Holders | None = None) -> ProgramReport:
    """Return the letter as it would be now, with what changed since the last one."""
    standing = read_standing(program=program, holders=holders)
    last = program.digests.order_by("-week_on").first()
    return report_of(standing, changes_between(last.state, standing) if last else ())


def deliver_digest(*, issue_id: int) -> int:
    """Hand over the waiting mails of one issue; return how many went out. Raises ``DigestIssue.DoesNotExist``, and
    ``OSError`` when the mail server is away (what was not sent stays waiting). 25 queries for two readers, 2 more for
    each further one."""
    issue, last = _issue_and_the_one_before(issue_id)
    waiting = list(issue.mailings.filter(delivery=DigestSent.Delivery.QUEUED).select_related("person").order_by("pk"))
    if not waiting:
        return 0
    standing = read_standing(program=issue.program)
    report = report_of(standing, changes_between(last.state, standing) if last else ())
    pdf = report_pdf(report, title="Weekly letter", show_changes=True)
    company = organization().company_name
    is_late = now() - issue.created_at > STILL_SENT_FOR
    sent = 0
    for mailing in waiting:
        needless = "The week is over." if is_late else "" if mailing.person.is_active else "The person has left."
        send = partial(send_digest, mailing.person, report, pdf, company)
        sent += hand_over(mailing, send, drop_because=needless)
    return sent


def _issue_and_the_one_before(issue_id: int) -> tuple[DigestIssue, DigestIssue | None]:
    week = DigestIssue.objects.filter(pk=issue_id).values("week_on")
    issues = DigestIssue.objects.filter(program__digests=issue_id, week_on__lte=Subquery(week))
    found = list(issues.select_related("program__playbook_version").order_by("-week_on")[:2])
    if not found:
        raise DigestIssue.DoesNotExist
    return found[0], found[1] if len(found) > 1 else None


def deliver_waiting() -> int:
    """Find the letters that the queue lost."""
    give_up_on_cut_off(DigestSent)
    lost = DigestSent.objects.filter(delivery=DigestSent.Delivery.QUEUED, issue__created_at__lt=now() - KEPT_BACK)
    sent = 0
    for issue_id in lost.order_by("issue_id").values_list("issue_id", flat=True).distinct():
        try:
            sent += deliver_digest(issue_id=issue_id)
        except OSError:
            logger.exception("The letters of issue %s could not be handed over", issue_id)
    return sent


@transaction.atomic
def choose_digest(*, program: Program, actor: User, is_wanted: bool) -> None:
    """Say whether ``actor`` wants the weekly letter. Refused for people who would not get it anyway."""
    require(may_choose_digest(actor, program))
    if is_wanted:
        DigestOptOut.objects.filter(program=program, person=actor).delete()
    else:
        DigestOptOut.objects.get_or_create(program=program, person=actor, defaults={"created_at": now()})
    log(program, "rollout.digest_chosen", user=actor, data={"is_wanted": is_wanted})
