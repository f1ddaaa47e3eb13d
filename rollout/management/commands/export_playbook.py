"""``manage.py export_playbook KEY [--number N] [--output FILE.yaml]``"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rollout.api import PlaybookVersion, export_playbook


class Command(BaseCommand):
    help = "Write a playbook version as a YAML file that imports to exactly the same content."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="the playbook's key, for example eight_steps")
        parser.add_argument("--number", type=int, help="the version's number (default: the newest)")
        parser.add_argument("--output", type=Path, help="the file to write (default: the screen)")

    def handle(self, *args: Any, **options: Any) -> None:
        versions = PlaybookVersion.objects.filter(playbook__key=options["key"]).select_related("playbook")
        if options["number"] is not None:
            versions = versions.filter(number=options["number"])
        version = versions.order_by("-number").first()
        if version is None:
            known = ", ".join(PlaybookVersion.objects.values_list("playbook__key", flat=True).distinct().order_by())
            raise CommandError(f"There is no such playbook version. Playbooks here: {known or 'none yet'}.")
        text = export_playbook(version=version)
        output: Path | None = options["output"]
        if output is None:
            self.stdout.write(text, ending="")
            return
        output.write_text(text, encoding="utf-8")
        self.stdout.write(f"{version} was written to {output}.")
