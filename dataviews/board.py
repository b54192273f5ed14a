"""A board: lanes with exact totals in one GROUP BY, and their first cards in one UNION ALL of keyset pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from dataviews import cursors, formats, keyset, slices
from dataviews.cursors import BadCursor
from dataviews.declare import GroupBy, Lane
from dataviews.state import State

PER_LANE = 20
MOST_CARDS = 100  # that one answer brings up to date
UNASSIGNED = "unassigned"
LANE_VALUE = "lane_value"
_WEIGHT = DecimalField(max_digits=24, decimal_places=4)


@dataclass(slots=True)
class Tally:
    """Count, and sums per currency: plain and weighted by probability."""

    count: int = 0
    amounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    weighted: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, other: Tally) -> None:
        self.count += other.count
        for mine, theirs in ((self.amounts, other.amounts), (self.weighted, other.weighted)):
            for currency, value in theirs.items():
                mine[currency] += value


@dataclass(slots=True)
class LaneView:
    """A lane as the page shows it. `short` fits the head, `exact` names every currency; `more` is the next cards' address."""

    lane: Lane
    count: int
    short: str
    exact: str
    weighted: str
    weighted_exact: str
    html: str = ""
    shown: int = 0
    more: str = ""
    address: str = ""

    @property
    def step(self) -> int:
        """How many cards "more" brings; 0 where the lane was not counted."""
        return min(PER_LANE, max(0, self.count - self.shown))


@dataclass(slots=True)
class Board:
    """All lanes in their order, and the total of the open (not folded) ones."""

    group: GroupBy
    lanes: list[LaneView]
    total: LaneView

    def lane(self, key: str) -> LaneView | None:
        return next((view for view in self.lanes if view.lane.key == key), None)


def read(state: State) -> Board:
    """The whole board: totals, and the first cards of every lane that is not folded."""
    board = heads(state)
    ks = state.keys
    open_lanes = [view for view in board.lanes if not view.lane.folded]
    parts = keyset.segments(ks)
    pages = [
        keyset.segment_of(_lane_rows(state, board.group, view.lane, ks), ks, part).order_by(*keyset.ordering(ks, segment=part))[
            : PER_LANE + 1
        ]
        for view in open_lanes
        for part in parts
    ]
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for number, row in sorted(slices.union(pages), key=lambda pair: pair[0]) if pages else ():
        found[number // len(parts)].append(row)
    for index, view in enumerate(open_lanes):
        rows = found[index]
        _fill(state, board.group, view, rows[:PER_LANE], more=len(rows) > PER_LANE, before=0)
    return board


def heads(state: State) -> Board:
    """The lanes with their totals and without cards."""
    group = _grouped(state)
    tallies = _tallies(state, group)
    lanes = lanes_of(state, group, tallies)
    total = Tally()
    views = []
    for lane in lanes:
        tally = tallies.get(lane.value, Tally())
        if not lane.folded:
            total.add(tally)
        views.append(_view(state, lane, tally))
        views[-1].address = _address(state, group, lane)
    return Board(group, views, _view(state, Lane("", "", None), total))


def lanes_of(state: State, group: GroupBy, values: Collection[Any] = ()) -> list[Lane]:
    """The known lanes, then one for each value in use beside them, then the one for none."""
    lanes = list(group.lanes(state))
    if group.expr is not None:
        return lanes
    known = {lane.value for lane in lanes}
    taken = {lane.key for lane in lanes}
    for value in sorted(value for value in values if value is not None and value not in known):
        item = state.ctx.lists.item(group.list, value)
        key = item.key if item and item.key not in taken else f"unknown-{value}"
        taken.add(key)
        lanes.append(Lane(key, item.label if item else str(value), value, hint=_("retired"), drop=False))
    if None not in known and (group.nobody or None in values):
        lanes.append(Lane(UNASSIGNED, str(group.nobody_label or _("Unassigned")), None, drop=False))
    return lanes


def find_lane(state: State, key: str) -> Lane | None:
    """The lane of the state's board with this key; the totals are read only for values that the set-up does not know."""
    group = _grouped(state)
    lane = next((lane for lane in group.lanes(state) if lane.key == key), None)
    return lane or next((lane for lane in lanes_of(state, group, _tallies(state, group)) if lane.key == key), None)


def more(state: State, lane: Lane) -> LaneView:
    """The lane's cards from the state's cursor on. Raises BadCursor."""
    ks = state.keys
    group = _grouped(state)
    cursor = cursors.decode(state.after, ks, _bound(state, lane)) if state.after else None
    if cursor is not None and cursor.back:
        raise BadCursor("of another direction")
    rows, has_more = keyset.fetch(_lane_rows(state, group, lane, ks), ks, PER_LANE, cursor.values if cursor else None)
    view = _view(state, lane, Tally())
    _fill(state, group, view, rows, more=has_more, before=(cursor.position or 0) if cursor else 0)
    return view


def cards(state: State, board: Board, ids: Collection[int]) -> dict[int, str]:
    """The cards of these records as they are now, by id. A missing one does not (or no longer) stand on this board."""
    names = _paths(state, board.group, ())
    rows = list(_rows(state, board.group).filter(pk__in=list(ids)[:MOST_CARDS]).values(*names))
    formats.conceal(rows, state.hidden)
    column = _column(board.group)
    by_value = {view.lane.value: view.lane for view in board.lanes}
    return {row["id"]: _card(state, by_value[row[column]], row) for row in rows if row[column] in by_value}


def _grouped(state: State) -> GroupBy:
    if state.group is None:
        raise LookupError(f"{state.view.name} has no board")
    return state.group


def _column(group: GroupBy) -> str:
    return group.field if group.expr is None else LANE_VALUE


def _rows(state: State, group: GroupBy) -> QuerySet:
    rows = state.filters.qs.with_may_change(state.user)  # type: ignore[attr-defined]
    if group.within is not None:
        rows = rows.filter(group.within(state))
    return rows.annotate(**{LANE_VALUE: group.expr}) if group.expr is not None else rows


def _lane_rows(state: State, group: GroupBy, lane: Lane, ks: Sequence[keyset.Key]) -> QuerySet:
    if lane.q is not None:
        condition = lane.q
    elif lane.value is None:
        condition = Q(**{f"{group.field}__isnull": True})
    else:
        condition = Q(**{group.field: lane.value})
    return _rows(state, group).filter(condition).values(*_paths(state, group, ks))


def _paths(state: State, group: GroupBy, ks: Sequence[keyset.Key]) -> tuple[str, ...]:
    card = state.view.card
    fields = (*card.FRAME, *card.fields) if card else ()
    return tuple(dict.fromkeys((*fields, _column(group), *(key.path for key in ks))))


def _tallies(state: State, group: GroupBy) -> dict[Any, Tally]:
    """Count("*") and sums per lane value and currency: an index-only scan where the covering index has the columns."""
    view = state.view
    rows = state.filters.qs.order_by()
    if group.within is not None:
        rows = rows.filter(group.within(state))
    column = _column(group)
    if group.expr is not None:
        rows = rows.annotate(**{LANE_VALUE: group.expr})
    sums: dict[str, Any] = {"tally_count": Count("*")}
    if view.amount:
        sums["tally_sum"] = Sum(view.amount)
        if view.weighted is not None:
            sums["tally_weighted"] = Sum(ExpressionWrapper(F(view.amount) * view.weighted, output_field=_WEIGHT))
    by = [column, "currency"] if view.amount else [column]
    found: dict[Any, Tally] = defaultdict(Tally)
    for row in rows.values(*by).annotate(**sums):
        tally = found[row[column]]
        tally.count += row["tally_count"]
        if row.get("tally_sum") is not None:
            tally.amounts[row["currency"]] += row["tally_sum"]
            tally.weighted[row["currency"]] += (row.get("tally_weighted") or Decimal(0)) / 100
    return dict(found)


def _view(state: State, lane: Lane, tally: Tally) -> LaneView:
    business = state.user.business
    own = business.default_currency if business else "EUR"
    short, exact = formats.sums(tally.amounts, state.ctx.lang, own)
    weighted, weighted_exact = formats.sums(tally.weighted, state.ctx.lang, own)
    return LaneView(lane, tally.count, short, exact, weighted, weighted_exact)


def _fill(state: State, group: GroupBy, view: LaneView, rows: list[dict[str, Any]], *, more: bool, before: int) -> None:
    view.shown = before + len(rows)
    if more:
        cursor = cursors.encode(rows[-1], state.keys, _bound(state, view.lane), back=False, position=view.shown)
        view.more = _address(state, group, view.lane, after=cursor)
    formats.conceal(rows, state.hidden)
    view.html = "".join([_card(state, view.lane, row) for row in rows])


def _card(state: State, lane: Lane, row: dict[str, Any]) -> str:
    state.ctx.lane = lane
    card = state.view.card
    return card.html(row, state.ctx) if card else ""


def _address(state: State, group: GroupBy, lane: Lane, **change: str) -> str:
    return state.address(f"lane/{group.name}/{lane.key}/", **change)


def _bound(state: State, lane: Lane) -> str:
    return cursors.binding(state.bound, "lane", lane.key)
