"""What an app says about one record type: plain frozen data, one register() call. Read this file top to bottom.

A column is one Column(...): its cell names the paths it reads, the query follows by itself. A sort is one entry of
`sorts` and one keyset_index. A board is one GroupBy. Filters stand in the app's filters.py and are not repeated here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from dataviews.cards import Card
from dataviews.cells import Cell
from dataviews.filters import RecordFilter

if TYPE_CHECKING:
    from django import forms

    from dataviews.state import State

Label = str | Promise

# Words of list URLs and of the API that no filter may be called by.
RESERVED = frozenset({"view", "sort", "cols", "page", "size", "after", "layout", "group", "limit", "cursor", "count", "format", "expand"})


@dataclass(frozen=True, slots=True)
class Column:
    """`name` stands in ?cols= and, where it can be sorted, in ?sort=. `total` is a money column summed in the foot."""

    name: str
    label: Label
    cell: Cell
    total: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One column of a board. `key` stands in URLs and DOM ids; `value` is the grouped column's, unless `q` says which
    rows belong here. Folded lanes show count and sum and load their cards on unfolding."""

    key: str
    label: str
    value: Any
    tone: str = "gray"
    hint: str = ""
    limit: int | None = None
    q: Q | None = None
    drop: bool = True
    folded: bool = False
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """One entry of the head's switcher: another pipeline of the same board."""

    label: str
    query: Mapping[str, str]
    is_current: bool


@dataclass(frozen=True, slots=True)
class GroupBy:
    """How records stand in lanes.

    lanes(state) gives the known lanes in order; values in use beside them get lanes of their own after them, and rows
    without a value the last one (always there with `nobody`). `list` names the small list that labels unknown values.
    within(state) narrows the board's rows (to one pipeline). move(pk=, to=, by=, version=, values=) is a service and
    returns the record; without it cards do not lift. `keep` maps values of the service to columns that a move empties
    and undoing it gives back. `expr` groups by more than a column; lanes then carry `q`.
    """

    name: str
    label: Label
    field: str
    lanes: Callable[[State], Sequence[Lane]]
    move: Callable[..., Any] | None = None
    keep: Mapping[str, str] = dataclasses.field(default_factory=dict)
    list: str = ""
    nobody: bool = False
    nobody_label: Label = ""
    within: Callable[[State], Q] | None = None
    switch: Callable[[State], Sequence[Switch]] | None = None
    expr: Any = None


@dataclass(frozen=True, slots=True)
class Default:
    """A view that everybody has: a label and the query string it stands for."""

    key: str
    label: Label
    query: str


@dataclass(frozen=True, slots=True)
class DataView:
    """One record type's list. `masked` maps columns to the permission that shows them clear: without it they are
    masked before any cell, card or API field sees them, and are neither sorted nor filtered by. `ask`(record, needs, user=,
    data=, prefix=) is the form for what a refused move needs."""

    name: str
    label: Label
    label_plural: Label
    path: str
    model: type[Model]
    filters: type[RecordFilter]
    columns: tuple[Column, ...]
    shown: tuple[str, ...]
    sorts: Mapping[str, str]
    sort: str
    new_label: Label = ""
    empty_text: Label = ""
    search_sort: str = "-created_at"
    board_sort: str = ""
    card: Card | None = None
    amount: str = ""
    weighted: Any = None
    groups: tuple[GroupBy, ...] = ()
    defaults: tuple[Default, ...] = ()
    masked: Mapping[str, str] = dataclasses.field(default_factory=dict)
    ask: Callable[..., forms.BaseForm] | None = None

    def visible(self, user: Any) -> QuerySet:
        return self.model.objects.visible_to(user)  # type: ignore[attr-defined]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def group(self, name: str) -> GroupBy | None:
        return next((group for group in self.groups if group.name == name), None)

    def permission(self, action: str) -> str:
        """'view' -> 'leads.view_lead'."""
        return f"{self.model._meta.app_label}.{action}_{self.model._meta.model_name}"

    def hidden(self, user: Any) -> frozenset[str]:
        """The columns this user sees only masked."""
        return frozenset(path for path, permission in self.masked.items() if not user.has_perm(permission))

    @property
    def has_board(self) -> bool:
        return bool(self.groups) and self.card is not None

    @property
    def is_weighted(self) -> bool:
        """Do lanes say a sum weighted by probability?"""
        return bool(self.amount) and self.weighted is not None

    @property
    def has_currency(self) -> bool:
        return any(each.name == "currency" for each in self.model._meta.concrete_fields)


REGISTRY: dict[str, DataView] = {}


def register(view: DataView) -> DataView:
    """Make the record type's list known under its path."""
    REGISTRY[view.path] = view
    return view
