from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from certification.models import Credential
from certification.services.certificates import render_certificate, render_missing


class Command(BaseCommand):
    help = "Render the PDFs of certificates that have none. With --all, render every certificate again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--all", action="store_true", help="Also those that have a PDF, for example after a new logo."
        )
        parser.add_argument("numbers", nargs="*", help="Only these certificates, by number.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["all"] and not options["numbers"]:
            self.stdout.write(f"{render_missing()} certificates rendered.")
            return
        chosen = Credential.objects.order_by("pk")
        if options["numbers"]:
            chosen = chosen.filter(number__in=options["numbers"])
        ids = list(chosen.values_list("pk", flat=True))
        for pk in ids:
            render_certificate(credential_id=pk, again=True)
        self.stdout.write(f"{len(ids)} certificates rendered.")
