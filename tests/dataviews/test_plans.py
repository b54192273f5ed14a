"""PostgreSQL walks the keyset index: at the first page, deep in the list, and backwards, without a sort."""

from __future__ import annotations

import pytest
from django.db import connection

from dataviews import keyset
from dataviews.declare import REGISTRY, DataView
from tests.factories.people import World

pytestmark = pytest.mark.postgresql
PATHS = ["opportunities", "leads", "companies", "contacts"]


@pytest.fixture
def planned(stock: World) -> World:
    """A planner that takes a fitting index although 90 rows would not need one, and sorts only where no index fits."""
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off")
    return stock


def index_of(view: DataView, path: str) -> str:
    """The name of the index (business, path, id)."""
    own = {field.attname: field.name for field in view.model._meta.concrete_fields}
    wanted = ["business", own.get(path, path), "id"]
    return next(index.name for index in view.model._meta.indexes if list(index.fields) == wanted)


@pytest.mark.parametrize("path", PATHS)
def test_every_sort_walks_its_index_at_every_depth(planned: World, path: str) -> None:
    view = REGISTRY[path]
    for name, column in view.sorts.items():
        for sort in (name, f"-{name}"):
            ks = keyset.keys(view.model, view.sorts, sort)
            rows = view.visible(planned.manager).values("id", "reference", *(key.path for key in ks if key.path != "id"))
            first, _more = keyset.fetch(rows, ks, 5)
            anchor = tuple(first[-1][key.path] for key in ks)
            for where, back in ((None, False), (anchor, False), (None, True), (anchor, True)):
                for part in keyset.slices_of(rows, ks, 50, where, back=back):
                    plan = part.explain()
                    assert index_of(view, column) in plan, (sort, where, back, plan)
                    assert "Sort" not in plan.replace("Incremental Sort", ""), (sort, where, back, plan)


def test_an_anchor_is_a_condition_of_the_index(planned: World) -> None:
    view = REGISTRY["opportunities"]
    for sort in ("name", "-name"):
        ks = keyset.keys(view.model, view.sorts, sort)
        rows = view.visible(planned.manager).values("id", "name")
        (part,) = keyset.slices_of(rows, ks, 50, ("Deal 05", 40))
        condition = next(line for line in part.explain().splitlines() if "Index Cond" in line)
        assert "ROW(" in condition, condition
