"""Two people decide at the same instant. Real threads and row locks, so PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from people.api import Refused
from rollout.models import GateDecision, GateSubmission, Step
from rollout.services.gates import decide_gate, submit_gate
from tests.factories.rollout import answer_step, hold_role, make_program

ROUNDS = 50


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_deciders_at_the_same_instant_make_one_decision():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    started = make_program()
    answer_step(started, "prerequisites")
    deputy = hold_role(started, "sponsor", is_deputy=True)
    for _ in range(ROUNDS):
        submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
        together = Barrier(2)

        def decide(actor, submission=submission, together=together) -> str:
            try:
                together.wait()
                decide_gate(
                    submission=GateSubmission.objects.get(pk=submission.pk),
                    outcome=GateDecision.Outcome.RETURN,
                    actor=actor,
                    reason="Once more.",
                    return_to=started.step("prerequisites"),
                )
            except Refused as refused:
                return refused.refusal.reason
            finally:
                connections.close_all()
            return "decided"

        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(decide, (started.sponsor, deputy)))
        assert sorted(word == "decided" for word in said) == [False, True]
        decision = GateDecision.objects.get(submission=submission)
        loser = next(word for word in said if word != "decided")
        assert loser.startswith(f"{decision.decided_by.get_full_name()} has already decided this gate: Return")
    assert GateDecision.objects.count() == ROUNDS
    assert started.step("prerequisites").state == Step.State.OPEN
