"""System checks of what apps declare: a list that would be slow or break is found at start, not by a reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from dataviews.cards import Card
from dataviews.declare import REGISTRY, RESERVED, DataView


def check_declarations(**_kwargs: Any) -> list[CheckMessage]:
    """Errors of all registered lists."""
    return [error for view in REGISTRY.values() for error in check_view(view)]


def check_view(view: DataView) -> list[CheckMessage]:
    """Errors of one list."""
    found = (*_check_sorts(view), *_check_paths(view), *_check_names(view), *_check_filters(view))
    return [Error(f"{view.path}: {text}", hint=hint, id=f"dataviews.E{number:03}") for number, text, hint in found]


Found = Iterator[tuple[int, str, str]]


def _check_sorts(view: DataView) -> Found:
    """Every sort is an own column with the index that keyset pages walk."""
    own = {field.attname: field.name for field in view.model._meta.concrete_fields}
    columns = {column.name for column in view.columns}
    indexes = [tuple(own.get(name, name) for name, _order in index.fields_orders) for index in view.model._meta.indexes]
    for name, path in view.sorts.items():
        if path not in own and path not in own.values():
            yield 1, f"sort {name!r} is no column of its own table", "Copy the value to the row, or do not offer the sort."
        elif ("business", own.get(path, path), "id") not in indexes:
            yield 2, f"sort {name!r} has no index (business, {path}, id)", f'Add keyset_index("…", "{path}") to the model.'
        if name not in columns:
            yield 3, f"sort {name!r} names no column, so the page has no label for it", "Name the sort after a column."
    if view.groups and view.groups[0].expr is None:
        # The cards of a lane are one keyset page each; without this index every lane is sorted whole.
        lane = (
            "business",
            *(own.get(path, path) for path in (view.groups[0].field, view.sorts.get(view.board_sort or view.sort, ""))),
            "id",
        )
        if lane not in indexes:
            yield 11, f"the board has no index ({', '.join(lane)})", "Add a keyset_index of the lane and the board's sort."
    for sort in (view.sort, view.board_sort):
        if sort and any(part.removeprefix("-") not in view.sorts for part in sort.split(",")):
            yield 4, f"the default sort {sort!r} is not among the sorts", ""


def _check_paths(view: DataView) -> Found:
    """Every cell and card reads paths that exist."""
    cells = [(f"column {column.name!r}", column.cell.fields) for column in view.columns]
    if view.card is not None:
        cells.append(("the card", (*view.card.fields, *(path for path in Card.FRAME if path != "can_change"))))
    cells += [(f"the total of {column.name!r}", (column.total,)) for column in view.columns if column.total]
    cells += [("masked", tuple(view.masked)), *((f"group {group.name!r}", (group.field,)) for group in view.groups)]
    for where, paths in cells:
        for path in paths:
            if not _exists(view.model, path):
                yield 5, f"{where} reads {path!r}, which {view.model.__name__} has not", ""


def _check_names(view: DataView) -> Found:
    names = {column.name for column in view.columns}
    for name in view.shown:
        if name not in names:
            yield 6, f"shown names {name!r}, which is no column", ""
    if view.columns and view.columns[0].name not in view.shown:
        yield 6, "the first column names the row and is always shown", ""
    for default in view.defaults:
        for part in default.query.split("&") if default.query else ():
            name = part.split("=")[0]
            if name not in view.filters.base_filters and name not in RESERVED:
                yield 7, f"the view {default.key!r} names {name!r}, which is no filter", ""
    if view.groups and view.card is None:
        yield 8, "groups without a card", "Give the view a card."


def _check_filters(view: DataView) -> Found:
    for name, part in view.filters.base_filters.items():
        if name in RESERVED:
            yield 9, f"the filter {name!r} has the name of a word of list URLs", ""
        if part.kind.control not in ("search", "flag") and not _exists(view.model, part.kind.path):
            yield 10, f"the filter {name!r} reads {part.kind.path!r}, which {view.model.__name__} has not", ""


def _exists(model: type[Model], path: str) -> bool:
    current: Any = model
    for step in path.split("__"):
        try:
            field = current._meta.get_field(step)
        except (FieldDoesNotExist, AttributeError):
            return False
        current = field.related_model if field.is_relation and step == field.name else None
    return True
