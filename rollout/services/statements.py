"""What people say about a checklist item. Statements are appended, never changed; the latest that stand count."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from people.api import Refused, User, announce, log, now, require
from rollout.models import ChecklistItem, Finding, Statement, Step
from rollout.queries.conditions import condition_owner
from rollout.rules.evaluation import Standing, replay
from rollout.rules.statements import (
    may_attest,
    may_claim,
    may_confirm,
    may_document,
    may_link_to,
    may_mark_not_applicable,
    may_reject,
    may_withdraw,
)
from rollout.services.evaluation import evaluate_gate
from rollout.services.evidence_files import keep_version
from rollout.services.locks import lock_item
from rollout.signals import wave_changed

Kind = Statement.Kind


@transaction.atomic
def attest_item(*, item: ChecklistItem, actor: User, text: str = "") -> Statement:
    """Say that an attested item is met. Refused for live items and for anybody but the responsible role."""
    item = lock_item(item.pk)
    require(may_attest(actor, item, findings=_findings(item), owner_id=condition_owner(item.pk)))
    return _record(item, Kind.ATTESTED, actor, text)


@transaction.atomic
def document_item(
    *, item: ChecklistItem, actor: User, text: str = "", link: str = "", file: UploadedFile | None = None
) -> Statement:
    """Answer a documented item with a link (http or https), a file (at most 10 MB, of a known kind), or both.

    A file becomes the newest version of the item's evidence file; earlier ones are kept with what was said then.
    """
    item = lock_item(item.pk)
    require(may_document(actor, item, findings=_findings(item), owner_id=condition_owner(item.pk)))
    if not link and file is None:
        raise Refused("This question needs a file or a link that shows the answer.")
    _check_link(link)
    return _record(item, Kind.DOCUMENTED, actor, text, link=link, file=file)


@transaction.atomic
def claim_item(
    *, item: ChecklistItem, actor: User, text: str = "", link: str = "", file: UploadedFile | None = None
) -> Statement:
    """Claim a four-eyes item, with a link or a file if there is one. It counts once another person confirms it."""
    item = lock_item(item.pk)
    owner = condition_owner(item.pk)
    require(may_claim(actor, item, standing=_standing(item), findings=_findings(item), owner_id=owner))
    _check_link(link)
    return _record(item, Kind.CLAIMED, actor, text, link=link, file=file)


@transaction.atomic
def confirm_item(*, item: ChecklistItem, actor: User, text: str = "") -> Statement:
    """Confirm a claim that somebody else made, or (read from data and confirmed) data that is true right now.

    The data is read anew for this; unknown is not met.
    """
    item = lock_item(item.pk)
    findings: tuple[Finding, ...] = ()
    if item.checks:
        evaluation = evaluate_gate(step=item.step)
        findings = next((e.findings for e in evaluation.items if e.item.pk == item.pk), ())
    require(may_confirm(actor, item, standing=_standing(item), findings=findings))
    return _record(item, Kind.CONFIRMED, actor, text)


@transaction.atomic
def reject_claim(*, item: ChecklistItem, actor: User, text: str) -> Statement:
    """Say that a claim does not hold, and why. The claim stays on record and can be made again."""
    item = lock_item(item.pk)
    require(may_reject(actor, item, standing=_standing(item)))
    _need(text, "Say what is missing, so that the claim can be made again.")
    return _record(item, Kind.REJECTED, actor, text)


@transaction.atomic
def withdraw_statement(*, item: ChecklistItem, actor: User, text: str) -> Statement:
    """Take back what stands on the item, with a reason. What was said stays on record."""
    item = lock_item(item.pk)
    require(may_withdraw(actor, item, standing=_standing(item)))
    _need(text, "Say why the statement is taken back.")
    return _record(item, Kind.WITHDRAWN, actor, text)


@transaction.atomic
def mark_not_applicable(*, item: ChecklistItem, actor: User, text: str) -> Statement:
    """Take the item out of the count, with a reason; only where the playbook permits it."""
    item = lock_item(item.pk)
    require(may_mark_not_applicable(actor, item, standing=_standing(item)))
    _need(text, "Say why this question does not apply here.")
    return _record(item, Kind.NOT_APPLICABLE, actor, text)


def _standing(item: ChecklistItem) -> Standing:
    return replay(list(item.statements.select_related("by", "evidence").order_by("at", "pk")))


def _findings(item: ChecklistItem) -> list[Finding]:
    return list(item.findings.order_by("check_number")) if item.checks else []


def _need(text: str, reason: str) -> None:
    if not text.strip():
        raise Refused(reason)


def _check_link(link: str) -> None:
    if link:
        require(may_link_to(link))


def _record(
    item: ChecklistItem, kind: Kind, actor: User, text: str, *, link: str = "", file: UploadedFile | None = None
) -> Statement:
    statement = Statement(
        item=item,
        kind=kind,
        by=actor,
        at=now(),
        text=text.strip(),
        link=link,
        before_gate=item.step.state == Step.State.LOCKED,
    )
    if file is not None:
        statement.evidence = keep_version(item=item, file=file, by=actor)
    statement.save()
    data: dict[str, Any] = {"kind": kind.value, "statement_id": statement.pk, "step": item.step.key}
    log(item, "rollout.item_stated", user=actor, data=data)
    announce(wave_changed, wave_id=item.step.wave_id)
    return statement
