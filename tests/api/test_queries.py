"""How many queries an answer costs: the same for 1 and for 30 rows (performance.md, bars 1 and 4)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ApiToken
from tests.api.speaking import ROOT, Api
from tests.factories.people import PASSWORD, World
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_opportunity

LISTS: dict[str, Any] = {
    "leads": make_lead,
    "companies": make_company,
    "contacts": make_contact,
    "opportunities": make_opportunity,
    "activities": make_activity,
}
# The token with its person and rights, the small lists that names come from, the page. A session is read beside them.
WITH_TOKEN, IN_SESSION = 3, 4


def queries(speak: Any) -> int:
    """How many statements one question costs, transactions and savepoints aside."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        speak()
    return len([query for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))])


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_costs_the_same_for_one_row_and_for_thirty(in_halden: World, kind: str) -> None:
    make = LISTS[kind]
    lead, deal = make_lead(by=in_halden.owner), make_opportunity(by=in_halden.owner)
    api = Api(in_halden.owner)
    session = Client()
    assert session.login(email="owner@halden.example", password=PASSWORD)
    api.get(f"/{kind}")  # the first use of a token is written down
    for rows in (1, 30):
        while len(api.get(f"/{kind}?limit=50").json["results"]) < rows:
            make(by=in_halden.owner, **({"on": lead if rows == 1 else deal} if kind == "activities" else {}))
        assert queries(lambda: api.get(f"/{kind}?limit=50")) == WITH_TOKEN
        assert queries(lambda: session.get(f"{ROOT}/{kind}?limit=50")) == IN_SESSION


def test_a_filtered_list_of_deals_stays_within_four(in_halden: World) -> None:
    for _ in range(3):
        make_opportunity(by=in_halden.owner, stage="proposal")
    api = Api(in_halden.owner)
    session = Client()
    assert session.login(email="owner@halden.example", password=PASSWORD)
    path = f"/opportunities?owner={in_halden.owner.pk}&stage=proposal&limit=50"
    api.get(path)
    assert [queries(lambda: api.get(path)), queries(lambda: session.get(ROOT + path))] == [WITH_TOKEN, IN_SESSION]


def test_a_record_costs_at_most_ten(in_halden: World) -> None:
    deal = make_opportunity(by=in_halden.owner, primary_contact=make_contact(by=in_halden.owner))
    api = Api(in_halden.owner)
    api.get("/opportunities")
    assert queries(lambda: api.get(f"/opportunities/{deal.pk}")) == 5


@pytest.mark.parametrize("kind", ["users", "branches", "roles", "pipelines", "lookup-values", "tags"])
def test_set_up_costs_the_same_however_much_there_is(in_halden: World, kind: str) -> None:
    api = Api(in_halden.administrator)
    api.get(f"/{kind}")
    assert queries(lambda: api.get(f"/{kind}?limit=1")) == queries(lambda: api.get(f"/{kind}?limit=200"))


def test_a_lead_is_made_and_a_deal_moved_within_their_bars(in_halden: World) -> None:
    api, deal = Api(in_halden.owner), make_opportunity(by=in_halden.owner)
    api.get("/leads")
    assert queries(lambda: api.post("/leads", {"name": "Ada", "email": "ada@prospect.example"})) <= 16
    assert queries(lambda: api.post(f"/opportunities/{deal.pk}/move", {"stage": "discovery"})) <= 16


def test_a_token_writes_down_its_use_once_a_minute(in_halden: World) -> None:
    api = Api(in_halden.owner)
    api.get("/leads")
    used = ApiToken.objects.of(in_halden.business).get(user=in_halden.owner).last_used_at
    assert used is not None
    api.get("/leads")
    assert ApiToken.objects.of(in_halden.business).get(user=in_halden.owner).last_used_at == used
