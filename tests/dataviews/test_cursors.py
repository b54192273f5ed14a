"""Cursors: what they hold comes back, and whatever else arrives is refused by name."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as some

from dataviews import cursors
from dataviews.cursors import BadCursor
from dataviews.keyset import Key

KEYS = (Key("amount", True, True), Key("id", True, False))


@pytest.mark.parametrize(
    "value", [None, Decimal("12.50"), "Zoë, 'x'", 7, dt.date(2026, 2, 28), dt.datetime(2026, 2, 28, 23, 59, 1, 5, tzinfo=dt.UTC)]
)
def test_a_cursor_gives_back_what_it_was_made_of(value: Any) -> None:
    token = cursors.encode({"amount": value, "id": 5}, KEYS, "list", back=True, position=50)
    assert cursors.decode(token, KEYS, "list") == cursors.Cursor((value, 5), True, 50)


def test_a_cursor_of_another_list_or_sort_is_refused() -> None:
    token = cursors.encode({"amount": Decimal(1), "id": 5}, KEYS, "list", back=False)
    with pytest.raises(BadCursor, match="of another list"):
        cursors.decode(token, KEYS, "another")
    with pytest.raises(BadCursor, match="of another list"):
        cursors.decode(token, KEYS[1:], "list")


@given(some.text(max_size=60))
def test_any_text_that_is_no_cursor_is_refused_as_one(text: str) -> None:
    with pytest.raises(BadCursor):
        cursors.decode(text, KEYS, "list")


@pytest.mark.parametrize(
    "said", [["list", 0], ["list", 0, 1, ["x", "y"], 2], ["list", 0, 1, ["d", "2026-99-99"], 2], {"a": 1}, 5, None, []]
)
def test_a_signed_text_of_the_wrong_shape_is_refused(said: Any) -> None:
    token = signing.Signer(salt="dataviews.cursor").sign_object(said)
    with pytest.raises(BadCursor):
        cursors.decode(token, KEYS, "list")


def test_a_changed_or_endless_cursor_is_refused() -> None:
    token = cursors.encode({"amount": Decimal(1), "id": 5}, KEYS, "list", back=False)
    for wrong in (token[:-1], "x" + token, token.replace(":", ""), token * 100, "\x00", "ü:ü"):
        with pytest.raises(BadCursor):
            cursors.decode(wrong, KEYS, "list")
