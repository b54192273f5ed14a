"""What changes of companies and of contacts have in common: values as they are stored, the events they end in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contacts.models import Company, Contact
from core import events
from core.permissions import Actor
from core.phones import is_mask
from core.records import Values, save

Organisation = Company | Contact
Changes = dict[str, tuple[Any, Any]]


def cleaned(*, record: Organisation, values: Values, by: Actor) -> dict[str, Any]:
    """The values as they will be stored, so that the history says what the row holds.

    Who sees e-mails and numbers masked and sends the mask back changes nothing.
    """
    clear = by.has_perm("contacts.view_pii")
    given = {name: value for name, value in values.items() if clear or not is_mask(name, value, getattr(record, name, ""))}
    if isinstance(given.get("email"), str):
        given["email"] = given["email"].strip().lower()
    for name in [name for name in given if name.endswith("country") and isinstance(given[name], str)]:
        given[name] = given[name].strip().upper()
    return given


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
        moved: Changes = {name: changes[name] for name in ("pipeline", "stage") if name in changes}
        events.publish(said.moved(stage_before=before, stage=after), record=record, by=by, changes=moved)


def _ids(pair: tuple[Any, Any]) -> tuple[int | None, int | None]:
    before, after = pair
    return before.pk if before else None, after.pk if after else None
