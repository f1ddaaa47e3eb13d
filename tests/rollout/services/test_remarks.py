"""Comments: threads, naming people, editing for a while, withdrawing; whoever is named is told once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from people.api import Refused, clock_at, now
from rollout.models import Remark, RemarkMention
from rollout.queries.remarks import open_mentions, threads_of
from rollout.services.remarks import (
    edit_remark,
    mail_mentions,
    mail_missing_mentions,
    note_mentions_seen,
    withdraw_remark,
    write_remark,
)
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, make_program

pytestmark = pytest.mark.django_db
KEY = "direction_given"


@pytest.fixture
def started() -> StartedProgram:
    return make_program(members=2)


def write(started: StartedProgram, text: str = "Since when?", **more) -> Remark:
    return write_remark(**{"item": started.item(KEY), "actor": started.coach, "text": text, **more})


class TestThreads:
    def test_an_answer_stands_below_its_comment(self, started):
        first = write(started)
        answer = write(started, "Since March.", parent=first, actor=started.sponsor)
        [thread] = threads_of(started.item(KEY))
        assert (thread.remark, thread.replies) == (first, [answer])

    def test_an_answer_is_not_answered_again(self, started):
        answer = write(started, parent=write(started))
        with pytest.raises(Refused, match="belongs to a comment"):
            write(started, parent=answer)

    def test_nor_is_a_comment_on_another_question(self, started):
        other = write_remark(item=started.item("open_to_change"), actor=started.coach, text="x")
        with pytest.raises(Refused, match="belongs to a comment"):
            write(started, parent=other)

    def test_nor_one_that_was_withdrawn(self, started):
        first = withdraw_remark(remark=write(started), actor=started.coach)
        with pytest.raises(Refused, match="was withdrawn"):
            write(started, parent=first)

    @pytest.mark.parametrize(("text", "reason"), [("  ", "Write something"), ("x" * 4001, "at most 4,000")])
    def test_a_comment_has_a_text_of_a_certain_length(self, started, text, reason):
        with pytest.raises(Refused, match=reason):
            write(started, text)

    def test_strangers_do_not_comment(self, started):
        with pytest.raises(Refused, match="those who carry the program"):
            write(started, actor=started.members[0])


class TestChanging:
    def test_the_author_edits_for_a_quarter_of_an_hour(self, started):
        remark = write(started)
        with clock_at(remark.at + timedelta(minutes=15)):
            assert edit_remark(remark=remark, actor=started.coach, text="Since which day?").edited_at
        with clock_at(remark.at + timedelta(minutes=16)), pytest.raises(Refused, match="for 15 minutes"):
            edit_remark(remark=remark, actor=started.coach, text="Too late")
        assert Remark.objects.get().text == "Since which day?"

    def test_nobody_else_does(self, started):
        remark = write(started)
        for deed in (
            lambda: edit_remark(remark=remark, actor=started.sponsor, text="x"),
            lambda: withdraw_remark(remark=remark, actor=started.sponsor),
        ):
            with pytest.raises(Refused, match="Only the person who wrote"):
                deed()

    def test_withdrawing_keeps_the_place_and_the_answers(self, started, client):
        remark = write(started, "Something private")
        write(started, "An answer", parent=remark)
        withdraw_remark(remark=remark, actor=started.coach)
        client.force_login(started.sponsor)
        page = client.get(address(started)).content.decode()
        assert "This comment was withdrawn." in page
        assert "Something private" not in page
        assert "An answer" in page
        with pytest.raises(Refused, match="withdrawn already"):
            withdraw_remark(remark=remark, actor=started.coach)


def address(started: StartedProgram, name: str = "item", *more) -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, 0, "prerequisites", KEY, *more])


class TestNaming:
    def test_whoever_is_named_gets_one_mail(self, started):
        remark = write(started, named_ids=[started.sponsor.pk, started.coach.pk])
        assert [mail_mentions(remark_id=remark.pk), mail_mentions(remark_id=remark.pk)] == [1, 0]
        [letter] = mail.outbox
        assert letter.to == [started.sponsor.email]
        assert "Since when?" in letter.body
        assert address(started) in letter.body

    def test_a_lost_mail_is_found_by_the_sweep(self, started):
        write(started, named_ids=[started.sponsor.pk])
        assert [mail_missing_mentions(), mail_missing_mentions()] == [1, 0]

    def test_a_mail_server_that_is_away_is_tried_again(self, started, monkeypatch):
        remark = write(started, named_ids=[started.sponsor.pk])

        def fail(*_: object) -> None:
            raise OSError("away")

        monkeypatch.setattr("rollout.services.remarks.send_mention", fail)
        with pytest.raises(OSError, match="away"):
            mail_mentions(remark_id=remark.pk)
        assert RemarkMention.objects.get().mailed_at is None

    def test_nobody_is_told_of_what_was_withdrawn(self, started):
        remark = write(started, named_ids=[started.sponsor.pk])
        withdraw_remark(remark=remark, actor=started.coach)
        assert mail_mentions(remark_id=remark.pk) == 0

    def test_only_those_who_may_see_the_question_are_named(self, started):
        for person in (started.members[0], UserFactory(), started.works_council):
            with pytest.raises(Refused, match="only name people who may see"):
                write(started, named_ids=[person.pk])

    def test_it_waits_until_the_question_was_opened(self, started):
        write(started, named_ids=[started.sponsor.pk])
        assert len(open_mentions(started.sponsor)) == 1
        note_mentions_seen(item=started.item(KEY), person=started.sponsor)
        assert open_mentions(started.sponsor) == []


class TestPage:
    def test_a_name_with_an_at_sign_names_the_person(self, client, started):
        client.force_login(started.coach)
        text = f"@{started.sponsor.get_full_name()} since when?"
        response = client.post(address(started, "remark_write"), {"text": text, "named": [started.people_lead.pk]})
        assert response.url == f"{address(started)}#comments"
        named = set(RemarkMention.objects.values_list("person", flat=True))
        assert named == {started.sponsor.pk, started.people_lead.pk}

    def test_opening_the_question_is_seeing_the_mention(self, client, started):
        write(started, named_ids=[started.sponsor.pk])
        client.force_login(started.sponsor)
        client.get(address(started))
        assert RemarkMention.objects.get().seen_at <= now()

    def test_what_was_refused_is_shown_again(self, client, started):
        client.force_login(started.coach)
        response = client.post(address(started, "remark_write"), {"text": " "})
        assert response.status_code == 200
        assert not Remark.objects.exists()

    def test_markup_in_a_comment_is_text(self, client, started):
        write(started, "<script>alert(1)</script>")
        client.force_login(started.sponsor)
        assert "<script>alert(1)" not in client.get(address(started)).content.decode()

    @pytest.mark.parametrize("remarks", [1, 20])
    def test_costs_the_same_for_one_comment_and_for_many(self, client, started, remarks, django_assert_num_queries):
        for _ in range(remarks):
            write(started, parent=write(started, named_ids=[started.people_lead.pk]))
        client.force_login(started.sponsor)
        client.get(address(started))
        with django_assert_num_queries(19):
            client.get(address(started))
