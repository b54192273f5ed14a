"""Who may do what: the registry of default grants that each app's permissions.py fills, and the one check services call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from core.access import may

ROLES = ("administrator", "manager", "team_lead", "sales", "read_only", "integration")
_grants: dict[str, set[str]] = defaultdict(set)


class System:
    """The machine as an actor: jobs, receivers, migrations, commands of the platform. Sees and may all in the business served."""

    pk = None
    id = None
    business_id = None
    branch_id = None
    is_superuser = True
    is_active = True
    is_authenticated = True
    name = "System"

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return True

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM = System()
Actor = Any  # a user or SYSTEM


def person(by: Actor) -> Any:
    """The user behind an actor, or None for the machine: what created_by and history hold."""
    return None if by is SYSTEM else by


def grant(app_label: str, codenames: Iterable[str], *roles: str) -> None:
    """Give built-in roles these codenames of an app by default ('view_lead'). Administrators get everything."""
    names = [f"{app_label}.{name}" for name in codenames]
    for role in {"administrator", *roles}:
        if role not in ROLES:
            raise ValueError(f"no such role: {role}")
        _grants[role].update(names)


def granted(role: str) -> frozenset[str]:
    """The permissions that a built-in role starts with, as 'app.codename'."""
    return frozenset(_grants[role])


def require(by: Actor, permission: str, record: Any = None) -> None:
    """Raise PermissionDenied unless the actor may; with a record, on that very row."""
    allowed = by.is_active and (may(by, permission, record) if record is not None else by.has_perm(permission))
    if not allowed:
        raise PermissionDenied(_("Your role does not allow this. Ask an administrator of your business."))
