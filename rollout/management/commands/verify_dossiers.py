"""Check that no dossier was changed: ``manage.py verify_dossiers [--program SLUG]``. Exit code 1 when one was."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rollout.models import Program
from rollout.queries.dossiers import entries_of, first_break


class Command(BaseCommand):
    help = "Check the chain of every program's dossier, and say which entry is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", metavar="SLUG", help="Only this program.")

    def handle(self, *args: Any, **options: Any) -> None:
        programs = Program.objects.order_by("slug")
        if slug := options["program"]:
            programs = programs.filter(slug=slug)
            if not programs:
                raise CommandError(f"There is no program with the address “{slug}”.")
        broken = []
        for program in programs:
            found = first_break(program)
            if found is None:
                self.stdout.write(f"{program.slug}: intact, {entries_of(program).count()} entries")
            else:
                broken.append(program.slug)
                self.stderr.write(f"{program.slug}: broken, {found}")
        if broken:
            raise CommandError(f"{len(broken)} of {len(programs)} dossiers are broken.", returncode=1)
