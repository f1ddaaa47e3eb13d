"""Who may say what about a checklist item. Every rule takes what it needs, so a page asks them without queries."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from people.api import Answer, Refusal, User
from rollout.models import ChecklistItem, Finding, Program, Statement, Step
from rollout.queries.holders import PROJECT_LEAD, Holders, holders_in
from rollout.rules.evaluation import Standing

Verification = ChecklistItem.Verification


def holds_or_refusal(actor: User, program: Program, keys: Sequence[str], holders: Holders, deed: str) -> Answer:
    """True when ``actor`` holds one of the roles (or is its deputy); else a refusal that names who does.

    ``deed`` completes “… by Anna Berg (People lead)”, for example “This question is answered”.
    """
    if holders.holds(actor.pk, *keys):
        return True
    return not_theirs(program, keys, holders, deed, holders.names(*keys))


def not_theirs(program: Program, keys: Sequence[str], holders: Holders, deed: str, names: str) -> Refusal:
    """Say whose deed it is: ``names`` hold the roles, or nobody does and somebody has to be named."""
    title = holders.title(*keys)
    if names:
        return Refusal(f"{deed} by {names} ({title}).", owed_by=names)
    return Refusal(
        f"{deed} by the role {title}, and that role is vacant.",
        owed_by=holders.names(PROJECT_LEAD),
        fix_label="Name somebody for the role",
        fix_url=reverse("rollout:roles", args=[program.slug]),
    )


def _may_touch(item: ChecklistItem) -> Answer:
    program = item.step.wave.program
    if program.state == Program.State.STOPPED or item.step.state == Step.State.STOPPED:
        return Refusal(f"{program.title} was stopped, so its checklist is kept as it is.")
    return True


def _is_read_from_data(item: ChecklistItem, findings: Sequence[Finding]) -> Refusal:
    says = " ".join(finding.summary.rstrip(".") + "." for finding in findings)
    fix = next((finding for finding in findings if finding.fix_url), None)
    return Refusal(
        f"This question is read from data and cannot be ticked by hand. {says} It turns by itself as soon as the "
        "data does.".replace("  ", " "),
        fix_label=fix.fix_label if fix else "",
        fix_url=fix.fix_url if fix else "",
    )


def _holders_of(item: ChecklistItem, holders: Holders | None) -> Holders:
    return holders or holders_in(item.step.wave.program_id)


def may_link_to(address: str) -> Answer:
    """Evidence is linked by a full web address; a host without dots, as in an intranet, is fine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in ("http", "https") and parts.hostname and not any(c.isspace() or c in '<>"' for c in address):
        return True
    return Refusal("The link has to be a full address such as https://intranet/page.")


def said(statement: Statement) -> str:
    """“Anna Berg on 3 March 2026”, in the reader's time zone."""
    return f"{statement.by.get_full_name()} on {date_format(localtime(statement.at), 'F j, Y')}"


def _may_answer(
    actor: User,
    item: ChecklistItem,
    wanted: str,
    holders: Holders | None,
    findings: Sequence[Finding],
    owner_id: int | None = None,
) -> Answer:
    if (answer := _may_touch(item)) is not True:
        return answer
    if item.verification in (Verification.LIVE, Verification.LIVE_CONFIRM):
        return _is_read_from_data(item, findings)
    if item.verification != wanted:
        needs = {
            Verification.ATTEST: "a statement",
            Verification.DOCUMENT: "a file or a link",
            Verification.FOUR_EYES: "a claim that a second person confirms",
        }
        return Refusal(f"This question needs {needs[Verification(item.verification)]}.")
    if actor.is_active and actor.pk == owner_id:
        return True
    return holds_or_refusal(
        actor, item.step.wave.program, [item.responsible], _holders_of(item, holders), "This question is answered"
    )


def may_attest(
    actor: User,
    item: ChecklistItem,
    *,
    holders: Holders | None = None,
    findings: Sequence[Finding] = (),
    owner_id: int | None = None,
) -> Answer:
    """The holder of the responsible role says that the item is met. Saying it again renews the date.

    ``owner_id`` owes the item as a condition of the gate that passed without it, and may answer it as well.
    """
    return _may_answer(actor, item, Verification.ATTEST, holders, findings, owner_id)


def may_document(
    actor: User,
    item: ChecklistItem,
    *,
    holders: Holders | None = None,
    findings: Sequence[Finding] = (),
    owner_id: int | None = None,
) -> Answer:
    """The holder of the responsible role hands in a file or a link. A later one replaces it, the first is kept."""
    return _may_answer(actor, item, Verification.DOCUMENT, holders, findings, owner_id)


def may_claim(
    actor: User,
    item: ChecklistItem,
    *,
    standing: Standing,
    holders: Holders | None = None,
    findings: Sequence[Finding] = (),
    owner_id: int | None = None,
) -> Answer:
    """The holder of the responsible role claims a four-eyes item; refused while a confirmation stands."""
    answer = _may_answer(actor, item, Verification.FOUR_EYES, holders, findings, owner_id)
    if answer is True and standing.confirmation is not None:
        by = said(standing.confirmation)
        return Refusal(f"This was already confirmed by {by}. Withdraw it first if it is no longer true.")
    return answer


def may_confirm(
    actor: User,
    item: ChecklistItem,
    *,
    standing: Standing,
    findings: Sequence[Finding] = (),
    holders: Holders | None = None,
) -> Answer:
    """The holder of the confirming role confirms a claim that is not their own, or data that is true.

    ``standing`` is what the item's statements amount to, ``findings`` what the sources say (read from data and
    confirmed): all of them have to be met, and unknown is not met.
    """
    if (answer := _may_touch(item)) is not True:
        return answer
    if item.verification not in (Verification.FOUR_EYES, Verification.LIVE_CONFIRM):
        if item.verification == Verification.LIVE:
            return _is_read_from_data(item, findings)
        return Refusal("This question is answered by one person and needs no confirmation.")
    if standing.confirmation is not None:
        return Refusal(f"This was already confirmed by {said(standing.confirmation)}.")
    if item.verification == Verification.FOUR_EYES:
        if standing.claim is None:
            names = _holders_of(item, holders).names(item.responsible)
            return Refusal("There is nothing to confirm yet: the claim has not been made.", owed_by=names)
    elif (answer := _data_is_true(item, findings)) is not True:
        return answer
    if standing.claim is not None and standing.claim.by_id == actor.pk:
        return Refusal(
            "You made this claim yourself, so a second person has to confirm it.",
            owed_by=_other_names(actor, item, _holders_of(item, holders)),
        )
    return holds_or_refusal(
        actor, item.step.wave.program, [item.confirmed_by], _holders_of(item, holders), "This is confirmed"
    )


def _data_is_true(item: ChecklistItem, findings: Sequence[Finding]) -> Answer:
    open_ones = [finding for finding in findings if finding.status != Finding.Status.MET]
    if findings and not open_ones:
        return True
    if not findings:
        return Refusal("The data behind this question has not been read yet, and unknown is not met.")
    first = open_ones[0]
    return Refusal(
        f"It can be confirmed once the data says so. Now: {first.summary.rstrip('.')}.",
        fix_label=first.fix_label,
        fix_url=first.fix_url,
    )


def _other_names(actor: User, item: ChecklistItem, holders: Holders) -> str:
    others = [person.get_full_name() for person in holders.people(item.confirmed_by) if person.pk != actor.pk]
    return ", ".join(others) or f"another holder of the role {holders.title(item.confirmed_by)}"


def may_reject(
    actor: User,
    item: ChecklistItem,
    *,
    standing: Standing,
    holders: Holders | None = None,
) -> Answer:
    """The holder of the confirming role says that a claim does not hold. Not of their own claim: that is withdrawn."""
    if item.verification != Verification.FOUR_EYES:
        return Refusal("Only a claim that waits for a second person can be answered with no.")
    return may_confirm(actor, item, standing=standing, holders=holders)


def may_withdraw(actor: User, item: ChecklistItem, *, standing: Standing, holders: Holders | None = None) -> Answer:
    """Whoever said it, or a holder of the roles that answer and confirm, takes a statement back. It stays on record."""
    if (answer := _may_touch(item)) is not True:
        return answer
    last = standing.confirmation or standing.claim or standing.answer or standing.not_applicable
    if last is None:
        return Refusal("There is no statement to take back.")
    if last.by_id == actor.pk:
        return True
    keys = [key for key in (item.responsible, item.confirmed_by) if key]
    return holds_or_refusal(
        actor, item.step.wave.program, keys, _holders_of(item, holders), "This statement can be taken back"
    )


def may_mark_not_applicable(
    actor: User, item: ChecklistItem, *, standing: Standing, holders: Holders | None = None
) -> Answer:
    """The holder of the responsible role takes the item out of the count, where the playbook permits it."""
    if (answer := _may_touch(item)) is not True:
        return answer
    if not item.may_be_not_applicable:
        return Refusal("The playbook asks this of every wave: it cannot be marked as not applicable.")
    if standing.not_applicable is not None:
        return Refusal(f"This was already marked as not applicable by {said(standing.not_applicable)}.")
    return holds_or_refusal(
        actor, item.step.wave.program, [item.responsible], _holders_of(item, holders), "This question is answered"
    )
