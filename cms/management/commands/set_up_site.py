from typing import Any

from django.core.management.base import BaseCommand

from cms.services import set_up_site


class Command(BaseCommand):
    help = "Make the pages, the site record and the groups that every installation needs. Run after migrate."

    def handle(self, *args: Any, **options: Any) -> None:
        made = set_up_site()
        if options["verbosity"] > 0:
            self.stdout.write(f"Made: {', '.join(made)}." if made else "The site is set up; nothing to do.")
