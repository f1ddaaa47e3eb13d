import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import ModelLogEntry

from people.api import Refused
from rollout.models import ChecklistItem, Program, Statement
from rollout.services.evaluation import evaluate_gate
from rollout.services.statements import (
    attest_item,
    claim_item,
    confirm_item,
    document_item,
    mark_not_applicable,
    reject_claim,
    withdraw_statement,
)
from rollout.signals import wave_changed
from tests.factories.rollout import StartedProgram, hold_role, make_program

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


@pytest.fixture
def started() -> StartedProgram:
    return make_program()


def state_of(started: StartedProgram, key: str) -> str:
    item = started.item(key)
    return next(e.state.value for e in evaluate_gate(step=item.step).items if e.item.pk == item.pk)


class TestAttest:
    def test_makes_the_item_met(self, started):
        statement = attest_item(item=started.item("open_to_change"), actor=started.project_lead, text=" We asked. ")
        assert (statement.kind, statement.text, statement.before_gate) == ("attested", "We asked.", False)
        assert state_of(started, "open_to_change") == "met"
        assert ModelLogEntry.objects.get(action="rollout.item_stated").data["kind"] == "attested"

    def test_announces_that_the_wave_changed(self, started, django_capture_on_commit_callbacks):
        heard = []

        def listen(wave_id, **_):
            heard.append(wave_id)

        wave_changed.connect(listen, weak=False)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                attest_item(item=started.item("open_to_change"), actor=started.project_lead)
        finally:
            wave_changed.disconnect(listen)
        assert heard == [started.wave.pk]

    def test_again_renews_it(self, started):
        for _ in range(2):
            attest_item(item=started.item("open_to_change"), actor=started.project_lead)
        assert Statement.objects.count() == 2

    def test_is_open_to_the_deputy(self, started):
        deputy = hold_role(started, "project_lead", is_deputy=True)
        assert attest_item(item=started.item("open_to_change"), actor=deputy).by == deputy

    def test_ahead_of_the_gate_is_marked_as_preparation(self, started):
        assert attest_item(item=started.item("purpose_agreed"), actor=started.sponsor).before_gate is True

    def test_is_refused_to_others_naming_the_holder(self, started):
        with pytest.raises(Refused) as refused:
            attest_item(item=started.item("open_to_change"), actor=started.coach)
        assert refused.value.refusal.owed_by == started.project_lead.get_full_name()
        assert not Statement.objects.exists()

    def test_names_the_vacant_role_with_a_link_to_the_roles(self):
        started = make_program(roles=("sponsor", "project_lead"))
        with pytest.raises(Refused, match="People lead, and that role is vacant") as refused:
            attest_item(item=started.item("mistakes_are_learning"), actor=started.project_lead)
        assert refused.value.refusal.fix_url == f"/programs/{started.program.slug}/roles/"

    def test_a_holder_who_left_holds_nothing(self, started):
        started.project_lead.is_active = False
        started.project_lead.save()
        with pytest.raises(Refused, match="vacant"):
            attest_item(item=started.item("open_to_change"), actor=started.project_lead)

    @pytest.mark.parametrize(
        ("deed", "key"),
        [(attest_item, "parameters_recorded"), (document_item, "roles_assigned"), (claim_item, "hierarchy_levels")],
    )
    def test_live_items_refuse_ticking(self, started, deed, key):
        with pytest.raises(Refused, match="read from data and cannot be ticked"):
            deed(item=started.item(key), actor=started.project_lead)

    @pytest.mark.parametrize(
        ("deed", "key", "reason"),
        [
            (attest_item, "goal_written", "a file or a link"),
            (attest_item, "works_council_informed", "a second person confirms"),
            (document_item, "open_to_change", "needs a statement"),
            (claim_item, "open_to_change", "needs a statement"),
        ],
    )
    def test_the_wrong_kind_is_refused(self, started, deed, key, reason):
        with pytest.raises(Refused, match=reason):
            deed(item=started.item(key), actor=started.project_lead)

    def test_is_refused_in_a_stopped_program(self, started):
        Program.objects.update(state=Program.State.STOPPED)
        with pytest.raises(Refused, match="was stopped"):
            attest_item(item=started.item("open_to_change"), actor=started.project_lead)


class TestDocument:
    def test_takes_a_link(self, started):
        document_item(item=started.item("goal_written"), actor=started.project_lead, link="https://intranet/goal")
        assert state_of(started, "goal_written") == "met"

    def test_stores_a_file_under_a_random_name(self, started):
        upload = SimpleUploadedFile("../../goal <script>.html", PDF, content_type="text/html")
        statement = document_item(item=started.item("goal_written"), actor=started.project_lead, file=upload)
        assert re.fullmatch(r"evidence/\d{4}/\d{2}/[0-9a-f]{32}\.pdf", statement.evidence.file.name)
        with statement.evidence.file.open() as stored:
            assert stored.read() == PDF
        assert state_of(started, "goal_written") == "met"

    def test_a_later_one_replaces_and_keeps_the_first(self, started):
        for number in range(2):
            document_item(item=started.item("goal_written"), actor=started.project_lead, link=f"https://x.de/{number}")
        assert Statement.objects.count() == 2

    def test_needs_a_file_or_a_link(self, started):
        with pytest.raises(Refused, match="needs a file or a link"):
            document_item(item=started.item("goal_written"), actor=started.project_lead, text="It is written.")

    @pytest.mark.parametrize(
        "link", ["javascript:alert(1)", "goal", "file:///etc/passwd", "https://", "https://a b", "http://[x"]
    )
    def test_refuses_what_is_not_an_address(self, started, link):
        with pytest.raises(Refused, match="full address"):
            document_item(item=started.item("goal_written"), actor=started.project_lead, link=link)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "empty"),
            (b"<html><script>alert(1)</script></html>", "not kept as evidence"),
            (b"MZ\x90\x00\x03\x00\x00\x00", "not kept as evidence"),
            (b"GIF89a", None),
            (b"\x00" * 11 * 1024 * 1024, "at most 10 MB"),
        ],
        ids=["empty", "markup", "program", "text", "large"],
    )
    def test_refuses_files_by_what_is_inside(self, started, content, reason):
        upload = SimpleUploadedFile("goal.pdf", content, content_type="application/pdf")
        deed = {"item": started.item("goal_written"), "actor": started.project_lead, "file": upload}
        if reason is None:
            assert document_item(**deed).evidence.file.name.endswith(".txt")
            return
        with pytest.raises(Refused, match=reason):
            document_item(**deed)
        assert not Statement.objects.exists()

    def test_refuses_macros(self, started):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name in ("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"):
                archive.writestr(name, "x")
        upload = SimpleUploadedFile("goal.docx", packed.getvalue())
        with pytest.raises(Refused, match="without macros"):
            document_item(item=started.item("goal_written"), actor=started.project_lead, file=upload)


class TestFourEyes:
    def claim(self, started: StartedProgram) -> Statement:
        return claim_item(item=started.item("works_council_informed"), actor=started.project_lead, text="On 3 March.")

    def test_counts_once_another_person_confirms(self, started):
        self.claim(started)
        assert state_of(started, "works_council_informed") == "open"
        confirm_item(item=started.item("works_council_informed"), actor=started.works_council)
        assert state_of(started, "works_council_informed") == "met"

    def test_nobody_confirms_their_own_claim(self, started):
        hold_role(started, "works_council", person=started.project_lead)
        self.claim(started)
        with pytest.raises(Refused, match="You made this claim yourself") as refused:
            confirm_item(item=started.item("works_council_informed"), actor=started.project_lead)
        assert refused.value.refusal.owed_by == started.works_council.get_full_name()

    def test_confirming_needs_a_claim(self, started):
        with pytest.raises(Refused, match="nothing to confirm yet") as refused:
            confirm_item(item=started.item("works_council_informed"), actor=started.works_council)
        assert refused.value.refusal.owed_by == started.project_lead.get_full_name()

    def test_confirming_is_refused_to_others(self, started):
        self.claim(started)
        with pytest.raises(Refused, match="confirmed by"):
            confirm_item(item=started.item("works_council_informed"), actor=started.sponsor)

    def test_a_rejected_claim_can_be_made_again(self, started):
        self.claim(started)
        reject_claim(item=started.item("works_council_informed"), actor=started.works_council, text="Too late.")
        assert state_of(started, "works_council_informed") == "open"
        self.claim(started)
        confirm_item(item=started.item("works_council_informed"), actor=started.works_council)
        assert state_of(started, "works_council_informed") == "met"

    def test_rejecting_needs_a_reason(self, started):
        self.claim(started)
        with pytest.raises(Refused, match="what is missing"):
            reject_claim(item=started.item("works_council_informed"), actor=started.works_council, text=" ")

    def test_rejecting_is_for_claims_only(self, started):
        with pytest.raises(Refused, match="Only a claim"):
            reject_claim(item=started.item("open_to_change"), actor=started.project_lead, text="No")

    def test_a_confirmed_claim_is_neither_claimed_nor_confirmed_again(self, started):
        self.claim(started)
        confirm_item(item=started.item("works_council_informed"), actor=started.works_council)
        with pytest.raises(Refused, match="already confirmed"):
            self.claim(started)
        with pytest.raises(Refused, match="already confirmed"):
            confirm_item(item=started.item("works_council_informed"), actor=started.works_council)

    def test_confirming_needs_an_item_that_is_confirmed(self, started):
        with pytest.raises(Refused, match="needs no confirmation"):
            confirm_item(item=started.item("open_to_change"), actor=started.project_lead)


class TestLiveAndConfirmed:
    def test_is_confirmed_only_while_the_data_is_true(self, started):
        item = started.item("hierarchy_levels")
        with pytest.raises(Refused, match="once the data says so"):
            confirm_item(item=item, actor=started.people_lead)
        ChecklistItem.objects.filter(pk=item.pk).update(
            checks=[{"source": "hierarchy_levels", "parameters": {"minimum": 1}}]
        )
        confirm_item(item=item, actor=started.people_lead)
        assert state_of(started, "hierarchy_levels") == "met"

    def test_unknown_data_is_not_true(self, started):
        item = started.item("hierarchy_levels")
        ChecklistItem.objects.filter(pk=item.pk).update(checks=[{"source": "no_such_source", "parameters": {}}])
        with pytest.raises(Refused, match="once the data says so"):
            confirm_item(item=item, actor=started.people_lead)


class TestWithdraw:
    def test_takes_back_and_keeps_the_record(self, started):
        attest_item(item=started.item("open_to_change"), actor=started.project_lead)
        withdraw_statement(item=started.item("open_to_change"), actor=started.project_lead, text="It changed.")
        assert state_of(started, "open_to_change") == "open"
        assert Statement.objects.count() == 2

    def test_the_confirmer_may_take_back_a_confirmation(self, started):
        claim_item(item=started.item("works_council_informed"), actor=started.project_lead)
        confirm_item(item=started.item("works_council_informed"), actor=started.works_council)
        withdraw_statement(item=started.item("works_council_informed"), actor=started.works_council, text="No longer.")
        assert state_of(started, "works_council_informed") == "open"

    def test_needs_something_to_take_back(self, started):
        with pytest.raises(Refused, match="no statement to take back"):
            withdraw_statement(item=started.item("open_to_change"), actor=started.project_lead, text="x")

    def test_needs_a_reason_and_a_role(self, started):
        attest_item(item=started.item("open_to_change"), actor=started.project_lead)
        with pytest.raises(Refused, match="Say why"):
            withdraw_statement(item=started.item("open_to_change"), actor=started.project_lead, text="")
        with pytest.raises(Refused, match="can be taken back by"):
            withdraw_statement(item=started.item("open_to_change"), actor=started.coach, text="x")


class TestNotApplicable:
    def test_leaves_the_count(self, started):
        mark_not_applicable(
            item=started.item("next_teams_chosen"), actor=started.project_lead, text="There is one wave."
        )
        evaluation = evaluate_gate(step=started.step("rollout_plan"))
        assert evaluation.total_count == 7

    def test_needs_a_reason(self, started):
        with pytest.raises(Refused, match="Say why"):
            mark_not_applicable(item=started.item("next_teams_chosen"), actor=started.project_lead, text=" ")

    def test_needs_the_playbooks_permission(self, started):
        with pytest.raises(Refused, match="asks this of every wave"):
            mark_not_applicable(item=started.item("open_to_change"), actor=started.project_lead, text="x")

    def test_is_refused_twice_and_to_others(self, started):
        with pytest.raises(Refused, match="answered by"):
            mark_not_applicable(item=started.item("next_teams_chosen"), actor=started.coach, text="x")
        mark_not_applicable(item=started.item("next_teams_chosen"), actor=started.project_lead, text="x")
        with pytest.raises(Refused, match="already marked"):
            mark_not_applicable(item=started.item("next_teams_chosen"), actor=started.project_lead, text="x")
