"""The changes in a record's log as a person reads them: labels, values of their type, names in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Value
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.models import Event
from core.phones import masked, masked_email
from core.record import Record
from pipelines.models import SetUp

# What readers without contacts.view_pii see masked, in every kind of record.
MASKS = {"email": masked_email, "phone": masked, "mobile": masked, "alternative_contact": masked}
_PARSED = (models.DateField, models.DateTimeField, models.DecimalField)


@dataclass(frozen=True)
class Change:
    """label: the field's name for people. before, after: text, number, bool, date, datetime or Decimal; None for empty."""

    field: str
    label: str
    before: Any
    after: Any


def changes_of(record: Record, events: Iterable[Event], *, user: Any) -> dict[int, tuple[Change, ...]]:
    """{event id: its changes, the stage first}. None for the making of the record. One query, for names of the set-up."""
    events = list(events)
    told = {row.pk: row.changes for row in events if not row.type.endswith(".created")}
    names = _names(record, told.values())
    clear = user.is_superuser or user.has_perm("contacts.view_pii")
    found: dict[int, tuple[Change, ...]] = {row.pk: () for row in events}
    for pk, changes in told.items():
        lines = [_change(record, name, pair, names, clear=clear) for name, pair in changes.items()]
        found[pk] = tuple(sorted(lines, key=lambda line: line.field != "stage"))
    return found


def _field(record: Record, name: str) -> Any:
    try:
        return record._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _set_up(field: Any) -> type[SetUp] | None:
    model = getattr(field, "related_model", None)
    return model if isinstance(model, type) and issubclass(model, SetUp) else None


def _names(record: Record, all_changes: Iterable[dict[str, Any]]) -> dict[tuple[str, int], str]:
    """What stages, pipelines and list values are called now, in the reader's language: one query over all of them.

    The log holds the name in the language of who made the change.
    """
    wanted: dict[type[SetUp], set[int]] = {}
    for changes in all_changes:
        for name, pair in changes.items():
            model = _set_up(_field(record, name))
            if model is not None:
                wanted.setdefault(model, set()).update(value["id"] for value in pair if isinstance(value, dict))
    parts = [
        model._default_manager.filter(pk__in=ids).order_by().values_list(Value(str(model._meta.label)), "pk", "name", "name_de")
        for model, ids in wanted.items()
        if ids
    ]
    if not parts:
        return {}
    german = (get_language() or "").startswith("de")
    rows = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    return {(label, pk): (name_de if german and name_de else name) for label, pk, name, name_de in rows}


def _change(record: Record, name: str, pair: Any, names: dict[tuple[str, int], str], *, clear: bool) -> Change:
    field = _field(record, name)
    before, after = (_shown(field, value, names) for value in pair)
    if not clear and name in MASKS:
        before, after = (MASKS[name](value or "") or None for value in (before, after))
    label = {"tags": _("Tags"), "links": _("Records")}.get(name) or str(getattr(field, "verbose_name", name))
    return Change(field=name, label=label, before=before, after=after)


def _shown(field: Any, value: Any, names: dict[tuple[str, int], str]) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        model = _set_up(field)
        return (model and names.get((str(model._meta.label), value.get("id", 0)))) or value.get("name")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or None
    choices = dict(getattr(field, "flatchoices", ()) or ())
    if value in choices:
        return str(choices[value])
    return _parsed(field, value) if isinstance(field, _PARSED) else value


def _parsed(field: Any, value: Any) -> dt.date | Decimal | Any:
    try:
        return field.to_python(value)
    except ValidationError:
        return value
