"""People as an import. They stand below this engine, so it declares them itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import slugify

from accounts.models import Branch, Role, User
from accounts.services import create_branch, create_user
from core import context
from exchange import cells
from exchange.declare import Field, Importer, Moment, Reference, register


def find_branches(texts: set[str], *, by: Any) -> dict[str, list[Any]]:
    """Branches by code or name."""
    rows = list(Branch.objects.of(context.business_id()).active())
    return {text: [row for row in rows if text.casefold() in (row.code.casefold(), row.name.casefold())] for text in texts}


def make_branch(text: str, *, by: Any) -> Branch:
    """A branch of this name."""
    return create_branch(by=by, values={"name": text, "code": slugify(text)[:20] or "branch"})


def find_roles(texts: set[str], *, by: Any) -> dict[str, list[Any]]:
    """Roles by key or by one of their names."""
    rows = list(Role.objects.of(context.business_id()))
    return {text: [row for row in rows if text.casefold() in (row.key, row.name.casefold(), row.name_de.casefold())] for text in texts}


def known_users(keys: list[str], *, by: Any) -> Mapping[str, Any]:
    """Who of these addresses works here already."""
    return {user.email: user for user in User.objects.of(context.business_id()).filter(email__in=keys)}


def make_user(*, values: dict[str, Any], by: Any, moment: Moment) -> User:
    """A person without a password: they cannot sign in until an administrator gives them one."""
    given = dict(values)
    name = given.pop("name", "")
    if name and not (given.get("first_name") or given.get("last_name")):
        given["first_name"], _blank, given["last_name"] = name.rpartition(" ")
    return create_user(by=by, values=given)


register(
    Importer(
        kind="users",
        model=User,
        permission="accounts.add_user",
        key="email",
        create=make_user,
        known=known_users,
        fields=(
            Field("email", required=True, synonyms=("e-mail", "mail", "login")),
            Field("name", synonyms=("full name", "agent", "sales agent")),
            Field("first_name", synonyms=("vorname",)),
            Field("last_name", synonyms=("nachname", "surname")),
            Field("branch", reference=Reference(find_branches, make=make_branch), synonyms=("team", "office", "filiale")),
            Field("role", reference=Reference(find_roles), required=True, synonyms=("rolle",)),
            Field("job_title", synonyms=("position",)),
            Field("phone", synonyms=("telefon",)),
            Field("capacity", cells.integer),
            Field("external_id"),
        ),
    )
)
