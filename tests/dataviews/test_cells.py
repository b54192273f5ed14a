"""Cells and cards: nothing that a person typed becomes markup, and what they say is right."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from dataviews import cells, formats
from dataviews.declare import REGISTRY
from dataviews.lists import Item, Lists

EVIL = "<script>alert(1)</script>\"'&"
NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)


class Known(Lists):
    """Small lists without a database, every label of them hostile."""

    def __init__(self, lang: str = "en") -> None:
        super().__init__(user=None, lang=lang)
        item = Item(1, "key", EVIL, tone=EVIL, number=10, limit=3, kind="open")
        names = ("user", "stage", "lead_status", "lead_source", "industry", "branch", "tag")
        self.__dict__["_all"] = {name: [item] for name in names}


def context(lang: str = "en") -> cells.Ctx:
    return cells.Ctx(user=None, lists=Known(lang), lang=lang, today=NOW.date(), now=NOW)


def hostile(path: str) -> Any:
    """A value of the path's type, hostile where it is text."""
    if path in ("id", "version", "employees", "score", "probability") or path.endswith("_id"):
        return 1
    if path == "can_change":
        return True
    if path in ("amount", "value", "annual_revenue"):
        return Decimal("1234.50")
    if path.endswith(("_at", "_since")):
        return NOW - dt.timedelta(days=9) if path != "converted_at" else None
    if path.endswith(("_date", "_on")):
        return NOW.date()
    return EVIL


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("path", ["opportunities", "leads", "companies", "contacts"])
def test_no_cell_and_no_card_lets_typed_text_become_markup(path: str, lang: str) -> None:
    view = REGISTRY[path]
    shown = [column.cell for column in view.columns] + ([view.card] if view.card else [])
    for cell in shown:
        frame = ("id", "version", "reference", "can_change")
        row = {name: hostile(name) for name in (*frame, *cell.fields)}
        html = cell.html(row, context(lang))
        assert "<script" not in html, cell
        # No attribute is left early: between a tag's brackets quotes come in pairs.
        assert all(tag.count('"') % 2 == 0 for tag in re.findall(r"<[^>]*>", html)), cell
        assert 'alert(1)"' not in html, cell
        assert cell.text(row, context(lang)) is not None


def test_a_card_that_may_not_be_changed_has_no_move_control() -> None:
    card = REGISTRY["opportunities"].card
    assert card is not None
    row = {name: hostile(name) for name in (*card.FRAME, *card.fields)}
    assert 'class="deal__move"' in card.html(row, context())
    assert 'class="deal__move"' not in card.html({**row, "can_change": False}, context())


def test_a_card_names_its_record_for_tests_scripts_and_readers() -> None:
    card = REGISTRY["opportunities"].card
    assert card is not None
    row = {name: hostile(name) for name in (*card.FRAME, *card.fields)}
    html = card.html({**row, "id": 42, "version": 7}, context())
    for part in ('id="card-42"', 'data-testid="kanban-card-42"', 'data-version="7"', 'href="/opportunities/42/"', 'class="deal__body"'):
        assert part in html


def test_a_deal_idle_longer_than_its_stage_allows_says_so_in_words() -> None:
    card = REGISTRY["opportunities"].card
    assert card is not None
    row = {name: hostile(name) for name in (*card.FRAME, *card.fields)}
    assert "over the limit of 3" in card.html(row, context())
    assert "over the limit" not in card.html({**row, "stage_since": NOW - dt.timedelta(days=3)}, context())


@pytest.mark.parametrize(
    ("days", "state", "words"), [(-3, "late", "3 days late"), (-1, "late", "1 day late"), (0, "today", "Today"), (2, "", "22 Nov")]
)
def test_a_next_step_says_when_it_is_due(days: int, state: str, words: str) -> None:
    html = cells.due_mark(NOW + dt.timedelta(days=days), "Call", context())
    assert words in html
    assert (f'data-state="{state}"' in html) == bool(state)


def test_no_next_step_is_a_warning() -> None:
    assert "No next step" in cells.due_mark(None, "", context())


def test_a_stage_gives_the_probability_that_nobody_set() -> None:
    cell = cells.Percent()
    assert cell.html({"probability": None, "stage_id": 1}, context()) == '<span class="quiet">10%</span>'
    assert cell.html({"probability": 0, "stage_id": 1}, context("de")) == "0\u00a0%"


@pytest.mark.parametrize(
    ("value", "said"),
    [("+49 151 12345612", "+49 ••• ••12"), ("ada@lovelace.example", "a•••@•••.example"), ("short", "••••"), ("", ""), (None, "")],
)
def test_personal_text_is_masked(value: str | None, said: str) -> None:
    assert formats.masked(value) == said


def test_sums_lead_with_the_currency_of_the_business() -> None:
    amounts = {"USD": Decimal(900), "EUR": Decimal("10.25"), "SEK": Decimal(5)}
    assert formats.sums(amounts, "en", "EUR") == ("€10 +2", "€10.25 + $900 + SEK\u00a05")
    assert formats.sums({}, "de", "EUR")[0] == "0\u00a0€"


def test_times_are_the_readers() -> None:
    with timezone.override("Asia/Tokyo"):
        assert formats.moment(dt.datetime(2026, 11, 20, 20, 0, tzinfo=dt.UTC), "en") == "21 Nov 2026, 05:00"
