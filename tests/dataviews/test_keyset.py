"""Keyset pages against a plain sort in Python: every offered sort, both ways, row for row."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any

import pytest

from dataviews import keyset
from dataviews.declare import REGISTRY
from tests.factories.people import World

SIZE = 37
PAIRS = (
    "-amount,expected_close_date",
    "name,-next_step_at",
    "expected_close_date,-amount",
    "-next_step_at,-amount,name",
    "-closed_at,name",
)


def in_order(rows: list[dict[str, Any]], ks: tuple[keyset.Key, ...]) -> list[int]:
    """Ids in the order that the keys ask for: nulls last in every direction."""

    def compare(one: dict[str, Any], other: dict[str, Any]) -> int:
        for key in ks:
            left, right = one[key.path], other[key.path]
            if left == right:
                continue
            if left is None or right is None:
                return 1 if left is None else -1
            return (-1 if left < right else 1) * (-1 if key.desc else 1)
        return 0

    return [row["id"] for row in sorted(rows, key=cmp_to_key(compare))]


def walk(rows: Any, ks: tuple[keyset.Key, ...], *, back: bool) -> list[int]:
    """All ids, page by page; backwards the pages come last first."""
    found: list[int] = []
    anchor = None
    for _page in range(20):
        page, more = keyset.fetch(rows, ks, SIZE, anchor, back=back)
        ids = [row["id"] for row in page]
        found = ids + found if back else found + ids
        if not more:
            return found
        edge = page[0] if back else page[-1]
        anchor = tuple(edge[key.path] for key in ks)
    raise AssertionError("the pages have no end")


def check(view: Any, user: Any, sort: str) -> None:
    ks = keyset.keys(view.model, view.sorts, sort)
    rows = view.visible(user).values("id", *dict.fromkeys(key.path for key in ks if key.path != "id"))
    expected = in_order(list(rows.order_by()), ks)
    assert len(expected) == 90
    assert walk(rows, ks, back=False) == expected, sort
    assert walk(rows, ks, back=True) == expected, sort


@pytest.mark.parametrize("path", ["opportunities", "leads", "companies", "contacts"])
def test_pages_equal_a_sort_in_python_for_every_sort_both_ways(stock: World, path: str) -> None:
    view = REGISTRY[path]
    for name in (*view.sorts, "id"):
        check(view, stock.manager, name)
        check(view, stock.manager, f"-{name}")


@pytest.mark.parametrize("sort", PAIRS)
def test_pages_equal_a_sort_in_python_for_several_keys(stock: World, sort: str) -> None:
    check(REGISTRY["opportunities"], stock.manager, sort)


def test_a_numbered_page_starts_at_its_row(stock: World) -> None:
    view = REGISTRY["opportunities"]
    for sort in ("-amount", "expected_close_date", "name"):
        ks = keyset.keys(view.model, view.sorts, sort)
        rows = view.visible(stock.manager).values("id", *(key.path for key in ks if key.path != "id"))
        expected = in_order(list(rows.order_by()), ks)
        for offset in (0, 41, 74, 89):
            spot = keyset.at_offset(view.visible(stock.manager), ks, offset, 1000)
            assert spot is not None
            assert spot[-1] == expected[offset]
        assert keyset.at_offset(view.visible(stock.manager), ks, 90, 1000) is None


def test_the_page_behind_a_deleted_row_stays_the_same(stock: World) -> None:
    view = REGISTRY["opportunities"]
    ks = keyset.keys(view.model, view.sorts, "-amount")
    rows = view.visible(stock.manager).values("id", "amount")
    first, _more = keyset.fetch(rows, ks, SIZE)
    anchor = (first[-1]["amount"], first[-1]["id"])
    before, _more = keyset.fetch(rows, ks, SIZE, anchor)
    view.model.objects.filter(pk=first[-1]["id"]).update(deleted_at=stock.manager.date_joined)
    after, _more = keyset.fetch(rows, ks, SIZE, anchor)
    assert after == before


def test_the_id_ends_every_sort_in_the_direction_of_its_first_key() -> None:
    view = REGISTRY["opportunities"]
    last = [keyset.keys(view.model, view.sorts, sort)[-1] for sort in ("amount", "-amount", "-amount,name", "-amount,id")]
    assert [(key.path, key.desc) for key in last] == [("id", False), ("id", True), ("id", True), ("id", False)]
