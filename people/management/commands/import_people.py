"""``manage.py import_people FILE.csv [--apply]``: the people import without the page."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.api import ImportPlan, ImportRefused, apply_people_file, check_people_file
from people.queries.people_file import MAX_BYTES, too_large

SHOWN = 50


class Command(BaseCommand):
    help = "Shows what a people file would create, change and end. With --apply it does so, in one transaction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV in UTF-8, separated by comma, semicolon or tab")
        parser.add_argument("--apply", action="store_true", help="write it; without this option nothing is written")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the plan. Ends with status 1 when the file cannot be read or has bad rows; then nothing is written."""
        content = read(options["file"])
        try:
            plan = (
                apply_people_file(content=content, actor=None, file_name=options["file"].name)
                if options["apply"]
                else None
            )
        except ImportRefused as refused:
            if refused.plan is None:
                raise CommandError(str(refused)) from refused
            plan = refused.plan
        plan = plan or check_people_file(content=content)
        self.show(plan)
        if plan.problems:
            raise CommandError("Nothing was written. Correct the rows above and try again.")
        if options["apply"]:
            self.stdout.write(self.style.SUCCESS("Applied." if plan.has_changes else "Nothing to apply."))
        else:
            self.stdout.write("Nothing was written. Add --apply to do this.")

    def show(self, plan: ImportPlan) -> None:
        self.stdout.write(plan.sentence())
        for problem in plan.problems:
            place = f"line {problem.line}" if problem.line else "file"
            column = f", {problem.column}" if problem.column else ""
            self.stdout.write(self.style.ERROR(f"  {place}{column}: {problem.reason}"))
        for unit in plan.units[:SHOWN]:
            words = "; ".join(f"{c.field}: {c.old or '(empty)'} -> {c.new or '(empty)'}" for c in unit.changes)
            self.stdout.write(f"  unit {unit.name} [{unit.code}]: {words or 'new'}")
        for title, changes in (("create", plan.created), ("change", plan.changed), ("end", plan.ended)):
            for change in changes[:SHOWN]:
                words = "; ".join(f"{c.field}: {c.old or '(empty)'} -> {c.new or '(empty)'}" for c in change.changes)
                self.stdout.write(f"  line {change.line}, {title} {change.name} <{change.email}> {words}".rstrip())
            if len(changes) > SHOWN:
                self.stdout.write(f"  … and {len(changes) - SHOWN:,} more to {title}")
        for notice in plan.notices:
            self.stdout.write(f"  note: {notice}")
        if plan.missing:
            self.stdout.write(f"  note: {plan.missing:,} active people are not in the file. They stay as they are.")


def read(path: Path) -> bytes:
    """Return the content of ``path``; raises CommandError when it is missing, unreadable or too large to read."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CommandError(too_large(size))
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
