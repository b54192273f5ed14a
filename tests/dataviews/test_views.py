"""The pages of lists over HTTP: everything that is declared answers, in both languages, alike on page, board and API."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from dataviews.declare import REGISTRY
from dataviews.filters import RecordFilter
from dataviews.kinds import Kind
from dataviews.links import Ref
from dataviews.periods import PERIODS
from tests.dataviews.conftest import stages, stock_opportunities
from tests.factories.people import World

PATHS = ["opportunities", "leads", "companies", "contacts"]
HX = {"HX-Request": "true"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def rows_of(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-row="(\d+)"', html)]


def cards_of(html: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-testid="kanban-card-(\d+)"', html)]


def values_for(kind: Kind, suffix: str, fs: RecordFilter) -> Iterator[str]:
    """Values that a parameter takes."""
    if suffix == "_empty" or kind.control == "flag":
        yield from ("true", "false")
    elif isinstance(kind, Ref):
        yield from [key for key, _label in kind.options(fs)][:1]
    elif kind.control == "date":
        yield from (*PERIODS, "2026-11-30") if kind.name == "created_at" and not suffix else ("2026-11-30",)
    else:
        yield {"number": "5", "record": "1"}.get(kind.control, "deal")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("path", PATHS)
def test_every_column_sort_and_filter_of_every_list_answers(stock: World, path: str, language: str) -> None:
    User.objects.filter(pk=stock.manager.pk).update(language=language)
    view, client = REGISTRY[path], signed_in(stock.manager)
    queries = [f"cols={column.name}" for column in view.columns]
    queries += [default.query for default in view.defaults]
    if language == "en":
        queries += [f"sort={sign}{name}" for name in (*view.sorts, "id") for sign in ("", "-")]
    fs = view.filters(QueryDict(""), view.model.objects.none(), user=stock.manager)
    for name, part in view.filters.base_filters.items():
        # German once per kind of field: the words differ, the conditions do not.
        if language == "de" and part.suffix:
            continue
        queries += [f"{name}={value}" for value in values_for(part.kind, part.suffix, fs)]
    for query in queries:
        response = client.get(f"/{path}/?size=25&{query}")
        assert response.status_code == 200, query
        assert 'class="notice" data-tone="amber"' not in response.content.decode(), query
    everything = "&".join(query for query in queries if not query.startswith(("cols=", "sort=")))
    assert client.get(f"/{path}/filter/?{everything}").status_code == 200


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("path", ["opportunities", "leads"])
def test_every_grouping_sort_and_lane_of_every_board_answers(stock: World, path: str, language: str) -> None:
    User.objects.filter(pk=stock.manager.pk).update(language=language)
    view, client = REGISTRY[path], signed_in(stock.manager)
    for group in view.groups:
        html = client.get(f"/{path}/?layout=board&group={group.name}").content.decode()
        for key in re.findall(r'data-testid="kanban-column-([^"]+)"', html):
            assert client.get(f"/{path}/lane/{group.name}/{key}/").status_code == 200
            assert client.get(f"/{path}/lane/{group.name}/{key}/", headers=HX).status_code == 200
        for name in view.sorts:
            assert client.get(f"/{path}/?layout=board&group={group.name}&sort=-{name}").status_code == 200
    assert client.get(f"/{path}/lane/{view.groups[0].name}/nowhere/").status_code == 404
    assert client.get(f"/{path}/lane/nothing/new/").status_code == 404


@pytest.mark.parametrize("who", ["owner", "team_lead", "manager", "reader", "outsider"])
@pytest.mark.parametrize("query", ["stage_not=won,lost&size=100", "owner=me&stage_not=won,lost", "amount_min=3000&open_only=true&size=100"])
def test_page_board_and_api_show_the_same_records(in_halden: World, who: str, query: str) -> None:
    stock_opportunities(in_halden, 60)
    client = signed_in(getattr(in_halden, who))
    on_page = set(rows_of(client.get(f"/opportunities/?{query}").content.decode()))
    on_board = set(cards_of(client.get(f"/opportunities/?layout=board&{query}").content.decode()))
    found = client.get(f"/api/v1/opportunities?limit=200&{query.replace('&size=100', '')}").json()
    assert on_page == on_board == {row["id"] for row in found["results"]}
    assert bool(on_page) == (who in ("owner", "team_lead", "manager", "reader") and not ("owner=me" in query and who != "owner"))


def test_htmx_gets_the_region_and_what_else_changes_with_it(stock: World) -> None:
    client = signed_in(stock.manager)
    response = client.get("/opportunities/?stage=won", headers={**HX, "HX-Target": "results"})
    html = response.content.decode()
    assert "<html" not in html
    assert html.lstrip().startswith('<div class="results" id="results">')
    for part in ("count", "chips", "tools", "tabs"):
        assert re.search(rf'id="{part}"[^>]*hx-swap-oob="true"', html), part
    # The search box is never swapped: whoever types into it would lose letters.
    assert 'id="f-search"' not in html
    assert response["Vary"] == "Cookie, HX-Request, HX-Target" or "HX-Target" in response["Vary"]
    assert response["Cache-Control"] == "no-store"


def test_a_history_restore_gets_the_whole_page(stock: World) -> None:
    headers = {**HX, "HX-Target": "results", "HX-History-Restore-Request": "true"}
    assert "<html" in signed_in(stock.manager).get("/leads/", headers=headers).content.decode()


def test_a_form_without_javascript_is_led_to_the_tidy_address(stock: World) -> None:
    response = signed_in(stock.manager).get("/opportunities/?stage.op=_not&stage=won&stage=lost&amount_min=&search=")
    assert response.status_code == 302
    assert response["Location"] == "/opportunities/?stage_not=won,lost"


def test_the_filter_form_shows_what_is_chosen_and_carries_the_rest(stock: World) -> None:
    html = (
        signed_in(stock.manager).get("/opportunities/filter/?stage_not=won&amount_min=5&sort=name&search=pump&name_has=x").content.decode()
    )
    assert '<option value="_not" selected>' in html
    assert re.search(r'name="stage" value="won" checked', html)
    assert re.search(r'name="amount_min"[^>]*value="5"', html)
    for carried in ('name="sort" value="name"', 'name="search" value="pump"', 'name="name_has" value="x"'):
        assert f'type="hidden" {carried}' in html


def test_nothing_yet_and_nothing_found_are_different_sentences(in_halden: World) -> None:
    client = signed_in(in_halden.manager)
    assert "No Opportunities yet" in client.get("/opportunities/").content.decode()
    html = client.get("/opportunities/?stage=won&amount_min=5").content.decode()
    assert "Nothing matches" in html
    assert "Stage is Won · Amount at least 5" in html
    assert "Remove: Amount" in html


def test_an_unknown_parameter_is_a_notice_on_the_page(stock: World) -> None:
    html = signed_in(stock.manager).get("/opportunities/?stagee=x&stage=nowhere").content.decode()
    assert html.count('class="notice" data-tone="amber"') == 2
    assert len(rows_of(html)) == 50


def test_lists_are_for_people_who_signed_in_and_whose_role_lets_see_them(stock: World) -> None:
    for path in PATHS:
        for below in ("", "filter/", "totals/", "board/"):
            assert Client().get(f"/{path}/{below}").status_code == 302
    stock.reader.role.permissions.clear()
    client = signed_in(stock.reader)
    for path in PATHS:
        for below in ("", "filter/", "totals/", "board/"):
            assert client.get(f"/{path}/{below}").status_code == 403


def test_no_list_shows_a_row_of_another_business(stock: World) -> None:
    client = signed_in(stock.outsider)
    for path in PATHS:
        html = client.get(f"/{path}/").content.decode()
        assert rows_of(html) == []
        assert "Tester" in html  # one's own name
        assert "Owner Tester" not in client.get(f"/{path}/filter/").content.decode()


def test_lane_pages_work_without_javascript(in_halden: World) -> None:
    stock_opportunities(in_halden, 25, stage=stages()[0], closed_at=None)
    client = signed_in(in_halden.manager)
    first = client.get("/opportunities/lane/stage/new/").content.decode()
    assert "<h1>New</h1>" in first
    address = re.search(r'href="(/opportunities/lane/stage/new/\?[^"]+)"', first)
    assert address is not None
    second = client.get(address[1].replace("&amp;", "&")).content.decode()
    assert len({*cards_of(first), *cards_of(second)}) == 25
