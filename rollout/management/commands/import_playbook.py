"""``manage.py import_playbook FILE.yaml [--publish]``"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rollout.api import PlaybookRefused, import_playbook


class Command(BaseCommand):
    help = "Take a playbook in from a YAML file, as a draft or published. The same content changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the YAML file")
        parser.add_argument("--publish", action="store_true", help="publish the version; it never changes afterwards")
        parser.add_argument("--note", default="", help="what changed, in a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        try:
            imported = import_playbook(text=text, actor=None, publish=options["publish"], change_note=options["note"])
        except PlaybookRefused as refused:
            lines = "\n".join(f"  {problem}" for problem in refused.problems)
            raise CommandError(f"{file} was not imported; nothing changed.\n{lines}") from refused
        version = imported.version
        state = version.get_state_display().lower()
        if imported.changed:
            self.stdout.write(f"{version} ({state}).")
        else:
            self.stdout.write(f"{version} ({state}) has this content already. Nothing changed.")
