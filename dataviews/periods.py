"""Relative periods that filters know by name. Each is a pair of dates, both inclusive, seen from the reader's today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Span = tuple[dt.date | None, dt.date | None]


@dataclass(frozen=True, slots=True)
class Period:
    """`label` completes "Created in …"; `span` gives (first day, last day), None for open."""

    label: str | Promise
    span: Callable[[dt.date], Span]


def _days(first: int, last: int) -> Callable[[dt.date], Span]:
    return lambda today: (today + dt.timedelta(first), today + dt.timedelta(last))


def _week(offset: int) -> Callable[[dt.date], Span]:
    def span(today: dt.date) -> Span:
        monday = today - dt.timedelta(today.weekday()) + dt.timedelta(weeks=offset)
        return monday, monday + dt.timedelta(6)

    return span


def _months(length: int, offset: int) -> Callable[[dt.date], Span]:
    """Calendar blocks of `length` months (1, 3 or 12), `offset` blocks from the one that today lies in."""

    def span(today: dt.date) -> Span:
        start = ((today.month - 1) // length + offset) * length
        return _first_of(today.year, start), _first_of(today.year, start + length) - dt.timedelta(1)

    return span


def _first_of(year: int, month: int) -> dt.date:
    """Month 0 is January of the year; -1 December before, 12 January after."""
    return dt.date(year + month // 12, month % 12 + 1, 1)


PERIODS: dict[str, Period] = {
    "today": Period(pgettext_lazy("in", "today"), _days(0, 0)),
    "yesterday": Period(pgettext_lazy("in", "yesterday"), _days(-1, -1)),
    "tomorrow": Period(pgettext_lazy("in", "tomorrow"), _days(1, 1)),
    "this_week": Period(pgettext_lazy("in", "this week"), _week(0)),
    "last_week": Period(pgettext_lazy("in", "last week"), _week(-1)),
    "next_week": Period(pgettext_lazy("in", "next week"), _week(1)),
    "this_month": Period(pgettext_lazy("in", "this month"), _months(1, 0)),
    "last_month": Period(pgettext_lazy("in", "last month"), _months(1, -1)),
    "next_month": Period(pgettext_lazy("in", "next month"), _months(1, 1)),
    "this_quarter": Period(pgettext_lazy("in", "this quarter"), _months(3, 0)),
    "last_quarter": Period(pgettext_lazy("in", "last quarter"), _months(3, -1)),
    "next_quarter": Period(pgettext_lazy("in", "next quarter"), _months(3, 1)),
    "this_year": Period(pgettext_lazy("in", "this year"), _months(12, 0)),
    "last_year": Period(pgettext_lazy("in", "last year"), _months(12, -1)),
    "next_year": Period(pgettext_lazy("in", "next year"), _months(12, 1)),
    "last_7d": Period(pgettext_lazy("in", "the last 7 days"), _days(-6, 0)),
    "last_30d": Period(pgettext_lazy("in", "the last 30 days"), _days(-29, 0)),
    "next_7d": Period(pgettext_lazy("in", "the next 7 days"), _days(0, 6)),
    "next_30d": Period(pgettext_lazy("in", "the next 30 days"), _days(0, 29)),
    "overdue": Period(pgettext_lazy("in", "the past"), lambda today: (None, today - dt.timedelta(1))),
}
