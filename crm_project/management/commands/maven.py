"""`make maven FILES=<folder>`: a real sales pipeline in CSV, by import_csv with the maps in exchange/maps/maven.

Afterwards the figures are read back from the CRM; where the folder has reference answers, both stand side by side.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

import exchange
from accounts.models import Business, Role, User
from accounts.services import create_business, create_user
from core.context import in_business
from core.permissions import SYSTEM
from crm_project.demo.people import PASSWORD
from crm_project.figures import answers, pipeline_figures

MAPS = Path(exchange.__file__).parent / "maps" / "maven"
# (kind, file, map), in the order in which later ones name what earlier ones brought.
STEPS = (
    ("users", "sales_teams.csv", "team_leads.toml"),
    ("users", "sales_teams.csv", "agents.toml"),
    ("companies", "accounts.csv", "companies.toml"),
    ("tags", "products.csv", "products.toml"),
    ("opportunities", "sales_pipeline*.csv", "opportunities.toml"),
)


class Command(BaseCommand):
    help = "Import a folder with accounts.csv, sales_teams.csv, products.csv and sales_pipeline*.csv."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--business", default="maven", metavar="SLUG", help="default: maven, made when it is not there")
        parser.add_argument("--by", default="", metavar="EMAIL", help="the administrator who imports; default: admin@SLUG.example")

    def handle(self, *args: Any, folder: Path, business: str, by: str, **options: Any) -> None:
        """Find the files first, so that nothing is half done for want of one."""
        files = [(kind, self.files(folder, pattern), MAPS / plan) for kind, pattern, plan in STEPS]
        by = by or f"admin@{business}.example"
        self.make_business(business, by)
        for kind, paths, plan in files:
            for path in paths:
                call_command(
                    "import_csv", kind, str(path), business=business, by=by, map=plan, verbosity=options["verbosity"],
                    stdout=self.stdout, stderr=self.stderr,
                )  # fmt: skip
        self.compare(folder, Business.objects.get(slug=business))

    def files(self, folder: Path, pattern: str) -> list[Path]:
        found = sorted(folder.glob(pattern))
        if not found:
            raise CommandError(f"There is no {pattern} in {folder}.")
        return found

    def make_business(self, slug: str, by: str) -> None:
        """A business of its own with an administrator, locally; in production both have to be there."""
        if Business.objects.filter(slug=slug).exists():
            return
        if settings.PRODUCTION:
            raise CommandError(f"There is no business {slug!r}. Name one with --business, and its administrator with --by.")
        business = create_business(by=SYSTEM, values={"slug": slug, "name": slug.title(), "default_currency": "USD"})
        with in_business(business):
            role = Role.objects.of(business).get(key="administrator")
            branch = business.branches.get(code="main")
            person = {"email": by, "first_name": "Import", "last_name": "Administrator", "role": role, "branch": branch}
            create_user(by=SYSTEM, values=person, password=PASSWORD)
        self.stdout.write(f"Made the business {business.name} with {by}, password {PASSWORD}")

    def compare(self, folder: Path, business: Business) -> None:
        """What the CRM says now, beside what the folder says it should say."""
        with in_business(business):
            by = User.objects.select_related("role", "branch", "business").filter(business=business, role__key="administrator")[0]
            figures = pipeline_figures("maven", by=by)
            self.stdout.write("\nPipeline summary")
            for row in figures.stages:
                self.stdout.write(
                    f"  {row.name:<14}{row.count:>7} deals {row.total:>16,.2f} {row.currency}  weighted {row.weighted:>16,.2f}"
                )
        for path in sorted(folder.glob("reference_answers*.json")) + sorted(folder.glob("expected.json")):
            self.stdout.write(f"\nAgainst {path.name}: here, there")
            wrong = 0
            for name, here, there in answers(figures, json.loads(path.read_text(encoding="utf-8"))):
                same = here == there
                wrong += not same
                self.stdout.write(f"  {'ok   ' if same else 'WRONG'} {name}: {here} {there}")
            self.stdout.write("  All equal." if not wrong else f"  {wrong} differ.")
