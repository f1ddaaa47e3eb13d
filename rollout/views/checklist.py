"""The rows of a checklist: how each question stands, and what this person may say about it."""

from dataclasses import dataclass, field

from people.api import Answer, User
from rollout.models import ChecklistItem, Statement, Waiver
from rollout.queries.boards import GateHistory
from rollout.queries.holders import Holders
from rollout.rules.evaluation import GateEvaluation, ItemEvaluation, ItemState
from rollout.rules.statements import (
    may_attest,
    may_claim,
    may_confirm,
    may_document,
    may_mark_not_applicable,
    may_reject,
    may_withdraw,
)
from rollout.rules.waivers import may_request_waiver
from rollout.rules.words import item_url
from rollout.views.lookup import StepPlace
from rollout.views.wording import STATUS

ANSWERS = {
    ChecklistItem.Verification.ATTEST: ("attest", "Yes, this is true"),
    ChecklistItem.Verification.DOCUMENT: ("document", "Add file or link"),
    ChecklistItem.Verification.FOUR_EYES: ("claim", "Yes, this is true"),
}
LABELS = {
    "attest": "Yes, this is true",
    "document": "Add file or link",
    "claim": "Yes, this is true",
    "confirm": "Confirm",
    "reject": "No, not yet",
    "withdraw": "Take back",
    "not_applicable": "Does not apply here",
}


@dataclass
class Row:
    """One question. ``next_deed`` is what comes next for it, ``answer`` whether this person may do that."""

    e: ItemEvaluation
    status: str
    url: str
    next_deed: str
    next_label: str
    answer: Answer | None
    waiver: Waiver | None = None
    evidence: list[Statement] = field(default_factory=list)

    @property
    def item(self) -> ChecklistItem:
        return self.e.item

    @property
    def state_word(self) -> str:
        return "Open" if self.status == "not_met" else ""

    @property
    def may_act(self) -> bool:
        return self.answer is True


def deeds_of(actor: User, e: ItemEvaluation, holders: Holders) -> dict[str, Answer]:
    """Ask every rule about one item. No query: everything needed is in the evaluation and ``holders``."""
    item, standing, findings = e.item, e.standing, e.findings
    owner = e.condition.owner_id if e.condition else None
    answers: dict[str, Answer] = {}
    if item.verification in ANSWERS:
        deed = ANSWERS[ChecklistItem.Verification(item.verification)][0]
        rules = {
            "attest": lambda: may_attest(actor, item, holders=holders, findings=findings, owner_id=owner),
            "document": lambda: may_document(actor, item, holders=holders, findings=findings, owner_id=owner),
            "claim": lambda: may_claim(
                actor, item, standing=standing, holders=holders, findings=findings, owner_id=owner
            ),
        }
        answers[deed] = rules[deed]()
    if item.confirmed_by:
        answers["confirm"] = may_confirm(actor, item, standing=standing, findings=findings, holders=holders)
    if item.verification == ChecklistItem.Verification.FOUR_EYES:
        answers["reject"] = may_reject(actor, item, standing=standing, holders=holders)
    answers["withdraw"] = may_withdraw(actor, item, standing=standing, holders=holders)
    if item.may_be_not_applicable:
        answers["not_applicable"] = may_mark_not_applicable(actor, item, standing=standing, holders=holders)
    return answers


def next_deed(e: ItemEvaluation) -> str:
    """Return the deed that would move the item on, under a waiver too; empty for data and for what is met."""
    item = e.item
    if e.state in (ItemState.MET, ItemState.NOT_APPLICABLE):
        return ""
    if item.verification == ChecklistItem.Verification.LIVE_CONFIRM:
        return "confirm" if e.findings and all(finding.status == "met" for finding in e.findings) else ""
    if item.verification == ChecklistItem.Verification.FOUR_EYES and e.standing.claim is not None:
        return "confirm"
    found = ANSWERS.get(ChecklistItem.Verification(item.verification))
    return found[0] if found else ""


def evidence_of(e: ItemEvaluation) -> list[Statement]:
    """The statements that stand and carry a text, a link or a file."""
    standing = e.standing
    said = (standing.answer, standing.claim, standing.confirmation, standing.rejection, standing.not_applicable)
    return [one for one in said if one is not None and (one.text or one.link or one.evidence_id)]


def checklist_rows(place: StepPlace, evaluation: GateEvaluation, history: GateHistory) -> list[Row]:
    """Return the step's questions in their order."""
    rows = []
    for e in evaluation.items:
        deed = next_deed(e)
        answers = deeds_of(place.actor, e, place.holders) if deed else {}
        rows.append(
            Row(
                e,
                STATUS[e.state],
                item_url(e.item),
                deed,
                LABELS.get(deed, ""),
                answers.get(deed),
                history.live_waiver(e.item.pk),
                evidence_of(e),
            )
        )
    return rows


def waiver_answer(actor: User, e: ItemEvaluation, live: Waiver | None, holders: Holders) -> Answer:
    return may_request_waiver(actor, e.item, evaluation=e, live=live, holders=holders)
