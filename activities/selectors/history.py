"""The changes in a record's log as a person reads them: labels, values of their type, names in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from core.models import Event
from core.phones import MASKS
from core.record import Record
from dataviews.lists import Lists
from pipelines.choices import LookupList
from pipelines.models import SetUp

Names = Callable[[type[SetUp], int], str]
_PARSED = (models.DateField, models.DateTimeField, models.DecimalField)


@dataclass(frozen=True)
class Change:
    """label: the field's name for people. before, after: text, number, bool, date, datetime or Decimal; None for empty."""

    field: str
    label: str
    before: Any
    after: Any


def changes_of(record: Record, events: Iterable[Event], *, user: Any, lists: Lists | None = None) -> dict[int, tuple[Change, ...]]:
    """{event id: its changes in the order of the form, the stage first}. None for the making of the record.

    Names of the set-up come from the small lists: one query, or none where the caller has read them.
    """
    events = list(events)
    told = {row.pk: row.changes for row in events if not row.type.endswith(".created")}
    names = _names(lists or Lists(user))
    clear = user.is_superuser or user.has_perm("contacts.view_pii")
    # The log keeps no order of its own: PostgreSQL sorts the keys of a JSON column.
    places = {"stage": -1} | {field.name: number for number, field in enumerate(record._meta.fields) if field.name != "stage"}
    found: dict[int, tuple[Change, ...]] = {row.pk: () for row in events}
    for pk, changes in told.items():
        lines = [_change(record, name, pair, names, clear=clear) for name, pair in changes.items()]
        found[pk] = tuple(sorted(lines, key=lambda line: (places.get(line.field, len(places)), line.field)))
    return found


def _field(record: Record, name: str) -> Any:
    try:
        return record._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _set_up(field: Any) -> type[SetUp] | None:
    model = getattr(field, "related_model", None)
    return model if isinstance(model, type) and issubclass(model, SetUp) else None


def _names(lists: Lists) -> Callable[[type[SetUp], int], str]:
    """What a stage, pipeline or list value is called now, in the reader's language; "" for one that is gone.

    The log holds the name in the language of who made the change.
    """

    def name_of(model: type[SetUp], pk: int) -> str:
        kept = {"Stage": ["stage"], "Pipeline": ["pipeline"]}.get(model.__name__, LookupList.values)
        return next((label for name in kept if (label := lists.label(name, pk))), "")

    return name_of


def _change(record: Record, name: str, pair: Any, names: Names, *, clear: bool) -> Change:
    field = _field(record, name)
    before, after = (_shown(field, value, names) for value in pair)
    if not clear and name in MASKS:
        before, after = (MASKS[name](value or "") or None for value in (before, after))
    label = {"tags": _("Tags"), "links": _("Records")}.get(name) or str(getattr(field, "verbose_name", name))
    return Change(field=name, label=label, before=before, after=after)


def _shown(field: Any, value: Any, names: Names) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        model = _set_up(field)
        return (model and names(model, value.get("id", 0))) or value.get("name")
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
