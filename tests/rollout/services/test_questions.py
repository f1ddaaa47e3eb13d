from datetime import timedelta

import pytest
from django.core import mail

from people.api import Refused, clock_at, now
from rollout import tasks
from rollout.models import GateDecision, GateQuestion
from rollout.services import questions
from rollout.services.gates import decide_gate, submit_gate
from rollout.services.questions import answer_gate_question, ask_gate_question, mail_answer, mail_missing, mail_question
from tests.factories.rollout import answer_step, hold_role, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started():
    started = make_program()
    answer_step(started, "prerequisites")
    return started


@pytest.fixture
def submission(started):
    return submit_gate(step=started.step("prerequisites"), actor=started.project_lead)


def ask(started, submission, text="How sure are you?"):
    return ask_gate_question(submission=submission, actor=started.sponsor, question=text)


def test_the_sponsor_asks_and_the_lead_answers_both_by_mail(started, submission):
    asked = ask(started, submission)
    assert mail_question(question_id=asked.pk)
    answer_gate_question(question=asked, actor=started.project_lead, answer="Quite sure.")
    assert mail_answer(question_id=asked.pk)
    first, second = mail.outbox
    assert (first.to, second.to) == ([started.project_lead.email], [started.sponsor.email])
    assert "How sure are you?" in first.body
    assert "Quite sure." in second.body
    assert "/sponsor/" in second.body


def test_mail_is_sent_once(started, submission):
    asked = ask(started, submission)
    assert [mail_question(question_id=asked.pk) for _ in range(2)] == [True, False]
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_is_found_by_the_sweep(started, submission, monkeypatch):
    asked = ask(started, submission)

    def away(*args):
        raise OSError("The mail server is away.")

    with monkeypatch.context() as patch:
        patch.setattr(questions, "send_question", away)
        with pytest.raises(OSError, match="away"):
            mail_question(question_id=asked.pk)
    assert mail_missing() == 0
    with clock_at(now() + timedelta(minutes=5)):
        assert mail_missing() == 1
    with clock_at(now() + timedelta(days=3)):
        GateQuestion.objects.update(question_mailed_at=None)
        assert mail_missing() == 0


def test_the_successor_gets_the_question_when_the_submitter_has_left(started, submission):
    started.project_lead.is_active = False
    started.project_lead.save()
    successor = hold_role(started, "project_lead")
    mail_question(question_id=ask(started, submission).pk)
    assert mail.outbox[0].to == [successor.email]


def test_only_whoever_may_decide_asks(started, submission):
    with pytest.raises(Refused, match="You submitted this gate yourself"):
        ask_gate_question(submission=submission, actor=started.project_lead, question="Why?")
    with pytest.raises(Refused, match="This gate is decided"):
        ask_gate_question(submission=submission, actor=started.coach, question="Why?")


def test_a_decided_gate_is_no_longer_asked_about(started, submission):
    asked = ask(started, submission)
    decide_gate(submission=submission, outcome=GateDecision.Outcome.GO, actor=started.sponsor)
    with pytest.raises(Refused, match="already decided"):
        ask(started, submission)
    with pytest.raises(Refused, match="the question is closed"):
        answer_gate_question(question=asked, actor=started.project_lead, answer="Sure.")


def test_an_answer_is_given_once_and_in_words(started, submission):
    asked = ask(started, submission)
    with pytest.raises(Refused, match="Write down the answer"):
        answer_gate_question(question=asked, actor=started.project_lead, answer="  ")
    answer_gate_question(question=asked, actor=started.project_lead, answer="Sure.")
    with pytest.raises(Refused, match="has answered this question already"):
        answer_gate_question(question=asked, actor=started.project_lead, answer="Or not.")
    assert GateQuestion.objects.get().answer == "Sure."


def test_a_question_needs_words(started, submission):
    with pytest.raises(Refused, match="what you want to know"):
        ask(started, submission, "   ")


def test_the_news_queues_the_mail(started, submission, django_capture_on_commit_callbacks, monkeypatch):
    queued = []
    monkeypatch.setattr(tasks.mail_gate_question, "delay", lambda pk: queued.append(("asked", pk)))
    monkeypatch.setattr(tasks.mail_gate_answer, "delay", lambda pk: queued.append(("answered", pk)))
    with django_capture_on_commit_callbacks(execute=True):
        asked = ask(started, submission)
    with django_capture_on_commit_callbacks(execute=True):
        answer_gate_question(question=asked, actor=started.project_lead, answer="Sure.")
    assert queued == [("asked", asked.pk), ("answered", asked.pk)]
    tasks.mail_gate_question(asked.pk)
    tasks.mail_gate_answer(asked.pk)
    assert len(mail.outbox) == 2
