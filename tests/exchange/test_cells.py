"""What a cell says."""

import datetime as dt
from decimal import Decimal

import pytest

from exchange import cells
from exchange.cells import CellRefused, Notation

ENGLISH, GERMAN = Notation(), Notation(decimal=",")


@pytest.mark.parametrize(
    ("cell", "notation", "value"),
    [
        ("1234.5", ENGLISH, "1234.5"),
        ("1,234,567.89", ENGLISH, "1234567.89"),
        ("1.234.567,89 €", GERMAN, "1234567.89"),
        ("1.234", GERMAN, "1234"),
        ("$ -3.10", ENGLISH, "-3.10"),
        ("0", ENGLISH, "0"),
    ],
)
def test_a_number_is_read_in_the_notation_of_its_file(cell: str, notation: Notation, value: str) -> None:
    assert cells.number(cell, notation) == Decimal(value)


@pytest.mark.parametrize("cell", ["abc", "1,23", "12,3456.0", "1e9", "NaN", "Infinity", "--1", "1.2.3", "", "٣", "9" * 30])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(CellRefused, match="is no number"):
        cells.number(cell, ENGLISH)


def test_a_day_is_iso_or_german_unless_the_map_says_otherwise() -> None:
    day = dt.date(2017, 3, 1)
    assert [cells.day(cell, ENGLISH) for cell in ("2017-03-01", "01.03.2017")] == [day, day]
    assert cells.day("03/01/2017", Notation(dates=("%m/%d/%Y",))) == day


@pytest.mark.parametrize("cell", ["03/01/2017", "2017-02-30", "0001-01-01", "9999-12-31", "soon", "1" * 5000])
def test_what_is_no_day_of_ours_is_refused(cell: str) -> None:
    with pytest.raises(CellRefused, match="is no date"):
        cells.day(cell, ENGLISH)


def test_a_country_is_found_by_code_and_by_both_names() -> None:
    assert [cells.country(cell, ENGLISH) for cell in ("de", "Germany", "DEUTSCHLAND", "Philippines", "Côte d’Ivoire")] == [
        "DE",
        "DE",
        "DE",
        "PH",
        "CI",
    ]
    with pytest.raises(CellRefused, match="is no country"):
        cells.country("Philipines", ENGLISH)


def test_text_that_no_database_can_hold_is_refused() -> None:
    for cell in ("a\x00b", "\ud800", "x" * 20_001):
        with pytest.raises(CellRefused):
            cells.text(cell, ENGLISH)


def test_yes_and_no_in_two_languages() -> None:
    assert [cells.truth(cell, ENGLISH) for cell in ("Yes", "ja", "1", "nein", "FALSE")] == [True, True, True, False, False]
    with pytest.raises(CellRefused, match="is neither yes nor no"):
        cells.truth("maybe", ENGLISH)
