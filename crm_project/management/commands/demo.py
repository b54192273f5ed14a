"""`manage.py demo`: two businesses to try the product on, made by the services, the same every time."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import Branch, Business, Role, User
from accounts.services import create_branch, create_business, create_user, update_branch
from core.context import in_business
from core.permissions import SYSTEM
from crm_project.demo import words
from crm_project.demo.funnel import tell_leads
from crm_project.demo.people import FIRMS, PASSWORD, Firm, logins
from crm_project.demo.story import Amounts, Story
from pipelines.services import create_tag

DEFAULTS = {"companies": 60, "contacts": 120, "leads": 150, "opportunities": 120}


class Command(BaseCommand):
    help = "Load the demo: the businesses halden and fjord with people, companies, leads, deals and what happened to them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for kind, count in DEFAULTS.items():
            parser.add_argument(f"--{kind}", type=int, default=count, metavar="N", help=f"how many in halden; default {count}")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is any business already")
        parser.add_argument("--list-users", action="store_true", help="only print who can sign in: login and role, one a line")

    def handle(self, *args: Any, if_empty: bool, list_users: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo has one known password for everybody, so it is not loaded where CRM_ENV=production.")
        if list_users:
            self.list_users(options["verbosity"])
            return
        if Business.objects.exists():
            if if_empty:
                return
            there = sorted(Business.objects.filter(slug__in=[firm.slug for firm in FIRMS]).values_list("slug", flat=True))
            if there:
                raise CommandError(f"The demo is there already ({', '.join(there)}). It is loaded into a database without it.")
        amounts = Amounts(**{kind: options[kind] for kind in DEFAULTS})
        if min(vars(amounts).values()) < 0:
            raise CommandError("Give numbers from 0 on.")
        # All or nothing: a demo that was cut off would neither be whole nor let itself be loaded again.
        with transaction.atomic():
            for firm in FIRMS:
                self.load(firm, amounts.share(firm.share))
        self.stdout.write(f"The demo is loaded. Everybody's password is {PASSWORD}")

    def list_users(self, verbosity: int) -> None:
        there = set(User.objects.filter(email__in=[login for login, _role in logins()]).values_list("email", flat=True))
        for login, role in logins():
            if login in there:
                self.stdout.write(f"{login}\t{role}")
        if there and verbosity:
            self.stderr.write(f"Password of each: {PASSWORD}")

    def load(self, firm: Firm, amounts: Amounts) -> None:
        """One business: its set-up, its people, then their story."""
        values = {"slug": firm.slug, "name": firm.name, "default_currency": firm.currency}
        business = create_business(by=SYSTEM, values={**values, "language": firm.language, "time_zone": firm.time_zone})
        with in_business(business):
            people = self.employ(firm, business)
            for name, color in words.TAGS:
                create_tag(by=SYSTEM, values={"name": name, "color": color})
            story = Story(firm, people, amounts, timezone.now())
            story.tell()
            tell_leads(story)

    def employ(self, firm: Firm, business: Business) -> dict[str, User]:
        branches = [self.branch(business, code, name) for code, name in firm.branches]
        roles = {role.key: role for role in Role.objects.of(business)}
        for person in firm.people:
            first, last = person.name.rsplit(" ", 1)
            values = {
                "email": f"{person.key}@{firm.slug}.example",
                "first_name": first,
                "last_name": last,
                "role": roles[person.role],
                "branch": branches[person.branch],
                "job_title": person.job_title,
                "language": person.language,
                "time_zone": firm.time_zone,
            }
            create_user(by=SYSTEM, values=values, password=PASSWORD)
        people = User.objects.of(business).select_related("business", "branch", "role")
        return {user.email.partition("@")[0]: user for user in people}

    def branch(self, business: Business, code: str, name: str) -> Branch:
        """The branch that a business starts with gets its name; others are made."""
        first = Branch.objects.of(business).filter(code=code).first()
        if first is not None:
            return update_branch(branch_id=first.pk, by=SYSTEM, values={"name": name})
        return create_branch(by=SYSTEM, values={"code": code, "name": name})
