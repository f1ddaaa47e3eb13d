"""One mail to those who decide and to the lead when gates come into doubt; what joins later stands on the page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from people.api import clock_at, today
from rollout.models import Program, RoleAssignment, RosterMember, Suspicion
from rollout.services.refresh import refresh_wave
from rollout.services.suspicion_letters import mail_doubt, mail_missing_doubt
from rollout.tasks import sweep_letters
from tests.factories.rollout import StartedProgram, make_program
from tests.rollout.services.test_reopening import reopen
from tests.rollout.services.test_suspicion import pass_gate

pytestmark = pytest.mark.django_db


@pytest.fixture
def started() -> StartedProgram:
    started = make_program(members=10)
    pass_gate(started)
    pass_gate(started, "goal")
    mail.outbox.clear()
    return started


def test_each_gets_one_mail_for_all_gates(started, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        reopen(started)
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([started.sponsor.email, started.project_lead.email])
    letter = mail.outbox[0]
    assert letter.subject == "OKR rollout: 2 gates are in doubt"
    for words in ("Step 0, Check the ground", "Step 1, Set a clear goal", "The survey says otherwise."):
        assert words in " ".join(letter.body.split())
    assert "/steps/prerequisites/#doubt" in letter.body
    assert not Suspicion.objects.untold().exists()


def test_twice_is_once(started):
    reopen(started)
    assert mail_doubt(wave_id=started.wave.pk) == 2
    assert mail_doubt(wave_id=started.wave.pk) == 0


def test_a_cause_that_joins_later_sends_nothing(started):
    reopen(started)
    mail_doubt(wave_id=started.wave.pk)
    mail.outbox.clear()
    with clock_at(datetime.now(UTC) + timedelta(days=2)):
        RosterMember.objects.update(left_on=today())
        refresh_wave(wave_id=started.wave.pk)
    assert started.step("goal").suspicions.open().count() == 2
    assert mail_doubt(wave_id=started.wave.pk) == 0
    assert mail.outbox == []


def test_a_vacant_role_gets_none_and_the_others_do(started):
    RoleAssignment.objects.filter(slot__key="sponsor").update(ended_on=today())
    refresh_wave(wave_id=started.wave.pk)
    assert mail_doubt(wave_id=started.wave.pk) == 1
    assert mail.outbox[0].to == [started.project_lead.email]


def test_nobody_is_told_while_the_program_is_paused(started):
    reopen(started)
    Program.objects.update(state="paused", paused_on=today())
    assert mail_doubt(wave_id=started.wave.pk) == 0
    assert Suspicion.objects.untold().count() == 2


def test_a_mail_server_that_is_away_leaves_it_to_the_sweep(started, monkeypatch):
    reopen(started)

    def away(*args, **kwargs):
        raise OSError("away")

    with monkeypatch.context() as patch:
        patch.setattr("rollout.services.suspicion_letters.send_doubt", away)
        with pytest.raises(OSError, match="away"):
            mail_doubt(wave_id=started.wave.pk)
        with clock_at(datetime.now(UTC) + timedelta(minutes=5)):
            assert mail_missing_doubt() == 0
    assert mail_missing_doubt() == 0
    with clock_at(datetime.now(UTC) + timedelta(minutes=5)):
        sweep_letters()
    assert len(mail.outbox) == 2


def test_old_news_is_not_sent_any_more(started):
    reopen(started)
    with clock_at(datetime.now(UTC) + timedelta(days=3)):
        assert mail_missing_doubt() == 0
