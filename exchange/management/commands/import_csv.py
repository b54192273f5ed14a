"""`manage.py import_csv KIND FILE --business SLUG --by EMAIL [--map FILE] [--dry-run]`: a CSV file through the services."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Business, User
from core import context
from core.permissions import Actor
from exchange import declare
from exchange.fitting import MapRefused, fit, read_map
from exchange.reading import FileRefused, open_csv
from exchange.report import Report
from exchange.run import Run

WIDTH = 30
EVERY = 0.2  # seconds between two drawings of the bar


class Command(BaseCommand):
    help = "Import a CSV file. Rows that cannot be taken are counted with their reasons; the rest is imported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help="what the file holds: " + ", ".join(declare.kinds()))
        parser.add_argument("file", type=Path)
        parser.add_argument("--business", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who imports: their rights count, and history names them")
        parser.add_argument(
            "--map", type=Path, metavar="FILE", help="which column goes where (TOML or JSON); else columns go by their names"
        )
        parser.add_argument("--dry-run", action="store_true", help="do everything, report it, and take it back")
        parser.add_argument("--refused", type=Path, metavar="FILE", help="write the refused rows with their reasons to a CSV file")

    def handle(self, *args: Any, **given: Any) -> None:
        if given["kind"] not in declare.kinds():
            raise CommandError(f"There is no kind {given['kind']!r}. There are: {', '.join(declare.kinds())}")
        importer = declare.importer(given["kind"])
        business, by = self.business(given["business"]), None
        by = self.person(given["by"], business)
        try:
            source = open_csv(given["file"])
            plan = fit(read_map(given["map"]) if given["map"] else {}, importer, source.columns)
            with context.serving(business.pk):
                run = Run(importer, plan, source, by=by, zone=business.time_zone)
                bar = Bar(self, given["verbosity"])
                try:
                    report = run.go(rehearsal=given["dry_run"], progress=bar.draw)
                finally:
                    bar.end()
        except (FileRefused, MapRefused) as problem:
            raise CommandError(str(problem)) from problem
        except PermissionDenied as problem:
            raise CommandError(f"{by.email}: {problem}") from problem
        except UnicodeError as problem:
            raise CommandError(f"{given['file']} breaks off: what follows is no text.") from problem
        self.tell(report, f"{given['file'].name} → {importer.kind} of {business.name}", rehearsal=given["dry_run"])
        if given["refused"] and report.refusals:
            report.write_refused(given["refused"], source.columns)

    def business(self, slug: str) -> Business:
        try:
            return Business.objects.get(slug=slug)
        except Business.DoesNotExist:
            known = ", ".join(Business.objects.order_by("slug").values_list("slug", flat=True)[:20])
            raise CommandError(f"There is no business {slug!r}. There are: {known or 'none yet'}") from None

    def person(self, email: str, business: Business) -> Actor:
        """Somebody of this business, or a platform operator."""
        user = User.objects.select_related("role", "branch", "business").filter(email=email.lower(), is_active=True).first()
        if user is None or not (user.business_id == business.pk or user.is_superuser):
            raise CommandError(f"Nobody of {business.name} has the address {email}.")
        return user

    def tell(self, report: Report, title: str, *, rehearsal: bool) -> None:
        self.stdout.write(title + (" (a rehearsal: nothing was kept)" if rehearsal else ""))
        for line in report.lines():
            self.stdout.write("  " + line)


class Bar:
    """A progress bar on a terminal; nothing where nobody looks on."""

    def __init__(self, command: BaseCommand, verbosity: int) -> None:
        self.out = command.stderr
        self.shown = verbosity > 0 and hasattr(self.out, "isatty") and self.out.isatty()
        self.drawn = 0.0

    def draw(self, report: Report, share: float) -> None:
        if not self.shown or (time.monotonic() - self.drawn < EVERY and share < 1):
            return
        self.drawn = time.monotonic()
        full = int(min(share, 1) * WIDTH)
        counts = f"{report.read} rows, {report.created} created, {report.refused} refused"
        self.out.write(f"\r[{'#' * full}{'-' * (WIDTH - full)}] {min(share, 1):4.0%}  {counts} ", ending="")
        self.out.flush()

    def end(self) -> None:
        if self.shown and self.drawn:
            self.out.write("", ending="\n")
