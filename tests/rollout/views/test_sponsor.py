"""The sponsor page: on track or not, the one risk, decisions in at most three taps, and the same on paper."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse

from people.api import today
from rollout.models import GateDecision, GateQuestion, GateSubmission, Statement
from rollout.services.gates import submit_gate
from rollout.services.questions import ask_gate_question
from rollout.services.waivers import request_waiver
from tests.factories.rollout import StartedProgram, answer_step, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started() -> StartedProgram:
    started = make_program()
    answer_step(started, "prerequisites")
    return started


@pytest.fixture
def submission(started) -> GateSubmission:
    return submit_gate(step=started.step("prerequisites"), actor=started.project_lead)


def page(client, started, person) -> str:
    client.force_login(person)
    return client.get(reverse("rollout:sponsor", args=[started.program.slug])).content.decode()


def act(client, started, submission, **data):
    client.force_login(data.pop("person", started.sponsor))
    url = reverse("rollout:sponsor_act", args=[started.program.slug])
    return client.post(url, {"submission": submission.pk, **data})


def test_the_page_answers_in_the_order_of_five_minutes(client, started, submission):
    html = page(client, started, started.sponsor)
    places = [
        html.index(part) for part in ("On track means:", "Approve the gate", "The one risk", "planned and passed")
    ]
    assert places == sorted(places)
    assert "The goal is not written down yet." in html


def test_approving_passes_the_gate(client, started, submission):
    response = act(client, started, submission, deed="approve", reason="Well done.")
    assert response.url == reverse("rollout:sponsor", args=[started.program.slug])
    decision = GateDecision.objects.get()
    assert (decision.outcome, decision.reason) == ("go", "Well done.")


def test_returning_needs_a_reason_and_keeps_the_step_open(client, started, submission):
    response = act(client, started, submission, deed="return", reason="")
    assert response.status_code == 200
    assert not GateDecision.objects.exists()
    act(client, started, submission, deed="return", reason="Ask the works council first.")
    decision = GateDecision.objects.get()
    assert (decision.outcome, decision.return_to_id) == ("return", submission.step_id)


def test_a_question_goes_to_the_lead_who_answers_on_the_gate_page(client, started, submission):
    act(client, started, submission, deed="ask", question="How sure are you?")
    question = GateQuestion.objects.get()
    client.force_login(started.project_lead)
    room = reverse("rollout:gate", args=[started.program.slug, 0, "prerequisites"])
    assert "How sure are you?" in client.get(room).content.decode()
    answer = reverse("rollout:question_answer", args=[started.program.slug, question.pk])
    assert client.post(answer, {"answer": "Quite sure."}).url == f"{room}#questions"
    assert "Quite sure." in page(client, started, started.sponsor)
    response = client.post(answer, {"answer": "Once more."})
    assert response.status_code == 409
    assert "Once more." in response.content.decode()


def test_facts_that_moved_are_told_and_nothing_is_decided(client, started, submission):
    client.force_login(started.sponsor)
    html = page(client, started, started.sponsor)
    seen = html.split('name="seen" value="')[1].split('"')[0]
    item = started.item("open_to_change")
    Statement.objects.create(item=item, kind=Statement.Kind.WITHDRAWN, by=started.project_lead)
    response = act(client, started, submission, deed="approve", seen=seen, reason="Fine.")
    assert response.status_code == 409
    assert "The evidence has changed" in response.content.decode()
    assert not GateDecision.objects.exists()


def test_who_may_not_decide_sees_the_controls_and_why(client, started, submission):
    html = page(client, started, started.coach)
    assert "disabled" in html
    assert "This gate is decided by" in html
    assert act(client, started, submission, deed="approve", person=started.coach).status_code == 409


def test_an_unknown_deed_and_another_programs_submission_are_not_found(client, started, submission):
    assert act(client, started, submission, deed="burn").status_code == 404
    other = make_program(title="Other")
    client.force_login(other.sponsor)
    url = reverse("rollout:sponsor_act", args=[other.program.slug])
    assert client.post(url, {"deed": "approve", "submission": submission.pk}).status_code == 404


def test_the_same_on_paper(client, started, submission):
    client.force_login(started.sponsor)
    response = client.get(reverse("rollout:sponsor_pdf", args=[started.program.slug]))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    with pikepdf.open(BytesIO(response.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert len(document.pages) == 1


@pytest.mark.parametrize("members", [10, 300])
def test_the_page_costs_the_same_for_few_and_many(client, django_assert_num_queries, members):
    started = make_program(members=members, teams=2, courses=True, open_step="coaching")
    answer_step(started, "coaching")
    client.force_login(started.sponsor)
    url = reverse("rollout:sponsor", args=[started.program.slug])
    client.get(url)
    with django_assert_num_queries(19):
        client.get(url)


def test_questions_are_read_at_once_for_all_gates(client, django_assert_num_queries, started, submission):
    for text in ("One?", "Two?", "Three?"):
        ask_gate_question(submission=submission, actor=started.sponsor, question=text)
    html = page(client, started, started.project_lead)
    assert all(text in html for text in ("One?", "Two?", "Three?"))


def test_waivers_that_wait_stand_beside_the_gates(client, started):
    request_waiver(
        item=make_open(started, "open_to_change"),
        actor=started.project_lead,
        reason="Later",
        risk="medium",
        compensating_action="Ask",
        expires_on=today() + timedelta(days=9),
    )
    html = page(client, started, started.sponsor)
    assert "Waiver: " in html
    assert f"Waits for {started.sponsor.get_full_name()}" in html


def make_open(started, key):
    item = started.item(key)
    Statement.objects.create(item=item, kind=Statement.Kind.WITHDRAWN, by=started.project_lead)
    return item
