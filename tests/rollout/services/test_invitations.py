"""Invitations go to people who carry the program, once each, after somebody looked."""

import pytest
from django.core import mail

from people.api import Refused
from rollout import tasks
from rollout.models import Invitation
from rollout.services import invitations
from rollout.services.invitations import mail_invitation, mail_missing_invitations, send_invitations
from tests.factories.people import UserFactory
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started():
    return make_program(title="OKRs in Sales", members=0)


def send(started, *people, actor=None) -> int:
    return send_invitations(
        program=started.program,
        person_ids=[person.pk for person in people],
        opening="we start on Monday.",
        actor=actor or started.project_lead,
    )


def test_mail_goes_out_after_commit_with_every_role_of_the_person(started, news):
    with news():
        assert send(started, started.sponsor, started.coach) == 2
    by_address = {message.to[0]: message for message in mail.outbox}
    assert set(by_address) == {started.sponsor.email, started.coach.email}
    letter = by_address[started.sponsor.email]
    assert letter.subject == "You carry a part of OKRs in Sales"
    assert "we start on Monday." in letter.body
    assert "Executive sponsor" in letter.body
    assert "http://testserver/programs/okrs-in-sales/roles/#role-sponsor" in letter.body
    assert started.project_lead.get_full_name() in letter.body
    assert not Invitation.objects.filter(sent_at__isnull=True).exists()


def test_twice_is_once(started, news):
    with news():
        assert send(started, started.sponsor) == 1
    with news():
        assert send(started, started.sponsor, started.coach) == 1
    assert not mail_invitation(invitation_id=Invitation.objects.get(person=started.sponsor).pk)
    assert len(mail.outbox) == 2


def test_the_person_who_started_it_may_invite(started):
    assert send(started, started.sponsor, actor=started.administrator) == 1


def test_others_are_refused(started):
    with pytest.raises(Refused, match="changed by the project lead"):
        send(started, started.sponsor, actor=started.coach)


def test_nobody_and_strangers_are_refused_and_nothing_is_sent(started):
    with pytest.raises(Refused, match="Nobody is chosen"):
        send(started)
    stranger = UserFactory(first_name="Ada", last_name="Lang")
    with pytest.raises(Refused, match="Ada Lang holds no role"):
        send(started, started.sponsor, stranger)
    assert not Invitation.objects.exists()


def test_a_mail_server_that_is_away_is_tried_again_by_the_sweep(started, monkeypatch):
    send(started, started.sponsor, started.coach)

    def away(program, person, opening, holders):
        if person == started.sponsor:
            raise OSError("away")

    with monkeypatch.context() as patched:
        patched.setattr(invitations, "send_invitation", away)
        assert mail_missing_invitations() == 1
    assert Invitation.objects.get(sent_at__isnull=True).person == started.sponsor
    tasks.sweep_letters()
    assert [message.to for message in mail.outbox] == [[started.sponsor.email]]


def test_people_who_left_get_none(started):
    send(started, started.sponsor)
    started.sponsor.is_active = False
    started.sponsor.save()
    assert mail_missing_invitations() == 0
    assert not mail_invitation(invitation_id=Invitation.objects.get().pk)
