"""Folding and reading of what people type into a search field."""

from __future__ import annotations

import pytest

from core.errors import SearchRefused
from core.search import asked, digits, fold, readings


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Straße", "strasse"),
        ("MÜLLER", "muller"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("Ångström  AB", "angstrom ab"),
        ("Ørsted", "orsted"),
        ("Crème brûlée", "creme brulee"),
        ("ﬁrma", "firma"),
        ("Æther", "aether"),
    ],
)
def test_folding(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_umlauts_have_two_readings() -> None:
    assert readings("Müller") == ["muller", "mueller"]
    assert readings("Mueller") == ["mueller"]


@pytest.mark.parametrize("typed", ["+49 151 12345678", "0049 151 12345678", "+49 (0)151/12345678", "49-151-12345678"])
def test_a_phone_number_in_any_notation_is_one_question(typed: str) -> None:
    assert asked(typed) == [["4915112345678"]]


def test_digits_of_a_national_number() -> None:
    assert digits("0151 / 1234") == "01511234"


def test_short_words_match_at_word_starts_alone() -> None:
    assert asked("ab gmbh") == [[" ab"], ["gmbh"]]


def test_an_empty_question_asks_nothing() -> None:
    assert asked("   ") == []


@pytest.mark.parametrize("typed", ["x" * 201, " ".join(["word"] * 9)])
def test_too_much_is_refused(typed: str) -> None:
    with pytest.raises(SearchRefused):
        asked(typed)
