"""Answering questions, handing in files, waivers: as people do it on the page."""

from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from people.api import today
from rollout.models import Statement, Waiver
from tests.factories.rollout import StartedProgram, make_program

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a goal"


@pytest.fixture
def started() -> StartedProgram:
    return make_program()


def url(started: StartedProgram, name: str, step: str, item: str, *more: object) -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, 0, step, item, *more])


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def say(client, started, step, item, deed, **fields):
    posted = {"deed": deed, **{f"{deed}-{name}": value for name, value in fields.items()}}
    return client.post(url(started, "item_state", step, item), posted)


def test_an_answer_leads_back_to_the_checklist(client, started):
    client.force_login(started.project_lead)
    response = say(client, started, "prerequisites", "open_to_change", "attest", text="We asked ten people.")
    assert response.url == f"/programs/{started.program.slug}/waves/0/steps/prerequisites/#item-open_to_change"
    assert Statement.objects.get().text == "We asked ten people."


def test_a_refused_answer_keeps_the_words(client, started):
    client.force_login(started.coach)
    response = say(client, started, "prerequisites", "open_to_change", "attest", text="We asked ten people.")
    assert response.status_code == 409
    assert f"answered by {started.project_lead.get_full_name()}" in words(response)
    assert "We asked ten people." in words(response)


def test_a_live_question_says_that_it_is_read_from_data(client, started):
    client.force_login(started.project_lead)
    response = client.get(url(started, "item", "coaching", "training_finished"))
    assert "Nobody ticks this" in words(response)
    assert say(client, started, "coaching", "training_finished", "attest").status_code == 409


def test_a_confirmation_is_offered_to_the_confirmer(client, started):
    client.force_login(started.project_lead)
    say(client, started, "key_people", "works_council_informed", "claim", text="On 3 March.")
    client.force_login(started.works_council)
    response = client.get(url(started, "item", "key_people", "works_council_informed"))
    assert "On 3 March." in words(response)
    say(client, started, "key_people", "works_council_informed", "confirm")
    assert Statement.objects.filter(kind="confirmed", by=started.works_council).exists()


def test_an_unknown_deed_is_not_found(client, started):
    client.force_login(started.project_lead)
    assert say(client, started, "prerequisites", "open_to_change", "tick").status_code == 404


class TestFiles:
    def upload(self, client, started, content=PDF, name="goal.pdf"):
        client.force_login(started.project_lead)
        file = SimpleUploadedFile(name, content)
        return say(client, started, "goal", "goal_written", "document", text="", link="", file=file)

    def test_are_served_as_a_download_only(self, client, started):
        assert self.upload(client, started).status_code == 302
        statement = Statement.objects.get()
        client.force_login(started.coach)
        response = client.get(reverse("rollout:evidence_file", args=[started.program.slug, statement.evidence_id]))
        assert b"".join(response) == PDF
        assert response["Content-Disposition"] == 'attachment; filename="goal_written-v1.pdf"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Type"] == "application/pdf"
        assert "no-store" in response["Cache-Control"]

    def test_that_are_gone_from_storage_are_not_found(self, client, started):
        self.upload(client, started)
        statement = Statement.objects.get()
        statement.evidence.file.storage.delete(statement.evidence.file.name)
        assert (
            client.get(reverse("rollout:evidence_file", args=[started.program.slug, statement.evidence_id])).status_code
            == 404
        )

    @pytest.mark.parametrize(
        ("content", "reason"),
        [(b"<svg onload=alert(1)>", "not kept as evidence"), (b"\x00" * (10 * 1024 * 1024 + 1), "at most 10 MB")],
        ids=["markup", "large"],
    )
    def test_of_another_kind_or_size_are_refused_on_the_page(self, client, started, content, reason):
        response = self.upload(client, started, content)
        assert response.status_code == 409
        assert reason in words(response)
        assert not Statement.objects.exists()

    def test_a_document_needs_a_file_or_a_link(self, client, started):
        client.force_login(started.project_lead)
        response = say(client, started, "goal", "goal_written", "document", text="Yes", link="")
        assert "Give a link or a file" in words(response)
        response = say(client, started, "goal", "goal_written", "document", text="Yes", link="javascript:alert(1)")
        assert "full address" in words(response)
        assert say(client, started, "goal", "goal_written", "document", link="https://intranet/x").status_code == 302


class TestWaivers:
    def ask(self, client, started, **changes):
        client.force_login(started.people_lead)
        posted = {
            "reason": "The survey comes in May.",
            "risk": "medium",
            "compensating_action": "Two sessions.",
            "expires_on": (today() + timedelta(days=20)).isoformat(),
        } | changes
        return client.post(url(started, "waiver_request", "prerequisites", "mistakes_are_learning"), posted)

    def test_are_asked_for_and_approved_by_another_person(self, client, started):
        assert self.ask(client, started).status_code == 302
        waiver = Waiver.objects.get()
        target = url(started, "waiver_decide", "prerequisites", "mistakes_are_learning", waiver.pk)
        response = client.post(target, {"deed": "approve", "reason": ""})
        assert response.status_code == 409
        assert "another person has to decide it" in words(response)
        client.force_login(started.sponsor)
        board = words(client.get(reverse("rollout:board", args=[started.program.slug])))
        assert "Decide now" in board
        assert client.post(target, {"deed": "approve", "reason": ""}).status_code == 302
        page = words(client.get(url(started, "item", "prerequisites", "mistakes_are_learning")))
        assert "Never counted as met." in page

    @pytest.mark.parametrize("field", ["reason", "risk", "compensating_action", "expires_on"])
    def test_what_is_missing_is_named_by_field(self, client, started, field):
        response = self.ask(client, started, **{field: ""})
        assert response.status_code == 200
        assert field in response.context["waiver_form"].errors
        assert not Waiver.objects.exists()

    def test_a_past_day_is_refused_and_the_words_stay(self, client, started):
        response = self.ask(client, started, expires_on="2020-01-01")
        assert response.status_code == 409
        assert "last day in the future" in words(response)
        assert "The survey comes in May." in words(response)

    @pytest.mark.parametrize(("deed", "state"), [("reject", "rejected"), ("revoke", "revoked")])
    def test_are_rejected_and_taken_back_with_a_reason(self, client, started, deed, state):
        self.ask(client, started)
        waiver = Waiver.objects.get()
        client.force_login(started.sponsor)
        target = url(started, "waiver_decide", "prerequisites", "mistakes_are_learning", waiver.pk)
        assert client.post(target, {"deed": deed, "reason": ""}).status_code == 409
        assert client.post(target, {"deed": deed, "reason": "No."}).status_code == 302
        waiver.refresh_from_db()
        assert waiver.state == state
        assert client.post(target, {"deed": "nonsense"}).status_code == 200

    def test_what_nobody_can_waive_says_so(self, client, started):
        client.force_login(started.project_lead)
        page = words(client.get(url(started, "item", "key_people", "works_council_informed")))
        assert "Nobody can waive this question." in page
