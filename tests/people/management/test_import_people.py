from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from people.models import PeopleImport, User
from people.queries.people_file import MAX_BYTES
from tests.people.files import people_file, row

pytestmark = pytest.mark.django_db


def run(path, *options: str) -> str:
    out = StringIO()
    call_command("import_people", str(path), *options, stdout=out, no_color=True)
    return out.getvalue()


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(people_file(row(), row("bo@example.com", manager_email="ada@example.com")))
    return file


def test_without_apply_the_plan_is_shown_and_nothing_written(path):
    shown = run(path)
    assert "2 rows: 2 to create, 0 to change, 0 to end, 0 unchanged." in shown
    assert "line 3, create Ada Lang <bo@example.com>" in shown
    assert "unit Nordwind > Service > North [nordwind-service-north]: new" in shown
    assert "Nothing was written." in shown
    assert not User.objects.exists()


def test_apply_writes_and_a_second_time_there_is_nothing_to_do(path):
    assert "Applied." in run(path, "--apply")
    assert User.objects.count() == 2
    assert "Nothing to apply." in run(path, "--apply")
    record = PeopleImport.objects.get()
    assert (record.file_name, record.uploaded_by) == ("people.csv", None)


def test_changes_show_old_and_new(path):
    run(path, "--apply")
    path.write_bytes(people_file(row(location="")))
    shown = run(path)
    assert "line 2, change Ada Lang <ada@example.com> location: Kiel -> (empty)" in shown
    assert "1 active people are not in the file" in shown


@pytest.mark.parametrize("options", [[], ["--apply"]])
def test_bad_rows_are_listed_and_nothing_written(path, options, capsys):
    path.write_bytes(people_file(row(), row("bo@example.com", hired_on="soon")))
    out = StringIO()
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_people", str(path), *options, stdout=out, no_color=True)
    assert "line 3, hired_on: “soon” is not a day" in out.getvalue()
    assert not User.objects.exists()


def test_missing_and_too_large_files_are_refused(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "nowhere.csv")
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES * 4)
    with pytest.raises(CommandError, match="40 MB; at most 10 MB"):
        run(large)
