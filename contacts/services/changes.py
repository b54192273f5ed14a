"""What changes of companies and of contacts have in common: owner, masked values, the events they end in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model

from contacts.models import Company, Contact
from contacts.rules import check_owner
from core import context, events
from core.access import codename
from core.permissions import Actor, person, require
from core.phones import masked, masked_email
from core.records import Values, own, related, save

Organisation = Company | Contact
Changes = dict[str, tuple[Any, Any]]
MASKS: dict[str, Callable[[str], str]] = {"email": masked_email, "phone": masked, "mobile": masked, "alternative_contact": masked}


def cleaned(*, record: Organisation, values: Values, by: Actor) -> dict[str, Any]:
    """The values as they will be stored, so that the history says what the row holds.

    Who sees e-mails and numbers masked and sends the mask back changes nothing.
    """
    given = dict(values)
    if isinstance(given.get("email"), str):
        given["email"] = given["email"].strip().lower()
    for name in [name for name in given if name.endswith("country") and isinstance(given[name], str)]:
        given[name] = given[name].strip().upper()
    if not by.has_perm("contacts.view_pii"):
        for name, mask in MASKS.items():
            shown = mask(getattr(record, name, ""))
            if shown and given.get(name) == shown:
                del given[name]
    return given


def give(*, record: Organisation, owner: Any, by: Actor) -> Changes:
    """Set the owner, and the branch with them; not saved. Raises PermissionDenied without the right to assign."""
    colleague = related(get_user_model(), owner, by=by, field="owner") if owner else None
    check_owner(is_colleague=colleague is not None and colleague.is_active and colleague.business_id == context.business_id())
    if colleague.pk == record.owner_id:
        return {}
    require(by, codename(type(record), "assign"), record)
    before = record.owner
    own(record, colleague, by=by)
    return {"owner": (before, colleague)}


def own_new(*, record: Organisation, owner: Any, by: Actor) -> None:
    """The owner of a new record: whoever makes it, or a colleague to whom the maker may give records."""
    colleague = related(get_user_model(), owner, by=by, field="owner") if owner else person(by)
    check_owner(is_colleague=colleague is not None and colleague.is_active and colleague.business_id == context.business_id())
    if colleague.pk != by.pk:
        require(by, codename(type(record), "assign"))
    own(record, colleague, by=by)


@dataclass(frozen=True)
class Said:
    """The events that a kind's changes end in."""

    changed: Any
    assigned: Any
    moved: Any = None


def store(*, record: Any, changes: Changes, by: Actor, said: Said) -> None:
    """Save what differs, once, and tell it: a new owner and a new stage apart from the rest."""
    if not changes:
        return
    save(record, {name: pair for name, pair in changes.items() if name != "tags"})
    rest = {name: pair for name, pair in changes.items() if name not in ("owner", "stage", "pipeline")}
    if rest:
        events.publish(said.changed(fields=tuple(rest)), record=record, by=by, changes=rest)
    if "owner" in changes:
        before, after = _ids(changes["owner"])
        events.publish(said.assigned(owner_before=before, owner=after), record=record, by=by, changes={"owner": changes["owner"]})
    if "stage" in changes:
        before, after = _ids(changes["stage"])
        moved = {name: changes[name] for name in ("pipeline", "stage") if name in changes}
        events.publish(said.moved(stage_before=before, stage=after), record=record, by=by, changes=moved)


def _ids(pair: tuple[Any, Any]) -> tuple[int | None, int | None]:
    before, after = pair
    return before.pk if before else None, after.pk if after else None
