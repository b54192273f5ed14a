"""Relative periods on days where they are easily wrong."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dataviews.periods import PERIODS

DAY = dt.date


@pytest.mark.parametrize(
    ("name", "today", "first", "last"),
    [
        ("today", DAY(2026, 11, 20), DAY(2026, 11, 20), DAY(2026, 11, 20)),
        ("yesterday", DAY(2026, 3, 1), DAY(2026, 2, 28), DAY(2026, 2, 28)),
        ("tomorrow", DAY(2026, 12, 31), DAY(2027, 1, 1), DAY(2027, 1, 1)),
        ("this_week", DAY(2026, 11, 22), DAY(2026, 11, 16), DAY(2026, 11, 22)),
        ("last_week", DAY(2026, 1, 1), DAY(2025, 12, 22), DAY(2025, 12, 28)),
        ("next_week", DAY(2026, 12, 31), DAY(2027, 1, 4), DAY(2027, 1, 10)),
        ("this_month", DAY(2028, 2, 10), DAY(2028, 2, 1), DAY(2028, 2, 29)),
        ("last_month", DAY(2026, 1, 31), DAY(2025, 12, 1), DAY(2025, 12, 31)),
        ("next_month", DAY(2026, 12, 1), DAY(2027, 1, 1), DAY(2027, 1, 31)),
        ("this_quarter", DAY(2026, 11, 20), DAY(2026, 10, 1), DAY(2026, 12, 31)),
        ("last_quarter", DAY(2026, 2, 1), DAY(2025, 10, 1), DAY(2025, 12, 31)),
        ("next_quarter", DAY(2026, 12, 31), DAY(2027, 1, 1), DAY(2027, 3, 31)),
        ("this_year", DAY(2026, 7, 1), DAY(2026, 1, 1), DAY(2026, 12, 31)),
        ("last_year", DAY(2026, 7, 1), DAY(2025, 1, 1), DAY(2025, 12, 31)),
        ("next_year", DAY(2026, 7, 1), DAY(2027, 1, 1), DAY(2027, 12, 31)),
        ("last_7d", DAY(2026, 11, 20), DAY(2026, 11, 14), DAY(2026, 11, 20)),
        ("last_30d", DAY(2026, 11, 30), DAY(2026, 11, 1), DAY(2026, 11, 30)),
        ("next_7d", DAY(2026, 11, 20), DAY(2026, 11, 20), DAY(2026, 11, 26)),
        ("overdue", DAY(2026, 11, 20), None, DAY(2026, 11, 19)),
    ],
)
def test_a_period_begins_and_ends_where_people_expect(name: str, today: DAY, first: DAY | None, last: DAY) -> None:
    assert PERIODS[name].span(today) == (first, last)


@given(some.dates(DAY(1950, 1, 1), DAY(2150, 1, 1)))
def test_last_this_and_next_follow_each_other_without_a_gap(today: DAY) -> None:
    for block in ("week", "month", "quarter", "year"):
        last, this, then = (PERIODS[f"{when}_{block}"].span(today) for when in ("last", "this", "next"))
        assert last[1] is not None and this[0] is not None and this[1] is not None and then[0] is not None
        assert this[0] <= today <= this[1]
        assert this[0] - last[1] == then[0] - this[1] == dt.timedelta(1)
