"""One page of a table: its rows as markup, its head, its count and its totals, in four queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from dataviews import cursors, formats, keyset, slices
from dataviews.cells import Row
from dataviews.cursors import Cursor
from dataviews.state import State

CAP = 10_000
LAST = "last"


@dataclass(frozen=True, slots=True)
class Head:
    """One column head. `aria` is "ascending" or "descending" on the first sort key; `more` adds it as a second key."""

    name: str
    label: str
    css: str
    url: str = ""
    more: str = ""
    aria: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """The foot. `sums` holds one text per shown column; None where the list is too long to add up on the way."""

    count: int
    capped: bool
    sums: list[str] | None


@dataclass(slots=True)
class Page:
    """A page of the table. start and end count from 1 and are None where nobody counted so far; links are "" for none."""

    rows: list[Row]
    html: str
    head: list[Head]
    totals: Totals
    count_text: str
    start: int | None = None
    end: int | None = None
    previous: str = ""
    next: str = ""
    first: str = ""
    last: str = ""
    notices: list[str] = field(default_factory=list)


def read(state: State) -> Page:
    """Read the page that the state names."""
    ks = state.keys
    rows = state.filters.qs.values(*paths(state, ks))
    start, damaged = _start(state, ks)
    found, more = keyset.fetch(rows, ks, state.size, start.values or None, back=start.back)
    if start.values and not found:
        # Everything beyond the anchor is gone since: the nearest page is the last (or the first).
        start = Cursor((), not start.back, None if not start.back else 0)
        found, more = keyset.fetch(rows, ks, state.size, None, back=start.back)
    elif start.back and start.values and not more and len(found) < state.size:
        # Walking back reached the front with a part of a page: show the whole first one.
        start = Cursor((), False, 0)
        found, more = keyset.fetch(rows, ks, state.size)
    formats.conceal(found, state.hidden)
    totals = count_and_totals(state)
    page = Page(found, "".join([row_html(state, row) for row in found]), heads(state), totals, count_text(totals, state.ctx.lang))
    if damaged:
        page.notices.append(_("That page belongs to another list; this is its first page."))
    _number(page, start, totals)
    _link(page, state, ks, start, more)
    return page


def paths(state: State, ks: Sequence[keyset.Key]) -> list[str]:
    """What the query selects: the shown cells' fields and the sort keys."""
    wanted = {"id": None, "reference": None}
    for name in state.cols:
        wanted.update(dict.fromkeys(state.view.column(name).cell.fields))
    wanted.update(dict.fromkeys(key.path for key in ks))
    return list(wanted)


def _start(state: State, ks: Sequence[keyset.Key]) -> tuple[Cursor, bool]:
    """Where the page starts, and whether the URL's cursor was of no use."""
    if state.after == LAST:
        return Cursor((), True, None), False
    if state.after:
        try:
            return cursors.decode(state.after, ks, state.bound), False
        except cursors.BadCursor:
            return Cursor((), False, 0), True
    offset = (state.page - 1) * state.size
    if 0 < offset <= CAP:
        # Numbered pages exist near the front only: the key is looked up in the index, then it is a page like any other.
        spot = keyset.at_offset(state.filters.qs, ks, offset - 1, CAP)
        return (Cursor((), True, None) if spot is None else Cursor(tuple(spot), False, offset)), False
    return Cursor((), False, 0), False


def count_and_totals(state: State, *, capped: bool = True) -> Totals:
    """The count up to CAP and, below it, exact sums per currency, in one scan; everything with `capped` false."""
    columns = list(dict.fromkeys(state.view.column(name).total for name in state.cols if state.view.column(name).total))
    by = "currency" if columns and state.view.has_currency else None
    found = slices.count_and_sums(state.filters.qs, columns, by=by, cap=CAP if capped else None)
    count = sum(number for _currency, number, _sums in found)
    if capped and count > CAP:
        return Totals(CAP, True, None)
    texts = {
        column: " + ".join(formats.money(sums[index], currency, state.ctx.lang) for currency, _number, sums in found if sums[index])
        for index, column in enumerate(columns)
    }
    return Totals(count, False, [texts.get(state.view.column(name).total, "") for name in state.cols])


def count_text(totals: Totals, lang: str) -> str:
    """'1,234', or '10,000+' at the cap."""
    return formats.number(totals.count, lang) + ("+" if totals.capped else "")


def _number(page: Page, start: Cursor, totals: Totals) -> None:
    size = len(page.rows)
    before = start.position
    if start.back and before is not None:
        before = max(0, before - size)
    elif before is None and start.back and not start.values and not totals.capped:
        before = totals.count - size
    if before is not None and page.rows:
        page.start, page.end = before + 1, before + size


def _link(page: Page, state: State, ks: Sequence[keyset.Key], start: Cursor, more: bool) -> None:
    anchored = bool(start.values)
    has_previous = more if start.back else anchored
    has_next = anchored if start.back else more
    if page.rows and has_previous:
        before = page.start - 1 if page.start else None
        page.previous = state.url(after=cursors.encode(page.rows[0], ks, state.bound, back=True, position=before))
        page.first = state.url()
    if page.rows and has_next:
        page.next = state.url(after=cursors.encode(page.rows[-1], ks, state.bound, back=False, position=page.end))
        page.last = state.url(after=LAST)


def heads(state: State) -> list[Head]:
    """The column heads: a link where the column can be sorted by; clicking the first key again turns it round."""
    parts = state.sort.split(",")
    first, falling = parts[0].removeprefix("-"), parts[0].startswith("-")
    found = []
    for name in state.cols:
        column = state.view.column(name)
        css = "num" if "num" in column.cell.css else "name" if column.cell.css == "name" else ""
        if name not in state.view.sorts or state.view.sorts[name] in state.hidden:
            found.append(Head(name, str(column.label), css))
        elif name == first:
            turned = name if falling else f"-{name}"
            found.append(Head(name, str(column.label), css, state.url(sort=turned), "", "descending" if falling else "ascending"))
        else:
            found.append(Head(name, str(column.label), css, state.url(sort=name), state.url(sort=f"{parts[0]},{name}")))
    return found


def row_html(state: State, row: Row) -> str:
    """One row. Roles are said out loud, because phones show rows as blocks, which would take them away."""
    pk, ctx, view = row["id"], state.ctx, state.view
    out = [f'<tr role="row" id="{view.name}-{pk}" data-row="{pk}">']
    for index, name in enumerate(state.cols):
        cell = view.column(name).cell
        inner = cell.html(row, ctx)
        if index == 0:
            out.append(f'<th role="rowheader" scope="row" class="name td">{inner}</th>')
        else:
            out.append(f'<td role="cell" class="{cell.css}">{inner}</td>' if cell.css else f'<td role="cell">{inner}</td>')
    out.append("</tr>")
    return "".join(out)
