"""Evidence files: every version is kept with its fingerprint, and it is on record who opened one."""

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from people.api import Refused
from rollout.models import EvidenceFile, EvidenceFileVersion, EvidenceView, Statement
from rollout.services.evidence_files import record_evidence_view
from rollout.services.statements import document_item
from tests.factories.rollout import StartedProgram, make_program

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a goal"


@pytest.fixture
def started() -> StartedProgram:
    return make_program(members=2)


def hand_in(started: StartedProgram, content: bytes = PDF) -> Statement:
    file = SimpleUploadedFile("goal.html", content)
    return document_item(item=started.item("goal_written"), actor=started.project_lead, file=file)


def test_the_next_file_is_the_next_version_and_the_first_is_kept(started):
    first, second = hand_in(started), hand_in(started, PDF + b", better")
    assert (first.evidence.number, second.evidence.number) == (1, 2)
    assert EvidenceFile.objects.count() == 1
    assert first.evidence.sha256 == hashlib.sha256(PDF).hexdigest()
    assert first.evidence.size == len(PDF)
    with first.evidence.file.open() as stored:
        assert stored.read() == PDF


def test_kinds_that_are_not_accepted_leave_nothing_behind(started):
    with pytest.raises(Refused, match="not kept as evidence"):
        hand_in(started, b"<script>alert(1)</script>")
    assert not EvidenceFileVersion.objects.exists()
    assert not Statement.objects.exists()


def test_a_version_is_never_changed_or_deleted(started):
    version = hand_in(started).evidence
    for deed in (version.save, version.delete):
        with pytest.raises(ValidationError, match="never changed or deleted"):
            deed()


def test_opening_is_on_record_once_per_person_with_how_often(started):
    version = hand_in(started).evidence
    for person in (started.sponsor, started.sponsor, started.coach):
        record_evidence_view(version=version, person=person)
    assert list(EvidenceView.objects.values_list("person", "times")) == [(started.sponsor.pk, 2), (started.coach.pk, 1)]


class TestDownload:
    def url(self, started, version):
        return reverse("rollout:evidence_file", args=[started.program.slug, version.pk])

    def test_nothing_runs_from_it(self, client, started):
        version = hand_in(started).evidence
        client.force_login(started.sponsor)
        response = client.get(self.url(started, version))
        assert b"".join(response.streaming_content) == PDF
        assert response["Content-Disposition"] == 'attachment; filename="goal_written-v1.pdf"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert EvidenceView.objects.get().person == started.sponsor

    def test_only_those_who_see_the_program_get_it(self, client, started):
        version = hand_in(started).evidence
        other = make_program(title="Other", members=0)
        for person in (started.members[0], other.sponsor):
            client.force_login(person)
            assert client.get(self.url(started, version)).status_code == 404
            assert client.get(self.url(other, version)).status_code == 404
        assert not EvidenceView.objects.exists()

    def test_the_works_council_gets_only_what_concerns_it(self, client, started):
        client.force_login(started.works_council)
        assert client.get(self.url(started, hand_in(started).evidence)).status_code == 409

    def test_the_lead_sees_who_opened_which_version_and_others_do_not(self, client, started):
        version = hand_in(started).evidence
        record_evidence_view(version=version, person=started.sponsor)
        page = reverse("rollout:item", args=[started.program.slug, 0, "goal", "goal_written"])
        client.force_login(started.project_lead)
        assert f"Opened by {started.sponsor.get_full_name()}" in client.get(page).content.decode()
        client.force_login(started.coach)
        assert "Opened by" not in client.get(page).content.decode()

    @pytest.mark.parametrize("versions", [1, 5])
    def test_the_page_costs_the_same_for_one_version_and_for_many(
        self, client, started, versions, django_assert_num_queries
    ):
        for number in range(versions):
            version = hand_in(started, PDF + bytes([65 + number])).evidence
            record_evidence_view(version=version, person=started.sponsor)
        client.force_login(started.project_lead)
        page = reverse("rollout:item", args=[started.program.slug, 0, "goal", "goal_written"])
        client.get(page)
        with django_assert_num_queries(19):
            client.get(page)
