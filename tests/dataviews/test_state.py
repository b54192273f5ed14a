"""List URLs: read by one allow-list, written canonically, never an error."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from dataviews import state
from dataviews.declare import REGISTRY
from tests.factories.people import World


def parsed(query: str, user: Any, path: str = "opportunities") -> state.State:
    return state.parse(REGISTRY[path], user, QueryDict(query))


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", "/opportunities/"),
        ("sort=expected_close_date&size=50&layout=table", "/opportunities/"),
        ("size=25&sort=-amount", "/opportunities/?sort=-amount&size=25"),
        ("stage=won&stage=lost&page=3&after=xyz", "/opportunities/?stage=won,lost"),
        ("layout=board&group=stage", "/opportunities/?layout=board"),
        ("layout=board&group=owner", "/opportunities/?layout=board&group=owner"),
        ("cols=amount,stage", "/opportunities/?cols=name,amount,stage"),
        ("stage.op=_not&stage=won&stage=lost", "/opportunities/?stage_not=won,lost"),
        ("stage.op=any&stage=won&amount_min=&amount_max=", "/opportunities/?stage=won"),
        ("view=mine&open_only=true&owner=me", "/opportunities/?open_only=true&owner=me&view=mine"),
        ("search=+pump++station+", "/opportunities/?search=pump+station"),
    ],
)
def test_a_url_is_written_in_one_form(in_halden: World, query: str, canonical: str) -> None:
    found = parsed(query, in_halden.manager)
    assert found.url() == canonical
    assert found.notices == []
    assert parsed(canonical.partition("?")[2], in_halden.manager).url() == canonical


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("stagee=x", "“stagee” is not a filter"),
        ("stage=nowhere", "stage: Unknown: nowhere"),
        ("sort=owner__password", "cannot be sorted by “owner__password”"),
        ("sort=amount,name,created_at,updated_at", "cannot be sorted"),
        ("cols=amount,secret", "Unknown columns"),
        ("layout=board&group=colour", "cannot be grouped by “colour”"),
    ],
)
def test_what_is_unknown_is_left_out_with_a_notice(in_halden: World, query: str, words: str) -> None:
    found = parsed(query, in_halden.manager)
    assert len(found.notices) == 1
    assert words in found.notices[0]


def test_a_list_without_a_board_stays_a_table(in_halden: World) -> None:
    assert parsed("layout=board", in_halden.manager, "companies").layout == "table"


def test_a_column_seen_masked_is_not_sorted_by(in_halden: World) -> None:
    view = REGISTRY["leads"]
    assert state.bad_sorts(view, "name,-created_at,id", ()) == []
    assert state.bad_sorts(view, "name", {"name"}) == ["name"]


def test_a_search_shows_the_newest_first_unless_a_sort_is_chosen(in_halden: World) -> None:
    assert parsed("search=pump", in_halden.manager).sort == "-created_at"
    assert parsed("search=pump&sort=name", in_halden.manager).sort == "name"
    assert parsed("", in_halden.manager).sort == "expected_close_date"


def test_a_form_sent_without_javascript_asks_for_a_tidy_address(in_halden: World) -> None:
    assert parsed("stage=won&stage=lost", in_halden.manager).untidy
    assert parsed("amount_min=", in_halden.manager).untidy
    assert not parsed("stage=won,lost&amount_min=3", in_halden.manager).untidy


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=some.sampled_from(
        [
            "stage",
            "owner",
            "amount_min",
            "expected_close_date",
            "company",
            "sort",
            "cols",
            "size",
            "page",
            "layout",
            "group",
            "view",
            "search",
            "open_only",
        ]
    )
    | some.text(max_size=12),
    value=some.text(max_size=30),
)
def test_no_address_breaks_a_list(in_halden: World, name: str, value: str) -> None:
    data = QueryDict(mutable=True)
    data.appendlist(name, value)
    found = state.parse(REGISTRY["opportunities"], in_halden.manager, data)
    list(found.filters.qs.values("pk")[:1])
    address = found.url()
    assert parsed(address.partition("?")[2], in_halden.manager).url() == address
