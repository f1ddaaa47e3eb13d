"""The dossier: written with the deed, chained, and impossible to change unseen."""

import importlib
import threading
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction

import rollout.migrations
from rollout.chain import FIRST_PREVIOUS_HASH
from rollout.models import DossierEntry, GateDecision, Program
from rollout.queries.dossiers import first_break
from rollout.services.dossiers import record_in_dossier
from rollout.services.gates import decide_gate, submit_gate
from tests.factories.rollout import StartedProgram, answer_step, make_program

pytestmark = pytest.mark.django_db
MIGRATIONS = Path(rollout.migrations.__file__).parent


def note(program: Program, text: str = "x") -> DossierEntry:
    return record_in_dossier(
        program=program, kind=DossierEntry.Kind.SUSPICION, action="rollout.step_became_suspect", facts={"because": text}
    )


def tamper(entry: DossierEntry, sql: str, *values: object) -> None:
    """Change the table past the models, as somebody with the database would."""
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} WHERE id = %s", [*values, entry.pk])


def decided(started: StartedProgram) -> GateDecision:
    answer_step(started, "prerequisites")
    submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead, message="Please.")
    return decide_gate(submission=submission, outcome="go", actor=started.sponsor, reason="All there.")


@pytest.fixture
def started() -> StartedProgram:
    return make_program(members=0)


class TestWriting:
    def test_a_decision_is_written_with_names_and_fingerprint(self, started):
        decision = decided(started)
        entry = DossierEntry.objects.get(program=started.program)
        facts = entry.payload["facts"]
        assert (entry.number, entry.kind, entry.previous_hash) == (1, "decision", FIRST_PREVIOUS_HASH)
        assert entry.payload["by"] == {"id": started.sponsor.pk, "name": started.sponsor.get_full_name()}
        assert entry.payload["sentence"] == "decided the gate of step 0, Check the ground: go"
        assert facts["snapshot_sha256"] == decision.snapshot_sha256
        assert facts["submitted_by"]["name"] == started.project_lead.get_full_name()
        assert len(facts["statements"]) == 5

    def test_each_entry_names_the_one_before(self, started):
        first, second = note(started.program), note(started.program)
        assert (second.number, second.previous_hash) == (2, first.hash)

    def test_every_program_has_a_chain_of_its_own(self, started):
        note(started.program)
        assert note(make_program(title="Other", members=0).program).number == 1

    def test_it_is_not_written_when_the_deed_fails(self, started):
        @transaction.atomic
        def fail() -> None:
            note(started.program)
            raise RuntimeError("on purpose")

        with pytest.raises(RuntimeError, match="on purpose"):
            fail()
        assert not DossierEntry.objects.exists()

    def test_an_entry_is_never_changed_or_deleted(self, started):
        entry = note(started.program)
        for deed in (
            entry.save,
            entry.delete,
            DossierEntry.objects.all().delete,
            lambda: DossierEntry.objects.update(kind="waiver"),
            lambda: DossierEntry.objects.bulk_update([entry], ["kind"]),
        ):
            with pytest.raises(ValidationError, match="only ever added to"):
                deed()


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_nothing_is_written():
    started = make_program(members=0)
    with pytest.raises(RuntimeError, match="transaction of its deed"):
        note(started.program)


class TestChecking:
    @pytest.fixture
    def entries(self, started) -> list[DossierEntry]:
        return [note(started.program, text) for text in "abcd"]

    def test_an_untouched_dossier_is_intact(self, started, entries):
        assert first_break(started.program) is None

    def test_an_empty_one_too(self, started):
        assert first_break(started.program) is None

    def test_a_changed_text_is_found(self, started, entries):
        tamper(entries[1], "UPDATE rollout_dossierentry SET payload = %s", '{"facts": {"because": "z"}}')
        assert str(first_break(started.program)) == "entry 2: was changed after it was written"

    def test_a_changed_date_is_found(self, started, entries):
        tamper(entries[2], "UPDATE rollout_dossierentry SET created_at = %s", "2020-01-01 00:00:00+00:00")
        assert first_break(started.program).number == 3

    def test_a_hash_made_to_fit_breaks_the_next_entry(self, started, entries):
        tamper(entries[1], "UPDATE rollout_dossierentry SET payload = %s", '{"facts": {"because": "z"}}')
        forged = DossierEntry.objects.get(pk=entries[1].pk).computed_hash()
        tamper(entries[1], "UPDATE rollout_dossierentry SET hash = %s", forged)
        assert str(first_break(started.program)) == "entry 3: does not follow from the entry before it"

    def test_a_deletion_in_the_middle_is_found(self, started, entries):
        tamper(entries[1], "DELETE FROM rollout_dossierentry")
        assert "entry 2: is missing" in str(first_break(started.program))

    def test_another_order_is_found(self, started, entries):
        for entry, number in ((entries[1], 99), (entries[2], 2), (entries[1], 3)):
            tamper(entry, "UPDATE rollout_dossierentry SET number = %s", number)
        assert first_break(started.program).number == 2

    def test_a_changed_snapshot_is_found(self, started):
        decision = decided(started)
        tamper(decision, "UPDATE rollout_gatedecision SET snapshot = %s", '{"items": []}')
        assert "snapshot was changed" in str(first_break(started.program))

    def test_a_cut_off_end_is_found_by_the_decisions_it_told_of(self, started):
        note(started.program)
        decided(started)
        tamper(DossierEntry.objects.last(), "DELETE FROM rollout_dossierentry")
        assert "the end of the dossier was cut off" in str(first_break(started.program))


def test_decisions_from_before_there_were_dossiers_are_taken_over(started):
    decision = decided(started)
    tamper(DossierEntry.objects.get(), "DELETE FROM rollout_dossierentry")
    [name] = [path.stem for path in MIGRATIONS.glob("*_decisions_stand_in_a_dossier.py")]
    importlib.import_module(f"rollout.migrations.{name}").take_over_decisions(apps, None)
    entry = DossierEntry.objects.get()
    assert first_break(started.program) is None
    assert entry.payload["sentence"] == "decided the gate of step 0, Check the ground: go"
    assert (entry.created_at, entry.payload["facts"]["taken_over"]) == (decision.decided_at, True)


class TestCommand:
    def test_says_that_all_is_intact(self, started, capsys):
        note(started.program)
        call_command("verify_dossiers")
        assert f"{started.program.slug}: intact, 1 entries" in capsys.readouterr().out

    def test_fails_and_names_the_broken_entry(self, started, capsys):
        tamper(note(started.program), "UPDATE rollout_dossierentry SET hash = %s", "0" * 64)
        with pytest.raises(CommandError, match="1 of 1 dossiers") as failed:
            call_command("verify_dossiers", "--program", started.program.slug)
        assert failed.value.returncode == 1
        assert "entry 1" in capsys.readouterr().err

    def test_knows_only_programs_that_exist(self):
        with pytest.raises(CommandError, match="no program"):
            call_command("verify_dossiers", "--program", "nothing")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads and row locks need PostgreSQL")
def test_two_writers_at_once_make_one_chain():
    started = make_program(members=0)
    failures = []

    def write() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    note(started.program)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert DossierEntry.objects.count() == 40
    assert first_break(started.program) is None
