"""The table: pages that join, counts and sums that are exact, a bounded number of queries."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import Role
from dataviews import formats, state, table
from dataviews.declare import REGISTRY
from leads.models import Lead
from opportunities.models import Opportunity
from tests.dataviews.conftest import stock_companies, stock_contacts, stock_leads, stock_opportunities
from tests.factories.people import World


def page_of(path: str, user: Any, query: str = "") -> table.Page:
    return table.read(state.parse(REGISTRY[path], user, QueryDict(query)))


def query_of(url: str) -> str:
    return url.partition("?")[2]


def row_ids(page: table.Page) -> list[int]:
    return [row["id"] for row in page.rows]


@pytest.mark.parametrize("sort", ["expected_close_date", "-amount", "name", "-next_step_at"])
def test_next_and_previous_walk_the_whole_list_and_count_along(stock: World, sort: str) -> None:
    query, seen, spans = f"sort={sort}&size=25", [], []
    page = page_of("opportunities", stock.manager, query)
    seen += row_ids(page)
    spans.append((page.start, page.end))
    while page.next:
        page = page_of("opportunities", stock.manager, query_of(page.next))
        seen += row_ids(page)
        spans.append((page.start, page.end))
    assert spans == [(1, 25), (26, 50), (51, 75), (76, 90)]
    assert len(set(seen)) == 90
    back = row_ids(page)
    while page.previous:
        page = page_of("opportunities", stock.manager, query_of(page.previous))
        back = row_ids(page) + back
    assert back == seen
    assert (page.start, page.end, page.previous) == (1, 25, "")


def test_the_last_page_and_numbered_pages(stock: World) -> None:
    last = page_of("opportunities", stock.manager, "size=25&after=last")
    assert (last.start, last.end, last.next, bool(last.previous)) == (66, 90, "", True)
    third = page_of("opportunities", stock.manager, "size=25&page=3")
    assert (third.start, third.end) == (51, 75)
    assert row_ids(page_of("opportunities", stock.manager, "size=25&page=99")) == row_ids(last)


def test_walking_back_to_the_front_shows_a_full_first_page(stock: World) -> None:
    second = page_of("opportunities", stock.manager, "size=25&page=2")
    first = row_ids(page_of("opportunities", stock.manager, "size=25"))
    Opportunity.objects.filter(pk__in=first[:5]).update(deleted_at=stock.manager.date_joined)
    page = page_of("opportunities", stock.manager, query_of(second.previous))
    assert len(page.rows) == 25
    assert (page.start, page.previous) == (1, "")


def test_a_page_whose_rows_are_all_gone_becomes_the_last_one(stock: World) -> None:
    second = page_of("opportunities", stock.manager, "size=50")
    Opportunity.objects.exclude(pk__in=row_ids(second)).update(deleted_at=stock.manager.date_joined)
    page = page_of("opportunities", stock.manager, query_of(second.next))
    assert set(row_ids(page)) == set(row_ids(second))


def test_a_cursor_of_another_list_shows_the_first_page_and_says_so(stock: World) -> None:
    other = page_of("opportunities", stock.manager, "sort=name&size=25").next
    page = page_of("opportunities", stock.manager, f"size=25&after={QueryDict(query_of(other))['after']}")
    assert page.start == 1
    assert page.notices == ["That page belongs to another list; this is its first page."]


def test_totals_are_exact_per_currency_over_the_whole_filter(stock: World) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for deal in Opportunity.objects.filter(owner=stock.owner):
        sums[deal.currency] += deal.amount or 0
    page = page_of("opportunities", stock.manager, f"owner={stock.owner.pk}&size=25")
    assert page.totals.count == 30
    assert page.totals.sums is not None
    said = page.totals.sums[REGISTRY["opportunities"].shown.index("amount")]
    assert set(said.split(" + ")) == {formats.money(value, currency, "en") for currency, value in sums.items() if value}


def test_above_the_cap_the_count_says_so_and_the_foot_comes_by_itself(stock: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "CAP", 40)
    page = page_of("opportunities", stock.manager)
    assert (page.totals.count, page.totals.capped, page.totals.sums, page.count_text) == (40, True, None, "40+")
    client = Client()
    client.force_login(stock.manager)
    html = client.get("/opportunities/").content.decode()
    assert 'hx-trigger="load"' in html
    foot = client.get("/opportunities/totals/", headers={"HX-Request": "true", "HX-Target": "totals"}).content.decode()
    assert "Totals of 90" in foot
    assert foot.lstrip().startswith("<tfoot")


def test_a_head_sorts_turns_round_and_says_its_direction(stock: World) -> None:
    heads = {head.name: head for head in page_of("opportunities", stock.manager, "sort=-amount").head}
    assert (heads["amount"].aria, heads["amount"].url) == ("descending", "/opportunities/?sort=amount")
    assert (heads["name"].aria, heads["name"].url, heads["name"].more) == (
        "",
        "/opportunities/?sort=name",
        "/opportunities/?sort=-amount,name",
    )
    assert heads["company"].url == ""


def test_personal_columns_are_masked_before_any_cell_sees_them(stock: World) -> None:
    Role.objects.get(pk=stock.manager.role_id).permissions.remove(
        *Role.objects.get(pk=stock.manager.role_id).permissions.filter(codename="view_pii")
    )
    lead = Lead.objects.first()
    assert lead is not None
    page = page_of("leads", stock.manager, "cols=name,email,phone&size=100")
    assert lead.email not in page.html
    assert lead.phone not in page.html
    assert "•••" in page.html


@pytest.mark.parametrize("path", ["opportunities", "leads", "companies", "contacts"])
@pytest.mark.parametrize("who", ["manager", "team_lead", "owner"])
def test_one_row_and_thirty_cost_the_same_queries(in_halden: World, path: str, who: str, django_assert_num_queries: Any) -> None:
    client = Client()
    client.force_login(getattr(in_halden, who))
    make = {
        "opportunities": lambda count: stock_opportunities(in_halden, count, owner=in_halden.owner),
        "leads": lambda count: stock_leads(in_halden, count),
        "companies": lambda count: stock_companies(in_halden, count),
        "contacts": lambda count: stock_contacts(in_halden, count, []),
    }[path]
    for count in (1, 30):
        rows = make(count)
        # Session, person with rights, small lists, page, count; two more open and close the request's savepoint in a test.
        with django_assert_num_queries(7):
            html = client.get(f"/{path}/?sort=name").content.decode()
        # Of the other kinds every third row is the owner's.
        assert len(re.findall(r'<tr role="row" id="', html)) in {1: (1,), 30: (30, 20, 10)}[count]
        rows[0].__class__.objects.all()._raw_delete("default")
