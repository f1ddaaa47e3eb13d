"""People act at the same instant. Real threads and row locks, so PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from people.api import Refused, User, today
from rollout.models import GateSubmission, Step, Waiver
from rollout.services.gates import decide_gate, submit_gate
from rollout.services.reopening import preview_reopening, reopen_step
from rollout.services.waivers import approve_waiver, reject_waiver, request_waiver
from tests.factories.rollout import StartedProgram, answer_step, hold_role, make_program
from tests.rollout.services.test_suspicion import pass_gate

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 10


@pytest.fixture(autouse=True)
def postgresql_only() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do all deeds at the same instant; return “done” or the reason of the refusal for each."""
    together = Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> str:
        try:
            together.wait()
            deed()
        except Refused as refused:
            return refused.refusal.reason
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def ask(started: StartedProgram, risk: str) -> Waiver:
    return request_waiver(
        item=started.item("mistakes_are_learning"), actor=started.project_lead, reason="Later.", risk=risk,
        compensating_action="We look after it.", expires_on=today() + timedelta(days=9),
    )  # fmt: skip


def approving(waiver: Waiver, actor: User) -> Callable[[], object]:
    return lambda: approve_waiver(waiver=Waiver.objects.get(pk=waiver.pk), actor=actor)


def test_sponsor_and_people_lead_at_once_make_it_active_once():
    started = make_program()
    for _ in range(ROUNDS):
        waiver = ask(started, "high")
        said = at_once(approving(waiver, started.sponsor), approving(waiver, started.people_lead))
        waiver.refresh_from_db()
        assert said == ["done", "done"]
        assert (waiver.state, waiver.approvals.count()) == (Waiver.State.ACTIVE, 2)
        Waiver.objects.filter(pk=waiver.pk).update(state=Waiver.State.REVOKED)


def test_holder_and_deputy_at_once_approve_once():
    started = make_program()
    deputy = hold_role(started, "sponsor", is_deputy=True)
    for _ in range(ROUNDS):
        waiver = ask(started, "medium")
        said = at_once(approving(waiver, started.sponsor), approving(waiver, deputy))
        assert sorted(word == "done" for word in said) == [False, True]
        assert any(word.startswith("This waiver is already active by ") for word in said)
        assert waiver.approvals.count() == 1
        Waiver.objects.filter(pk=waiver.pk).update(state=Waiver.State.REVOKED)


def test_one_approves_while_another_rejects():
    started = make_program()
    deputy = hold_role(started, "sponsor", is_deputy=True)
    for _ in range(ROUNDS):
        waiver = ask(started, "medium")
        said = at_once(
            approving(waiver, started.sponsor),
            lambda waiver=waiver: reject_waiver(waiver=waiver, actor=deputy, reason="No."),
        )
        assert sorted(word == "done" for word in said) == [False, True]
        waiver.refresh_from_db()
        assert waiver.state == (Waiver.State.ACTIVE if said[0] == "done" else Waiver.State.REJECTED)
        assert waiver.approvals.count() == (1 if said[0] == "done" else 0)
        Waiver.objects.filter(pk=waiver.pk).update(state=Waiver.State.REVOKED)


def test_a_gate_is_decided_or_the_one_before_it_reopened_and_never_both():
    for number in range(ROUNDS // 2):
        started = make_program(title=f"Round {number}", members=2, teams=1)
        pass_gate(started)
        answer_step(started, "goal")
        submission = submit_gate(step=started.step("goal"), actor=started.project_lead)
        digest = preview_reopening(step=started.step("prerequisites")).digest
        said = at_once(
            lambda started=started, submission=submission: decide_gate(
                submission=GateSubmission.objects.get(pk=submission.pk), outcome="go", actor=started.sponsor
            ),
            lambda started=started, digest=digest: reopen_step(
                step=started.step("prerequisites"), actor=started.project_lead, reason="No.", acknowledged=digest
            ),
        )
        assert sorted(word == "done" for word in said) == [False, True]
        first, second = started.step("prerequisites"), started.step("goal")
        if said[0] == "done":
            assert (first.state, second.state) == (Step.State.PASSED, Step.State.PASSED)
            assert "has changed since you looked" in said[1]
        else:
            assert (first.state, second.state) == (Step.State.SUSPECT, Step.State.OPEN)
            assert "taken back" in said[0]
