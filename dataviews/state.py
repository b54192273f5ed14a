"""The URL is the state. This module alone reads and writes list URLs; everything unknown becomes a notice, never an error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from core import context
from dataviews import cursors, keyset
from dataviews.cells import Ctx
from dataviews.declare import RESERVED, DataView, GroupBy
from dataviews.filters import RecordFilter
from dataviews.lists import Lists

SIZES = (25, 50, 100)
SIZE = 50
MOST_SORTS = 3
OPERATOR = ".op"  # "stage.op=_not" of the filter form turns stage=a into stage_not=a


@dataclass(slots=True)
class State:
    """A list as its URL describes it, checked: nothing in here names a column, sort or filter that does not exist."""

    view: DataView
    user: Any
    filters: RecordFilter
    hidden: frozenset[str]
    sort: str
    cols: tuple[str, ...]
    size: int
    layout: str
    group: GroupBy | None
    after: str
    page: int
    tab: str
    ctx: Ctx
    untidy: bool = False
    notices: list[str] = field(default_factory=list)

    @property
    def keys(self) -> tuple[keyset.Key, ...]:
        return keyset.keys(self.view.model, self.view.sorts, self.sort)

    @property
    def bound(self) -> str:
        """What cursors of this list belong to."""
        return cursors.binding(self.view.name, context.business_id(), self.sort, self.filters.canonical())

    def params(self) -> dict[str, str]:
        """The canonical query: what differs from the defaults, never the page."""
        found = self.filters.canonical()
        if self.tab:
            found["view"] = self.tab
        if self.sort != default_sort(self.view, self.filters, self.layout):
            found["sort"] = self.sort
        if self.cols != self.view.shown:
            found["cols"] = ",".join(self.cols)
        if self.layout == "board":
            found["layout"] = "board"
            if self.group is not None and self.group != self.view.groups[0]:
                found["group"] = self.group.name
        if self.size != SIZE:
            found["size"] = str(self.size)
        return found

    def query(self, drop: Iterable[str] = (), **change: str) -> str:
        """The query string with changes; an empty value takes a parameter out. A changed list starts at page one."""
        dropped = {*drop, *(name for name, value in change.items() if not value)}
        found = {name: value for name, value in self.params().items() if name not in dropped}
        found.update({name: value for name, value in change.items() if value})
        return urlencode(found, safe=",:")

    def url(self, drop: Iterable[str] = (), **change: str) -> str:
        """The list's address with changes."""
        return self.address("", drop, **change)

    def address(self, below: str, drop: Iterable[str] = (), **change: str) -> str:
        """The address of something below the list ('lane/stage/won/') in this state."""
        query = self.query(drop, **change)
        return f"/{self.view.path}/{below}" + (f"?{query}" if query else "")


def parse(view: DataView, user: Any, data: QueryDict) -> State:
    """Read a list URL. Unknown and wrong parts are left out and named in `notices`."""
    lists = Lists(user)
    hidden = view.hidden(user)
    given, untidy = _tidy(data)
    filters = view.filters(_without_reserved(given), view.visible(user), user=user, lists=lists, hidden=hidden)
    notices = [_("“%s” is not a filter of this list and was left out.") % name[:60] for name in filters.unknown[:5]]
    notices += [f"{name}: {problem}" for name, problem in list(filters.problems.items())[:5]]
    group = _group(view, given, notices)
    layout = "board" if given.get("layout") == "board" and view.has_board else "table"
    return State(
        view=view,
        user=user,
        filters=filters,
        hidden=hidden,
        sort=_sort(view, filters, hidden, layout, given.get("sort", ""), notices),
        cols=_columns(view, given.get("cols", ""), notices),
        size=_size(given.get("size", "")),
        layout=layout,
        group=group,
        after=given.get("after", ""),
        page=_page(given.get("page", "")),
        tab=given.get("view", "") if any(default.key == given.get("view") for default in view.defaults) else "",
        ctx=Ctx.of(user, lists),
        untidy=untidy,
        notices=notices,
    )


def default_sort(view: DataView, filters: RecordFilter, layout: str = "table") -> str:
    """The sort where none is chosen: a search shows the newest first, a board what is due next."""
    if layout == "board":
        return view.board_sort or view.sort
    searched = "search" in filters.values and view.search_sort.removeprefix("-") in view.sorts
    return view.search_sort if searched else view.sort


def bad_sorts(view: DataView, sort: str, hidden: Iterable[str]) -> list[str]:
    """The parts of a sort that this reader cannot sort by. Too many keys are all bad."""
    parts = sort.split(",")
    if len(parts) > MOST_SORTS:
        return parts
    allowed = {name for name, path in view.sorts.items() if path not in set(hidden)} | {"id"}
    return [part for part in parts if part.removeprefix("-") not in allowed]


def _tidy(data: QueryDict) -> tuple[QueryDict, bool]:
    """The query without empty values and with the filter form's operators resolved; whether that changed anything."""
    given = QueryDict(mutable=True)
    untidy = False
    for name, values in data.lists():
        if name.endswith(OPERATOR):
            untidy = True
            continue
        filled = [value for value in values if value]
        untidy = untidy or len(filled) != len(values) or len(filled) > 1
        if filled:
            suffix = "_not" if data.get(name + OPERATOR) == "_not" else ""
            given.setlist(name + suffix, [*given.getlist(name + suffix), *filled])
    return given, untidy


def _without_reserved(data: QueryDict) -> QueryDict:
    kept = data.copy()
    for name in RESERVED:
        kept.pop(name, None)
    return kept


def _sort(view: DataView, filters: RecordFilter, hidden: frozenset[str], layout: str, asked: str, notices: list[str]) -> str:
    if asked and not bad_sorts(view, asked, hidden):
        return asked
    if asked:
        notices.append(_("This list cannot be sorted by “%s”.") % asked[:60])
    return default_sort(view, filters, layout)


def _columns(view: DataView, asked: str, notices: list[str]) -> tuple[str, ...]:
    wanted = [name for name in asked.split(",") if name]
    names = {column.name for column in view.columns}
    kept = tuple(dict.fromkeys(name for name in wanted if name in names))
    if any(name not in names for name in wanted):
        notices.append(_("Unknown columns were left out."))
    if not kept:
        return view.shown
    first = view.columns[0].name  # names the row, so it always stands first
    return (first, *(name for name in kept if name != first))


def _group(view: DataView, data: QueryDict, notices: list[str]) -> GroupBy | None:
    asked = data.get("group", "")
    group = view.group(asked)
    if asked and group is None:
        notices.append(_("This list cannot be grouped by “%s”.") % asked[:60])
    return group or (view.groups[0] if view.groups else None)


def _size(asked: str) -> int:
    return int(asked) if asked in {str(size) for size in SIZES} else SIZE


def _page(asked: str) -> int:
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
