"""``manage.py ensure_groups``: create the groups of the admin and what they may do there."""

from typing import Any

from django.core.management.base import BaseCommand

from people.api import ensure_groups


class Command(BaseCommand):
    help = "Creates the groups Editors, People leads, Project leads and Trainers; twice is once."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Groups: {', '.join(ensure_groups())}.")
