"""Whose a record is: the owner of a new one, and giving one to somebody else. The branch follows (core.records.own)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from core import context
from core.access import codename
from core.errors import RuleBroken
from core.permissions import Actor, person, require
from core.record import Record
from core.records import own, related


def colleague(given: Any, *, by: Actor) -> Any:
    """The active person of the business that an instance or id names. Raises RuleBroken."""
    found = related(get_user_model(), given, by=by, field="owner") if given not in (None, "") else None
    if found is None or not found.is_active or found.business_id != context.business_id():
        raise RuleBroken({"owner": _("Choose a colleague as the owner.")}, code="required", needs=("owner",))
    return found


def own_new(record: Record, given: Any, *, by: Actor) -> None:
    """The owner of a new record: whoever makes it, or a colleague when the maker may give records to others."""
    owner = colleague(given if given not in (None, "") else person(by), by=by)
    if owner.pk != by.pk:
        require(by, codename(type(record), "assign"))
    own(record, owner, by=by)


def give(record: Record, given: Any, *, by: Actor) -> dict[str, tuple[Any, Any]]:
    """Set another owner, not saved; {} when it is the same. Raises PermissionDenied without the right to assign."""
    owner = colleague(given, by=by)
    if owner.pk == record.owner_id:
        return {}
    require(by, codename(type(record), "assign"), record)
    before = record.owner
    own(record, owner, by=by)
    return {"owner": (before, owner)}
