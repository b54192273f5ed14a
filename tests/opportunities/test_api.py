"""Opportunities over the API: what tests/api/test_s0.py does not say yet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.speaking import Api
from tests.factories.people import World
from tests.factories.records import make_company, make_contact, make_opportunity


@pytest.fixture
def api(owner: Any) -> Api:
    return Api(owner)


def test_a_deal_without_what_its_stage_asks_for_is_refused_with_its_needs(api: Api) -> None:
    refused = api.post("/opportunities", {"name": "Presses"})
    assert (refused.status, refused.json["needs"], refused.codes) == (400, ["company"], {"company": "required"})


def test_a_deal_may_be_made_as_lost_with_a_reason(in_halden: World, api: Api) -> None:
    company = make_company(by=in_halden.owner).pk
    made = api.post("/opportunities", {"name": "Presses", "company": company, "stage": "lost", "loss_reason": "price"}).json
    assert (made["stage"], made["probability"], made["loss_reason"]) == ("lost", 0, "price")
    assert made["closed_at"] is not None


def test_another_pipeline_needs_its_stage_named(in_halden: World, api: Api) -> None:
    Api(in_halden.administrator).post(
        "/pipelines", {"name": "Fast", "stages": [{"name": "Go"}, {"name": "Won", "kind": "won"}, {"name": "Lost", "kind": "lost"}]}
    )
    path = f"/opportunities/{make_opportunity(by=in_halden.owner).pk}"
    refused = api.patch(path, {"pipeline": "fast"})
    assert (refused.status, refused.json["needs"]) == (400, ["stage"])
    assert api.patch(path, {"pipeline": "fast", "stage": "proposal"}).status == 400
    moved = api.patch(path, {"pipeline": "fast", "stage": "go"}).json
    assert (moved["pipeline"], moved["stage"]) == ("fast", "go")


def test_a_stage_set_by_patch_closes_by_the_rules_of_closing(in_halden: World, api: Api) -> None:
    path = f"/opportunities/{make_opportunity(by=in_halden.owner).pk}"
    assert api.patch(path, {"stage": "lost"}).codes == {"loss_reason": "required"}
    assert api.patch(path, {"stage": "won"}).json["probability"] == 100
    assert api.patch(path, {"probability": 50}).codes == {"probability": "closed"}
    assert api.patch(path, {"stage": "lost", "loss_reason": "price"}).codes == {None: "closed"}
    assert api.patch(path, {"stage": "proposal"}).json["closed_at"] is None


def test_people_come_onto_a_deal_and_leave_it(in_halden: World, api: Api) -> None:
    deal, contact = make_opportunity(by=in_halden.owner), make_contact(by=in_halden.owner, first_name="Ada", last_name="Lovelace")
    path = f"/opportunities/{deal.pk}"
    row = {"id": contact.pk, "name": "Ada Lovelace", "role": "champion"}
    assert api.post(f"{path}/people", {"contact": contact.pk, "role": "champion"}).json == {"results": [row]}
    assert api.get(path).json["people"] == [row]
    assert [each["id"] for each in api.get(f"/opportunities?contact={contact.pk}").json["results"]] == [deal.pk]
    assert api.post(f"{path}/people", {"contact": contact.pk, "role": "blocks"}).json["results"][0]["role"] == "blocks"
    assert api.post(f"{path}/people", {"contact": contact.pk, "role": "king"}).codes == {"role": "invalid_choice"}
    assert [api.delete(f"{path}/people").status, api.delete(f"{path}/people?contact={contact.pk}").status] == [400, 204]
    assert api.get(f"{path}/people").json == {"results": []}


def test_a_deal_is_given_away_by_who_may(in_halden: World) -> None:
    deal = make_opportunity(by=in_halden.owner)
    api = Api(in_halden.manager)
    given = api.post(f"/opportunities/{deal.pk}/assign", {"owner": in_halden.colleague.pk})
    assert (given.status, given.json["owner"]["id"], given.json["branch"]["name"]) == (200, in_halden.colleague.pk, "South")
    assert Api(in_halden.owner).get(f"/opportunities/{deal.pk}").status == 404


def test_the_order_of_a_list_is_the_callers_nulls_last_both_ways(in_halden: World, api: Api) -> None:
    for amount in (5, None, 70):
        make_opportunity(by=in_halden.owner, amount=amount, name=str(amount))

    def order(sort: str) -> list[str]:
        return [row["name"] for row in api.get(f"/opportunities?sort={sort}").json["results"]]

    assert [order("amount"), order("-amount")] == [["5", "70", "None"], ["70", "5", "None"]]
