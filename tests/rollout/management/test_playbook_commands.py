"""Playbooks at the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rollout.models import PlaybookVersion
from tests.factories.rollout import EIGHT_STEPS

pytestmark = pytest.mark.django_db


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def test_import_publish_and_export(tmp_path):
    assert run("import_playbook", EIGHT_STEPS) == "Eight steps from pilot to rollout, version 1 (draft).\n"
    assert "Nothing changed" in run("import_playbook", EIGHT_STEPS)
    assert "(published)" in run("import_playbook", EIGHT_STEPS, "--publish")
    file = tmp_path / "playbook.yaml"
    assert "was written to" in run("export_playbook", "eight_steps", "--output", file)
    assert "Nothing changed" in run("import_playbook", file)
    assert run("export_playbook", "eight_steps", "--number", 1) == file.read_text(encoding="utf-8")
    assert PlaybookVersion.objects.count() == 1


def test_import_names_what_is_wrong(tmp_path):
    file = tmp_path / "broken.yaml"
    file.write_text(EIGHT_STEPS.read_text(encoding="utf-8").replace("strength: must", "strength: ought", 1))
    with pytest.raises(CommandError, match=r"steps\[prerequisites\].items\[open_to_change\].strength"):
        run("import_playbook", file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="cannot be read"):
        run("import_playbook", file)
    with pytest.raises(CommandError, match="cannot be read"):
        run("import_playbook", tmp_path / "nowhere.yaml")


def test_export_of_an_unknown_playbook_names_the_known_ones():
    with pytest.raises(CommandError, match="Playbooks here: none yet"):
        run("export_playbook", "eight_steps")
    run("import_playbook", EIGHT_STEPS)
    with pytest.raises(CommandError, match="Playbooks here: eight_steps"):
        run("export_playbook", "nine_steps")
    with pytest.raises(CommandError, match="no such playbook version"):
        run("export_playbook", "eight_steps", "--number", 7)
