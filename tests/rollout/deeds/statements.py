"""Answering the questions of a checklist."""

from collections.abc import Callable
from functools import partial
from typing import Any

from rollout.models import ChecklistItem
from rollout.services import statements
from tests.factories.rollout import StartedProgram, answer_item
from tests.rollout.deeds.shared import SPONSOR, SUBMITS, Attempt, Deed, wave_url

PEOPLE_LEAD = frozenset({"people_lead"})
LINK = "https://example.com/proof"


def saying(started: StartedProgram, deed: str, key: str, **values: Any) -> Attempt:
    """The attempt to say something about an item; ``values`` go to the service and, prefixed, into the form."""
    item = started.item(key)
    form = {"deed": deed, **{f"{deed}-{name}": value for name, value in values.items()}}
    return Attempt({"item": item, **values}, wave_url("item_state", started, item.step.key, key), form)


def after(prepare: Callable[[StartedProgram], Any], started: StartedProgram, deed: str, key: str) -> Attempt:
    prepare(started)
    return saying(started, deed, key, text="Looked at it.")


def claimed(started: StartedProgram) -> ChecklistItem:
    item = started.item("apart_from_pay")
    statements.claim_item(item=item, actor=started.people_lead)
    return item


def not_needed_here(started: StartedProgram) -> ChecklistItem:
    ChecklistItem.objects.filter(step__wave=started.wave, key="goal_written").update(may_be_not_applicable=True)
    return started.item("goal_written")


DEEDS = (
    Deed(statements.attest_item, partial(saying, deed="attest", key="direction_given", text="Yes."), SPONSOR),
    Deed(statements.document_item, partial(saying, deed="document", key="goal_written", link=LINK), SUBMITS),
    Deed(statements.claim_item, partial(saying, deed="claim", key="apart_from_pay", text="Yes."), PEOPLE_LEAD),
    Deed(statements.confirm_item, partial(after, claimed, deed="confirm", key="apart_from_pay"), SPONSOR),
    Deed(statements.reject_claim, partial(after, claimed, deed="reject", key="apart_from_pay"), SPONSOR),
    Deed(
        statements.withdraw_statement,
        lambda started: after(lambda one: answer_item(one, "direction_given"), started, "withdraw", "direction_given"),
        SPONSOR,
    ),
    Deed(
        statements.mark_not_applicable,
        partial(after, not_needed_here, deed="not_applicable", key="goal_written"),
        SUBMITS,
    ),
)
