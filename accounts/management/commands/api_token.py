"""`manage.py api_token EMAIL --scopes leads:read …`: prints a token, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.services import create_token
from core.context import in_business
from core.errors import RuleBroken
from core.permissions import SYSTEM


class Command(BaseCommand):
    help = "Make an API token for a person and print it. It cannot be shown again; `Authorization: Bearer <token>` carries it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="whose rights the token has")
        parser.add_argument("--scopes", nargs="+", required=True, metavar="SCOPE", help="such as leads:read, opportunities:write, '*:read'")
        parser.add_argument("--name", default="", help="what it is for")
        parser.add_argument("--days", type=int, help="how long it is valid; for ever without it")

    def handle(self, *args: Any, email: str, scopes: list[str], name: str, days: int | None, **options: Any) -> None:
        if days is not None and not 1 <= days <= 3650:
            raise CommandError("--days is a number from 1 to 3650.")
        user = User.objects.select_related("business").filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody active signs in as {email}.")
        if user.business is None:
            raise CommandError(f"{email} belongs to no business, and a token always works in one.")
        wanted = [scope for part in scopes for scope in part.split(",") if scope]
        try:
            with in_business(user.business):
                _row, token = create_token(user=user, scopes=wanted, by=SYSTEM, name=name, days=days)
        except RuleBroken as problem:
            raise CommandError(" ".join(problem.messages)) from problem
        # Alone on standard output, so that a script can take it.
        self.stdout.write(token)
