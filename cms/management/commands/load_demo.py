import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.demo.story import load, logins
from cms.models import DemoCompany
from people.api import User

DEFAULT_PASSWORD = "pilotage-demo-2026"  # noqa: S105 # nosec B105 - printed at every start


class Command(BaseCommand):
    help = "Load the demo company with its pilot at the chosen stage. Loading it twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--stage", choices=DemoCompany.Stage.values, default=DemoCompany.Stage.TRAINING.value)

    def handle(self, *args: Any, **options: Any) -> None:
        stage = options["stage"]
        if stage not in DemoCompany.Stage.values:
            raise CommandError(f"There is no stage “{stage}”. Choose one of: {', '.join(DemoCompany.Stage.values)}.")
        if not getattr(settings, "DEMO_ALLOWED", False):
            raise CommandError(
                "The demo company is not loaded with these settings: its password is public, so it has no place in "
                "production. Use config.settings.development for a demonstration."
            )
        loaded = DemoCompany.objects.first()
        if loaded is None and User.objects.exists():
            raise CommandError(
                "There are people in this database already, so the demo company is not loaded into it. Start with "
                "an empty one: another VAR_DIR=, or another DATABASE_URL=."
            )
        if loaded is not None and loaded.stage != stage:
            raise CommandError(
                f"The demo company is loaded at stage “{loaded.stage}”, and a company cannot be moved to "
                f"“{stage}”. Delete the folder {settings.VAR_DIR} to begin again, or use another one: "
                f"VAR_DIR=/tmp/{stage} make run STAGE={stage}."
            )
        password = os.environ.get("DEMO_PASSWORD", "") or DEFAULT_PASSWORD
        if loaded is None:
            if options["verbosity"] > 0:
                self.stdout.write(f"Loading the demo company at stage “{stage}” …")
            load(stage, password=password)
        elif options["verbosity"] > 0:
            self.stdout.write(f"The demo company is loaded already, at stage “{stage}”; nothing was changed.")
        if options["verbosity"] > 0:
            self._print_logins(stage, password)

    def _print_logins(self, stage: str, password: str) -> None:
        lines = logins(stage)
        width = max(len(what) for what, _ in lines)
        first = User.objects.filter(email=lines[0][1]).first()
        is_right = first is None or first.check_password(password)
        named = f"the password {password}" if is_right else "the password that was chosen when it was loaded"
        self.stdout.write(f"\nSign in with {named} as")
        for what, address in lines:
            self.stdout.write(f"  {what:<{width}}  {address}")
