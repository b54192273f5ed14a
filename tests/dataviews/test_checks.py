"""What is declared wrongly is found at start. Each fault is planted in a copy of a real declaration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils.functional import Promise

from dataviews import checks
from dataviews.cells import Text
from dataviews.declare import REGISTRY, Column, DataView, Default
from dataviews.filters import RecordFilter, Words


def faults(view: DataView, **changes: Any) -> list[str]:
    return [f"{error.id} {error.msg}" for error in checks.check_view(replace(view, **changes))]


def test_what_the_apps_declare_is_right() -> None:
    assert set(REGISTRY) >= {"companies", "contacts", "leads", "opportunities"}
    assert checks.check_declarations() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sorts": {"name": "name", "company": "company__name"}}, "E001 leads: sort 'company' is no column of its own table"),
        ({"sorts": {"created_at": "created_at", "phone": "phone"}}, "E002 leads: sort 'phone' has no index (business, phone, id)"),
        ({"sorts": {"created_at": "created_at", "updated": "updated_at"}}, "E003 leads: sort 'updated' names no column"),
        ({"sort": "-company"}, "E004 leads: the default sort '-company' is not among the sorts"),
        ({"masked": {"emial": "contacts.view_pii"}}, "E005 leads: masked reads 'emial', which Lead has not"),
        ({"shown": ("name", "colour")}, "E006 leads: shown names 'colour', which is no column"),
        ({"shown": ("company",)}, "E006 leads: the first column names the row"),
        ({"defaults": (Default("x", "X", "colour=red"),)}, "E007 leads: the view 'x' names 'colour', which is no filter"),
        ({"board_sort": "score"}, "E011 leads: the board has no index (business, status, score, id)"),
        ({"card": None}, "E008 leads: groups without a card"),
    ],
)
def test_a_fault_is_named(changes: dict[str, Any], said: str) -> None:
    assert [text for text in faults(REGISTRY["leads"], **changes) if said in text]


def test_a_cell_that_reads_what_is_not_there_is_named() -> None:
    view = REGISTRY["leads"]
    wrong = Column("x", "X", Text("company__colour"))
    assert faults(view, columns=(*view.columns, wrong)) == ["dataviews.E005 leads: column 'x' reads 'company__colour', which Lead has not"]


def test_a_filter_named_like_a_word_of_list_urls_is_named() -> None:
    class Wrong(RecordFilter):
        sort = Words("Sort", "name")
        colour = Words("Colour")

    said = faults(REGISTRY["leads"], filters=Wrong, defaults=())
    assert any("the filter 'sort' has the name of a word of list URLs" in text for text in said)
    assert any("the filter 'colour' reads 'colour', which Lead has not" in text for text in said)


def test_every_label_is_translated_when_it_is_shown() -> None:
    for view in REGISTRY.values():
        labels = [view.label, view.label_plural, *(column.label for column in view.columns)]
        labels += [kind.label for kind in view.filters.kinds.values() if kind.control != "search"]
        assert all(isinstance(label, Promise) for label in labels)
