"""The API's side of lists: shape, refusals, cursors, and what a row costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contacts.models import Company
from leads.models import Lead
from opportunities.models import Opportunity
from tests.dataviews.conftest import stock_companies, stock_opportunities
from tests.factories.people import World


def ask(user: User, path: str, status: int = 200) -> Any:
    client = Client()
    client.force_login(user)
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == status, response.content
    return response.json()


def follow(user: User, address: str) -> Any:
    return ask(user, address.partition("/api/v1/")[2])


@pytest.mark.parametrize("sort", ["", "&sort=-amount", "&sort=-amount,id", "&sort=id", "&sort=-id", "&sort=name,-next_step_at"])
def test_pages_follow_each_other_both_ways(stock: World, sort: str) -> None:
    page = ask(stock.manager, f"opportunities?limit=40{sort}")
    assert page["previous"] is None
    seen, pages = [row["id"] for row in page["results"]], [page["results"]]
    while page["next"]:
        page = follow(stock.manager, page["next"])
        seen += [row["id"] for row in page["results"]]
        pages.append(page["results"])
    assert (len(seen), len(set(seen))) == (90, 90)
    assert follow(stock.manager, page["previous"])["results"] == pages[1]


def test_a_total_is_counted_on_request_alone(stock: World) -> None:
    assert "count" not in ask(stock.manager, "opportunities?limit=1")
    assert ask(stock.manager, "opportunities?limit=1&count=true")["count"] == 90
    assert ask(stock.manager, "opportunities?limit=1&count=true&stage=won")["count"] == 15


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("stagee=x", "stagee", "Known: "),
        ("owner__password=x", "owner__password", "amount_min"),
        ("stage=nowhere", "stage", "proposal"),
        ("amount_min=abc", "amount_min", "number"),
        ("sort=owner__password", "sort", "expected_close_date"),
        ("sort=a,b,c,d", "sort", "At most 3"),
        ("limit=0", "limit", "1 to 200"),
        ("limit=201", "limit", "1 to 200"),
        ("limit=10000000000000000000000000", "limit", "1 to 200"),
        ("limit=-1", "limit", "1 to 200"),
        ("count=yes", "count", "true or false"),
        ("cursor=xyz", "cursor", "damaged"),
        ("cursor=%00", "cursor", "damaged"),
        ("search=a+b+c+d+e+f+g+h+i", "search", "8 words"),
        ("name_has=%00", "name_has", "cannot be stored"),
    ],
)
def test_a_wrong_parameter_is_400_and_says_what_would_be_right(stock: World, query: str, field: str, words: str) -> None:
    problem = ask(stock.manager, f"opportunities?{query}", 400)
    found = {error["field"]: error["detail"] for error in problem["errors"]}
    assert words in found[field]


def test_all_wrong_parameters_are_named_at_once(stock: World) -> None:
    problem = ask(stock.manager, "opportunities?stage=nowhere&limit=0&sort=x&colour=red", 400)
    assert {error["field"] for error in problem["errors"]} == {"stage", "limit", "sort", "colour"}


def test_a_cursor_belongs_to_its_list_sort_filters_and_business(stock: World) -> None:
    cursor = ask(stock.manager, "opportunities?limit=10")["next"].partition("cursor=")[2].partition("&")[0]
    for query in ("sort=name&", "stage=won&", "open_only=true&"):
        ask(stock.manager, f"opportunities?{query}cursor={cursor}", 400)
    ask(stock.manager, f"leads?cursor={cursor}", 400)
    ask(stock.outsider, f"opportunities?cursor={cursor}", 400)
    ask(stock.manager, f"opportunities?cursor={cursor}")


def test_a_related_record_that_the_reader_may_not_see_shows_its_name_alone(in_halden: World) -> None:
    mine, theirs, binned = stock_companies(in_halden, 3)
    Company.objects.filter(pk=mine.pk).update(owner=in_halden.owner)
    Company.objects.filter(pk=theirs.pk).update(owner=in_halden.colleague, name="Hidden")
    Company.objects.filter(pk=binned.pk).update(owner=in_halden.owner, deleted_at=binned.created_at)
    deals = stock_opportunities(in_halden, 3, owner=in_halden.owner)
    for deal, company in zip(deals, (mine, theirs, binned), strict=True):
        Opportunity.objects.filter(pk=deal.pk).update(company=company)
    found = {row["id"]: row["company"] for row in ask(in_halden.owner, "opportunities")["results"]}
    assert found[deals[0].pk] == {"id": mine.pk, "name": mine.name}
    assert found[deals[1].pk] == {"name": "Hidden"}
    assert "id" not in found[deals[2].pk]
    everything = {row["id"]: row["company"] for row in ask(in_halden.manager, "opportunities")["results"]}
    assert everything[deals[1].pk] == {"id": theirs.pk, "name": "Hidden"}


def test_personal_fields_are_masked_and_neither_sorted_nor_filtered_by(stock: World) -> None:
    role = stock.manager.role
    assert role is not None
    role.permissions.remove(*role.permissions.filter(codename="view_pii"))
    lead = Lead.objects.first()
    assert lead is not None
    rows = {row["id"]: row for row in ask(stock.manager, "leads?limit=200")["results"]}
    assert "•••" in rows[lead.pk]["email"] and lead.email not in str(rows)
    for query in (f"email={lead.email}", "phone_has=55", "sort=email"):
        ask(stock.manager, f"leads?{query}", 400)


@pytest.mark.parametrize("who", ["manager", "team_lead", "owner"])
def test_one_row_and_fifty_cost_the_same_queries(in_halden: World, who: str, django_assert_num_queries: Any) -> None:
    client = Client()
    client.force_login(getattr(in_halden, who))
    for count in (1, 50):
        companies = stock_companies(in_halden, count)
        stock_opportunities(in_halden, count, companies, owner=in_halden.owner)
        # Session, person with rights, small lists, page; and the savepoint of a test.
        with django_assert_num_queries(6):
            found = client.get("/api/v1/opportunities?limit=50").json()["results"]
        assert len(found) == count
        Opportunity.objects.all()._raw_delete("default")
        Company.objects.all()._raw_delete("default")
