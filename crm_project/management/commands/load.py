"""`manage.py load --opportunities 1000000`: a database for benchmarks, as the services would have filled it, but fast."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from accounts.models import Business, Role, User
from accounts.services import create_branch, create_business, create_user
from contacts.models import Company, Contact
from core import context, events
from core.permissions import SYSTEM
from crm_project.load.records import Loader
from crm_project.load.shape import BRANCHES, SELLERS, Shape
from leads.models import Lead
from opportunities.models import Opportunity

SLUGS = ("load-a", "load-b")
# One share for ten deals, as in the benchmark's data set.
SHARES = 10
KINDS = (Company, Contact, Opportunity, Lead)
# Who looks at everything, at one branch, at nothing but what is shared: the sellers are u1 to u100.
OTHERS = (("admin", "administrator", 1), ("manager", "manager", 1), ("lead", "team_lead", 1), ("reader", "read_only", 2))


class Command(BaseCommand):
    help = "Load made-up records into two businesses of their own, half into each. For benchmarks, not for production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--opportunities", type=int, default=10_000, metavar="N")
        for kind, part in (("companies", "a fifth"), ("contacts", "three tenths"), ("leads", "half")):
            parser.add_argument(f"--{kind}", type=int, metavar="N", help=f"default: {part} of the opportunities")

    def handle(self, *args: Any, **given: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("These records are made up, so they are not loaded where CRM_ENV=production.")
        deals = given["opportunities"]
        wanted = {
            Company: deals // 5 if given["companies"] is None else given["companies"],
            Contact: deals * 3 // 10 if given["contacts"] is None else given["contacts"],
            Opportunity: deals,
            Lead: deals // 2 if given["leads"] is None else given["leads"],
        }
        if min(wanted.values()) < 0 or (wanted[Opportunity] and wanted[Company] < len(SLUGS)):
            raise CommandError("Give numbers from 0 on; opportunities need at least two companies.")
        self.started, self.quiet = time.monotonic(), given["verbosity"] == 0
        for place, slug in enumerate(SLUGS):
            business = Business.objects.filter(slug=slug).first() or self.make_business(slug)
            with context.serving(business.pk):
                self.fill(business, {model: (count + place) // len(SLUGS) for model, count in wanted.items()})
        self.settle()
        self.say("done")

    def say(self, what: str) -> None:
        if not self.quiet:
            self.stdout.write(f"{time.monotonic() - self.started:8.1f} s  {what}")
            self.stdout.flush()

    def make_business(self, slug: str) -> Business:
        """Ten branches of ten sellers and a few who look on, by the services."""
        business = create_business(by=SYSTEM, values={"slug": slug, "name": f"Load {slug[-1].upper()}"})
        with context.in_business(business):
            values = [{"name": f"Branch {number}", "code": f"b{number}"} for number in range(1, BRANCHES + 1)]
            branches = [create_branch(by=SYSTEM, values=given) for given in values]
            roles = {role.key: role for role in Role.objects.of(business)}
            people = [(f"u{number}", "sales", (number - 1) * BRANCHES // SELLERS) for number in range(1, SELLERS + 1)]
            for key, role, branch in [*people, *((key, role, branch - 1) for key, role, branch in OTHERS)]:
                names = {"first_name": key.title(), "last_name": slug.title(), "role": roles[role], "branch": branches[branch]}
                create_user(by=SYSTEM, values={"email": f"{key}@{slug}.example", **names})
        self.say(f"{slug}: {len(people)} sellers in {BRANCHES} branches")
        return business

    def fill(self, business: Business, wanted: dict[Any, int]) -> None:
        with context.in_business(business):
            rows = User.objects.of(business).filter(email__startswith="u", role__key="sales").select_related("branch")
            sellers = sorted(rows, key=lambda user: int(user.email.partition("@")[0][1:]))
            manager = User.objects.get(email=f"manager@{business.slug}.example")
            loader = Loader(Shape(f"{business.slug} {Opportunity.objects.count()}", timezone.now()), sellers)
            loader.companies = list(Company.objects.values_list("id", "name"))
            loader.contacts = list(Contact.objects.values_list("id", "name"))
        for model in KINDS:
            done = [0]

            def tell(size: int, model: Any = model, done: list[int] = done) -> None:
                done[0] += size
                self.say(f"{business.slug}: {done[0]:>9,} of {wanted[model]:,} {model._meta.model_name}")

            loader.load(model, wanted[model], tell)
        with context.in_business(business):
            ids = list(Opportunity.objects.order_by("id").values_list("id", flat=True))
            shared = loader.share(wanted[Opportunity] // SHARES, ids[-wanted[Opportunity] :] if ids else [], manager)
        self.say(f"{business.slug}: {shared:,} shares")
        while events.number(business.pk) == events.STEP:
            pass
        self.say(f"{business.slug}: events numbered")

    def settle(self) -> None:
        """Statistics and visibility map, as autovacuum would give them in time."""
        if connection.in_atomic_block:
            return
        with connection.cursor() as cursor:
            cursor.execute("vacuum (analyze)" if connection.vendor == "postgresql" else "analyze")
