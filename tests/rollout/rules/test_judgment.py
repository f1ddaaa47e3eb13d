"""How one item is judged from what people said, what the data says and what was waived."""

from datetime import date

import pytest

from people.models import User
from rollout.models import ChecklistItem, Finding, RoleSlot, Statement, Waiver
from rollout.queries.holders import Holders, SlotHolders
from rollout.rules.evaluation import ItemState, Strength
from rollout.rules.judgment import judge_item

TODAY = date(2026, 3, 2)
Kind = Statement.Kind
Status = Finding.Status

LEAD = User(pk=1, first_name="Lena", last_name="Lead", email="lead@example.com")
COUNCIL = User(pk=2, first_name="Carl", last_name="Council", email="council@example.com")
HOLDERS = Holders(
    1,
    {
        "project_lead": SlotHolders(RoleSlot(key="project_lead", title="Project lead"), (LEAD,), ()),
        "coach": SlotHolders(RoleSlot(key="coach", title="OKR coach"), (), ()),
        "works_council": SlotHolders(RoleSlot(key="works_council", title="Works council contact"), (), (COUNCIL,)),
    },
)


@pytest.fixture(autouse=True)
def seeded_after_flush(db) -> None:
    """The time zone is the only thing read."""


def make_item(verification: str, **fields) -> ChecklistItem:
    return ChecklistItem(
        **{
            "pk": 7,
            "key": "q",
            "question": "Is it so?",
            "strength": "must",
            "verification": verification,
            "responsible": "project_lead",
            "confirmed_by": "works_council" if verification in ("four_eyes", "live_confirm") else "",
            "checks": [{"source": "s"}] if verification.startswith("live") else [],
            **fields,
        }
    )


def said(kind: Kind, by: User = LEAD, **fields) -> Statement:
    from datetime import UTC, datetime

    return Statement(kind=kind, by=by, at=datetime(2026, 3, 1, 12, tzinfo=UTC), **fields)


def found(status: Status, strength: str = "must", number: int = 0, summary: str = "Two are missing") -> Finding:
    return Finding(check_number=number, source="s", strength=strength, status=status, summary=summary)


def judge(item, *statements, findings=(), waiver=None):
    return judge_item(item, statements=statements, findings=findings, waiver=waiver, holders=HOLDERS, today=TODAY)


def waiver(**fields) -> Waiver:
    return Waiver(
        **{
            "state": Waiver.State.ACTIVE,
            "reason": "The room is flooded.",
            "risk": "low",
            "compensating_action": "We meet outside.",
            "expires_on": TODAY,
            **fields,
        }
    )


def test_attested_item_is_open_until_the_responsible_person_says_so():
    item = make_item("attest")
    before = judge(item)
    assert (before.state, before.open_strength) == (ItemState.OPEN, Strength.MUST)
    assert before.sentence == "Waits for an answer from the project lead (Lena Lead)."
    assert before.holders == (LEAD,)
    after = judge(item, said(Kind.ATTESTED))
    assert (after.state, after.open_strength) == (ItemState.MET, None)
    assert after.sentence == "Stated by Lena Lead on March 1, 2026."


def test_vacant_role_is_said():
    assert (
        judge(make_item("attest", responsible="coach")).sentence == "Waits for an answer from the OKR coach (vacant)."
    )


def test_withdrawn_statement_no_longer_stands():
    judged = judge(make_item("attest"), said(Kind.ATTESTED), said(Kind.WITHDRAWN))
    assert judged.state is ItemState.OPEN
    assert judged.last_statement is not None
    assert judged.last_statement.kind == Kind.WITHDRAWN


@pytest.mark.parametrize(
    ("proof", "state"),
    [
        ({"link": "https://example.com"}, ItemState.MET),
        ({"evidence_id": 1}, ItemState.MET),
        ({}, ItemState.OPEN),
    ],
)
def test_documented_item_needs_a_file_or_link(proof, state):
    assert judge(make_item("document"), said(Kind.DOCUMENTED, **proof)).state is state


def test_four_eyes_need_a_second_person():
    item = make_item("four_eyes")
    claimed = judge(item, said(Kind.CLAIMED))
    assert claimed.state is ItemState.OPEN
    assert "waits for confirmation by the works council contact (Carl Council)" in claimed.sentence
    assert claimed.confirmers == (COUNCIL,)
    assert judge(item, said(Kind.CLAIMED), said(Kind.CONFIRMED, COUNCIL)).state is ItemState.MET


def test_nobody_confirms_their_own_claim_wherever_it_came_from():
    judged = judge(make_item("four_eyes"), said(Kind.CLAIMED), said(Kind.CONFIRMED, LEAD))
    assert judged.state is ItemState.OPEN


def test_confirmation_without_a_claim_is_worth_nothing():
    assert judge(make_item("four_eyes"), said(Kind.CONFIRMED, COUNCIL)).state is ItemState.OPEN


def test_new_claim_after_a_confirmation_asks_for_a_new_confirmation():
    judged = judge(make_item("four_eyes"), said(Kind.CLAIMED), said(Kind.CONFIRMED, COUNCIL), said(Kind.CLAIMED))
    assert judged.state is ItemState.OPEN


def test_rejected_claim_says_why():
    judged = judge(make_item("four_eyes"), said(Kind.CLAIMED), said(Kind.REJECTED, COUNCIL, text="Nobody asked us."))
    assert judged.sentence.startswith("Not confirmed by Carl Council on March 1, 2026: Nobody asked us. Waits for")


def test_live_item_is_met_only_by_its_findings():
    item = make_item("live")
    assert judge(item, said(Kind.ATTESTED), findings=[found(Status.NOT_MET)]).state is ItemState.OPEN
    assert judge(item, findings=[found(Status.MET)]).state is ItemState.MET


def test_unknown_finding_is_not_met():
    judged = judge(make_item("live"), findings=[found(Status.UNKNOWN, summary="Could not be read: gone")])
    assert (judged.state, judged.open_strength) == (ItemState.UNKNOWN, Strength.MUST)


def test_missing_finding_is_unknown():
    item = make_item("live", checks=[{"source": "a"}, {"source": "b"}])
    assert judge(item, findings=[found(Status.MET)]).state is ItemState.UNKNOWN
    assert judge(item).state is ItemState.UNKNOWN


def test_item_with_several_checks_is_open_at_the_strength_of_the_strongest_open_check():
    item = make_item("live", checks=[{"source": "a"}, {"source": "b"}])
    should_open = judge(item, findings=[found(Status.MET), found(Status.NOT_MET, "should", 1)])
    assert (should_open.state, should_open.open_strength) == (ItemState.OPEN, Strength.SHOULD)
    both = judge(item, findings=[found(Status.UNKNOWN), found(Status.NOT_MET, "should", 1)])
    assert (both.state, both.open_strength) == (ItemState.OPEN, Strength.MUST)


def test_clause_names_what_weighs_most():
    item = make_item("live", checks=[{"source": "a"}, {"source": "b"}])
    judged = judge(
        item,
        findings=[found(Status.NOT_MET, "should", 0, "A small thing"), found(Status.NOT_MET, "must", 1, "A big thing")],
    )
    assert judged.clause == "a big thing"


def test_live_confirm_needs_true_data_and_a_person():
    item = make_item("live_confirm")
    assert judge(item, findings=[found(Status.MET)]).state is ItemState.OPEN
    confirmed = said(Kind.CONFIRMED, COUNCIL)
    assert judge(item, confirmed, findings=[found(Status.MET)]).state is ItemState.MET
    assert judge(item, confirmed, findings=[found(Status.NOT_MET)]).state is ItemState.OPEN
    assert judge(item, confirmed, findings=[found(Status.UNKNOWN)]).state is ItemState.UNKNOWN


def test_not_applicable_needs_the_playbooks_permission():
    statement = said(Kind.NOT_APPLICABLE, text="There is one unit only.")
    assert judge(make_item("attest"), statement).state is ItemState.OPEN
    allowed = judge(make_item("attest", may_be_not_applicable=True), statement)
    assert (allowed.state, allowed.open_strength) == (ItemState.NOT_APPLICABLE, None)
    assert allowed.sentence == "Not applicable: There is one unit only."


def test_waiver_covers_an_open_item_without_making_it_met():
    judged = judge(make_item("attest"), waiver=waiver())
    assert (judged.state, judged.open_strength) == (ItemState.WAIVED, None)
    assert judged.sentence.startswith("Waived until March 2, 2026: The room is flooded. Not met: Waits for")


@pytest.mark.parametrize(
    "fields",
    [
        {"expires_on": date(2026, 3, 1)},
        {"state": Waiver.State.REQUESTED},
        {"state": Waiver.State.REVOKED},
        {"state": Waiver.State.REJECTED},
    ],
)
def test_waiver_that_is_not_active_today_covers_nothing(fields):
    judged = judge(make_item("attest"), waiver=waiver(**fields))
    assert (judged.state, judged.waiver) == (ItemState.OPEN, None)


def test_item_that_cannot_be_waived_ignores_a_waiver():
    assert judge(make_item("attest", waivable=False), waiver=waiver()).state is ItemState.OPEN


def test_met_item_stays_met_under_a_waiver():
    assert judge(make_item("attest"), said(Kind.ATTESTED), waiver=waiver()).state is ItemState.MET
