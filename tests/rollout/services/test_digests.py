from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from people.api import OrganizationSettings, Refused, clock_at, forget_organization
from rollout import tasks
from rollout.models import DigestIssue, DigestSent, Program
from rollout.services import digests
from rollout.services.digests import (
    choose_digest,
    current_report,
    deliver_digest,
    deliver_waiting,
    issue_digest,
    issue_digests,
    week_due,
)
from rollout.services.statements import attest_item
from tests.factories.rollout import hold_role, make_program

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
SIX = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def issued(started, week_on=MONDAY) -> DigestIssue:
    issue = issue_digest(program=started.program, week_on=week_on)
    assert issue is not None
    return issue


class TestWhen:
    @pytest.mark.parametrize(
        ("moment", "week"),
        [
            (SIX - timedelta(minutes=1), None),
            (SIX, MONDAY),
            (SIX + timedelta(hours=30), MONDAY),
            (SIX + timedelta(hours=43), None),
            (SIX - timedelta(days=2), None),
        ],
    )
    def test_is_due_from_monday_six_until_tuesday_night(self, moment, week):
        with clock_at(moment):
            assert week_due() == week

    def test_six_is_six_by_the_organizations_clock(self):
        OrganizationSettings.objects.create(time_zone="America/New_York")
        forget_organization()
        with clock_at(SIX + timedelta(hours=4, minutes=59)):
            assert week_due() is None
        with clock_at(SIX + timedelta(hours=5)):
            assert week_due() == MONDAY


class TestIssuing:
    def test_once_per_program_and_week(self):
        make_program()
        make_program(title="Other")
        with clock_at(SIX):
            assert [issue_digests(), issue_digests()] == [2, 0]
        with clock_at(SIX + timedelta(days=7)):
            assert issue_digests() == 2

    def test_nothing_is_issued_when_it_is_not_monday(self):
        make_program()
        with clock_at(SIX + timedelta(days=3)):
            assert issue_digests() == 0

    def test_a_second_worker_issues_nothing(self):
        started = make_program()
        issued(started)
        assert issue_digest(program=started.program, week_on=MONDAY) is None
        assert DigestSent.objects.count() == 2

    def test_goes_to_lead_and_sponsor_or_their_deputies(self):
        started = make_program(roles=("project_lead", "coach"))
        deputy = hold_role(started, "sponsor", is_deputy=True)
        issued(started)
        readers = set(DigestSent.objects.values_list("person_id", flat=True))
        assert readers == {started.project_lead.pk, deputy.pk}

    def test_a_stopped_program_gets_none(self):
        started = make_program()
        Program.objects.update(state=Program.State.STOPPED)
        started.program.refresh_from_db()
        assert issue_digest(program=started.program, week_on=MONDAY) is None
        with clock_at(SIX):
            assert issue_digests() == 0

    def test_one_program_that_fails_does_not_stop_the_others(self, monkeypatch, caplog):
        first, second = make_program(title="A"), make_program(title="B")
        read = digests.read_standing

        def broken(*, program, **more):
            if program.pk == first.program.pk:
                raise RuntimeError("Broken.")
            return read(program=program, **more)

        monkeypatch.setattr(digests, "read_standing", broken)
        with clock_at(SIX):
            assert issue_digests() == 1
        assert DigestIssue.objects.get().program_id == second.program.pk
        assert "could not be issued" in caplog.text

    @pytest.mark.parametrize("members", [5, 200])
    def test_costs_the_same_for_few_and_many(self, django_assert_max_num_queries, members):
        started = make_program(members=members, courses=True, open_step="coaching")
        program = Program.objects.select_related("playbook_version").get(pk=started.program.pk)
        with django_assert_max_num_queries(25):
            issue = issue_digest(program=program, week_on=MONDAY)
        with django_assert_max_num_queries(25):
            deliver_digest(issue_id=issue.pk)


class TestDelivering:
    def test_every_reader_gets_the_letter_and_the_page_as_pdf(self):
        started = make_program()
        assert deliver_digest(issue_id=issued(started).pk) == 2
        assert {message.to[0] for message in mail.outbox} == {started.project_lead.email, started.sponsor.email}
        message = mail.outbox[0]
        assert message.subject.startswith("OKR rollout this week: ")
        assert "Step 0 of 8" in message.body
        assert message.attachments[0][1].startswith(b"%PDF")

    def test_twice_is_once(self):
        issue = issued(make_program())
        assert [deliver_digest(issue_id=issue.pk), deliver_digest(issue_id=issue.pk)] == [2, 0]

    def test_says_what_changed_since_the_last_letter(self):
        started = make_program()
        with clock_at(SIX - timedelta(days=7)):
            issued(started, MONDAY - timedelta(days=7))
        item = started.item("open_to_change")
        attest_item(item=item, actor=started.people[item.responsible], text="Yes.")
        deliver_digest(issue_id=issued(started).pk)
        assert "met, was open" in " ".join(mail.outbox[0].body.split())
        assert current_report(program=started.program).changes == ()

    def test_a_paused_program_says_so(self):
        started = make_program()
        Program.objects.update(state=Program.State.PAUSED, paused_on=date(2026, 11, 2))
        started.program.refresh_from_db()
        deliver_digest(issue_id=issued(started).pk)
        assert "Paused since November 2, 2026" in mail.outbox[0].subject

    def test_the_sweep_delivers_what_the_queue_lost_and_drops_what_is_late(self):
        started = make_program()
        with clock_at(SIX):
            issued(started)
            assert deliver_waiting() == 0
        with clock_at(SIX + timedelta(hours=1)):
            assert deliver_waiting() == 2
        with clock_at(SIX + timedelta(days=7)):
            late = issued(started, MONDAY + timedelta(days=7))
        with clock_at(SIX + timedelta(days=10)):
            assert deliver_waiting() == 0
        assert set(late.mailings.values_list("delivery", flat=True)) == {"dropped"}

    def test_a_mail_server_that_is_away_leaves_it_waiting(self, monkeypatch):
        issue = issued(make_program())

        def away(*args):
            raise OSError("The mail server is away.")

        monkeypatch.setattr(digests, "send_digest", away)
        with pytest.raises(OSError, match="away"):
            deliver_digest(issue_id=issue.pk)
        assert set(issue.mailings.values_list("delivery", flat=True)) == {"queued"}

    def test_the_news_queues_the_delivery(self, django_capture_on_commit_callbacks, monkeypatch):
        queued = []
        monkeypatch.setattr(tasks.deliver_digest, "delay", queued.append)
        make_program()
        with clock_at(SIX), django_capture_on_commit_callbacks(execute=True):
            tasks.issue_digests()
        assert queued == [DigestIssue.objects.get().pk]
        tasks.deliver_digest(queued[0])
        assert len(mail.outbox) == 2


class TestChoosing:
    def test_who_said_no_gets_none_until_they_say_yes_again(self):
        started = make_program()
        for _ in range(2):
            choose_digest(program=started.program, actor=started.sponsor, is_wanted=False)
        issued(started)
        assert DigestSent.objects.get().person_id == started.project_lead.pk
        choose_digest(program=started.program, actor=started.sponsor, is_wanted=True)
        assert issued(started, MONDAY + timedelta(days=7)).mailings.count() == 2

    def test_others_have_nothing_to_choose(self):
        started = make_program()
        with pytest.raises(Refused, match="nothing to choose"):
            choose_digest(program=started.program, actor=started.coach, is_wanted=False)
