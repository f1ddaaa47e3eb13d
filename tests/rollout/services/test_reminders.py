from datetime import timedelta

import pytest
from django.core import mail

from people.api import Refused, clock_at, now, record_absence, today
from rollout import tasks
from rollout.models import Program, ReminderRound, ReminderSent
from rollout.rules.reminders import may_be_reminded
from rollout.services import reminders
from rollout.services.delivery import ATTEMPTS
from rollout.services.reminders import candidates, deliver_round, deliver_waiting, reminded_today, send_reminders
from rollout.signals import reminders_queued
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, answer_step, hold_role, make_program

pytestmark = pytest.mark.django_db
Delivery = ReminderSent.Delivery


def remind(started: StartedProgram, *people, actor=None, **fields):
    people = people or (started.people_lead,)
    return send_reminders(
        program=started.program,
        actor=actor or started.project_lead,
        person_ids=[person.pk for person in people],
        **fields,
    )


def away(*args, **kwargs) -> None:
    raise OSError("The mail server is away.")


class TestSending:
    def test_one_mail_lists_everything_with_links(self, settings):
        settings.BASE_URL = "https://pilotage.example"
        started = make_program()
        reminded = remind(started)
        assert [person.pk for person in reminded.people] == [started.people_lead.pk]
        assert deliver_round(round_id=reminded.round.pk) == 1
        (message,) = mail.outbox
        assert message.to == [started.people_lead.email]
        owed = ReminderSent.objects.get().lines
        assert all(line["text"] in " ".join(message.body.split()) for line in owed)
        assert f"https://pilotage.example/programs/{started.program.slug}/" in message.body
        assert started.project_lead.get_full_name() in message.body
        assert ReminderSent.objects.get().delivery == Delivery.SENT

    def test_the_first_sentence_is_the_leads_own(self):
        started = make_program()
        deliver_round(round_id=remind(started, opening="the steering committee meets on Friday.").round.pk)
        assert "the steering committee meets on Friday." in mail.outbox[0].body

    def test_the_time_is_the_readers_own(self):
        started = make_program()
        started.people_lead.time_zone = "Asia/Tokyo"
        started.people_lead.save()
        deliver_round(round_id=remind(started).round.pk)
        assert "(Asia/Tokyo)" in mail.outbox[0].body

    def test_is_announced_after_commit_and_audited(self, django_capture_on_commit_callbacks):
        started, heard = make_program(), []

        def listen(round_id, **kwargs):
            heard.append(round_id)

        reminders_queued.connect(listen)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                reminded = remind(started)
                assert heard == []
        finally:
            reminders_queued.disconnect(listen)
        assert heard == [reminded.round.pk]

    def test_about_one_question_reaches_exactly_those_who_are_missing(self):
        started = make_program(open_step="coaching", courses=True, members=8)
        item = started.item("training_finished")
        found = candidates(program=started.program, by=started.project_lead, item=item)
        expected = {pk for person in (*started.members, *started.people.values()) for pk in [person.pk]}
        assert {one.person.pk for one in found} <= expected
        assert {person.pk for person in started.members} <= {one.person.pk for one in found}
        assert all(duty.item_id == item.pk for one in found for duty in one.duties)
        reminded = remind(started, *started.members, item=item)
        assert len(reminded.people) == 8
        assert item.question[:40] in reminded.round.opening

    def test_about_one_question_reaches_everybody_though_the_finding_names_the_first_fifty(self):
        started = make_program(open_step="coaching", courses=True, members=70)
        item = started.item("training_finished")
        assert len(remind(started, *started.members, item=item).people) == 70


class TestAtMostOneADay:
    def test_who_was_reminded_today_is_skipped_and_named(self):
        started = make_program()
        other = hold_role(started, "people_lead")
        remind(started)
        reminded = remind(started, started.people_lead, other)
        assert [person.pk for person in reminded.people] == [other.pk]
        assert "was reminded today already" in reminded.skipped[0]
        assert reminded_today(started.program) == {started.people_lead.pk, other.pk}

    def test_nobody_left_is_refused_with_the_reasons(self):
        started = make_program()
        remind(started)
        with pytest.raises(Refused, match="was reminded today already"):
            remind(started)
        assert ReminderRound.objects.count() == 1

    def test_the_next_day_is_another_day(self):
        started = make_program()
        remind(started)
        with clock_at(now() + timedelta(days=1)):
            assert remind(started).people

    def test_two_at_once_end_in_one_mail(self, monkeypatch):
        started = make_program()
        remind(started)
        monkeypatch.setattr(reminders, "reminded_today", lambda program: set())
        with pytest.raises(Refused, match="a moment ago"):
            remind(started)
        assert ReminderSent.objects.count() == 1

    def test_another_program_may_remind_too(self):
        started, other = make_program(), make_program(title="Other")
        hold_role(other, "people_lead", person=started.people_lead)
        remind(started)
        assert remind(other, started.people_lead, actor=other.project_lead).people


class TestRefusals:
    def test_only_lead_sponsor_and_administrators_remind(self):
        started = make_program()
        with pytest.raises(Refused, match="People are reminded by"):
            remind(started, actor=started.coach)
        assert remind(started, actor=started.sponsor).people

    def test_nobody_chosen(self):
        started = make_program()
        with pytest.raises(Refused, match="Choose at least one person"):
            send_reminders(program=started.program, actor=started.project_lead, person_ids=[])

    def test_nobody_is_reminded_of_a_stopped_program(self):
        started = make_program()
        started.program.state = Program.State.STOPPED
        started.program.save()
        with pytest.raises(Refused, match="nobody is reminded"):
            remind(started)

    def test_not_oneself(self):
        started = make_program()
        with pytest.raises(Refused, match="own list"):
            remind(started, started.project_lead)

    def test_who_owes_nothing_any_more_gets_no_mail(self):
        started = make_program()
        answer_step(started, "prerequisites")
        with pytest.raises(Refused, match="owes nothing any more"):
            remind(started)

    def test_people_on_long_leave_are_left_in_peace(self):
        started = make_program()
        record_absence(
            person=started.people_lead,
            started_on=today(),
            ends_on=today() + timedelta(days=90),
            actor=started.administrator,
        )
        with pytest.raises(Refused, match="is away"):
            remind(started)

    def test_people_who_have_left_are_left_in_peace(self):
        lead, gone, person = UserFactory(), UserFactory(is_active=False), UserFactory()
        assert "has left" in str(may_be_reminded(gone, by=lead))
        assert "is away" in str(may_be_reminded(person, by=lead, away={person.pk}))
        assert "no e-mail" in str(may_be_reminded(UserFactory.build(pk=9, email=""), by=lead))


class TestDelivery:
    def test_twice_is_once(self):
        started = make_program()
        round_id = remind(started).round.pk
        assert deliver_round(round_id=round_id) == 1
        assert deliver_round(round_id=round_id) == 0
        assert len(mail.outbox) == 1

    def test_a_mail_server_that_is_away_is_tried_again_and_given_up_in_the_end(self, monkeypatch):
        started = make_program()
        round_id = remind(started).round.pk
        monkeypatch.setattr(reminders, "send_reminder", away)
        for _ in range(ATTEMPTS):
            with pytest.raises(OSError, match="away"):
                deliver_round(round_id=round_id)
        assert deliver_round(round_id=round_id) == 0
        sent = ReminderSent.objects.get()
        assert (sent.delivery, sent.problem) == (Delivery.FAILED, "The mail server is away.")

    def test_what_was_not_delivered_may_be_sent_again_the_same_day(self):
        started = make_program()
        remind(started)
        ReminderSent.objects.update(delivery=Delivery.FAILED)
        assert remind(started).people
        assert ReminderSent.objects.count() == 1

    def test_the_sweep_finds_what_the_queue_lost(self):
        started = make_program()
        remind(started)
        assert deliver_waiting() == 0
        with clock_at(now() + timedelta(minutes=3)):
            assert deliver_waiting() == 1
        assert len(mail.outbox) == 1

    def test_a_mail_that_was_cut_off_is_not_sent_twice(self):
        started = make_program()
        remind(started)
        ReminderSent.objects.update(delivery=Delivery.SENDING, attempted_at=now())
        with clock_at(now() + timedelta(hours=2)):
            assert deliver_waiting() == 0
        assert ReminderSent.objects.get().delivery == Delivery.FAILED

    @pytest.mark.parametrize("why", ["left", "stopped", "late"])
    def test_a_mail_that_nobody_needs_any_more_is_dropped(self, why):
        started = make_program()
        reminded = remind(started)
        if why == "left":
            started.people_lead.is_active = False
            started.people_lead.save()
        elif why == "stopped":
            Program.objects.update(state=Program.State.STOPPED)
        else:
            ReminderSent.objects.update(day=today() - timedelta(days=2))
        assert deliver_round(round_id=reminded.round.pk) == 0
        assert ReminderSent.objects.get().delivery == Delivery.DROPPED
        assert mail.outbox == []

    def test_a_round_that_is_not_there_is_told(self):
        with pytest.raises(ReminderRound.DoesNotExist):
            deliver_round(round_id=4711)


class TestDoorways:
    def test_the_news_queues_a_task_that_sends(self, django_capture_on_commit_callbacks, monkeypatch):
        queued: list[int] = []
        monkeypatch.setattr(tasks.deliver_reminders, "delay", queued.append)
        started = make_program()
        with django_capture_on_commit_callbacks(execute=True):
            reminded = remind(started)
        assert queued == [reminded.round.pk]
        tasks.deliver_reminders(reminded.round.pk)
        assert len(mail.outbox) == 1

    def test_the_sweep_is_a_task(self):
        remind(make_program())
        with clock_at(now() + timedelta(minutes=3)):
            tasks.sweep_letters()
        assert len(mail.outbox) == 1
