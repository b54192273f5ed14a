"""Companies and contacts over the API: what is theirs alone; what all records share stands in tests/core and tests/api."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.speaking import Api
from tests.factories.people import World
from tests.factories.records import make_company, make_contact


@pytest.fixture
def api(owner: Any) -> Api:
    return Api(owner)


def test_a_company_keeps_every_field_that_it_was_given(api: Api) -> None:
    parent = api.post("/companies", {"name": "Holding"}).json["id"]
    body = {
        "name": "Rheinwerk",
        "legal_name": "Rheinwerk Presses GmbH",
        "industry": "manufacturing",
        "website": "https://www.rheinwerk.example/en",
        "email": "Info@Rheinwerk.Example",
        "phone": "+49 221 123456",
        "tax_number": "DE123456789",
        "billing_street": "Rheinufer 7",
        "billing_zip": "50668",
        "billing_city": "Köln",
        "billing_region": "NRW",
        "billing_country": "de",
        "shipping_city": "Bonn",
        "employees": 240,
        "annual_revenue": "48000000.00",
        "currency": "EUR",
        "parent": parent,
        "notes": "Presses\nand dies",
    }
    made = api.post("/companies", body).json
    assert {name: made[name] for name in body} == {
        **body,
        "email": "info@rheinwerk.example",
        "billing_country": "DE",
        "parent": {"id": parent, "name": "Holding"},
    }
    assert (made["domain"], made["reference"]) == ("rheinwerk.example", "CO-2")


def test_a_company_never_stands_above_itself(api: Api) -> None:
    top = api.post("/companies", {"name": "Top"}).json["id"]
    middle = api.post("/companies", {"name": "Middle", "parent": top}).json["id"]
    assert api.patch(f"/companies/{top}", {"parent": middle}).codes == {"parent": "circle"}
    assert api.patch(f"/companies/{middle}", {"parent": None}).json["parent"] is None


def test_archived_ones_are_left_out_unless_asked_for(api: Api) -> None:
    pk = api.post("/companies", {"name": "Old"}).json["id"]
    api.patch(f"/companies/{pk}", {"is_archived": True})
    assert [len(api.get(f"/companies{query}").json["results"]) for query in ("", "?is_archived=true")] == [0, 1]
    assert api.get(f"/companies/{pk}").status == 200


def test_a_contact_keeps_what_it_was_given_and_is_called_by_its_name(api: Api) -> None:
    company = api.post("/companies", {"name": "Analytical"}).json["id"]
    body = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "designation": "Dr",
        "contact_type": "customer",
        "company": company,
        "email": "ada@engine.example",
        "mobile": "+49 151 12345678",
        "credit_limit": "500.00",
        "added_on": "2026-03-01",
        "consents": {"newsletter": True},
        "do_not_contact": False,
    }
    made = api.post("/contacts", body).json
    assert {name: made[name] for name in body} == {**body, "company": {"id": company, "name": "Analytical"}}
    assert (made["name"], made["account_type"], made["stage"]) == ("Ada Lovelace", "individual", None)


def test_a_business_account_needs_its_name(api: Api) -> None:
    refused = api.post("/contacts", {"account_type": "business", "last_name": "Lovelace"})
    assert refused.codes == {"business_name": "required"}
    assert api.post("/contacts", {"account_type": "business", "business_name": "Engines"}).json["name"] == "Engines"


def test_a_contact_moves_through_a_pipeline_of_its_kind(in_halden: World) -> None:
    administrator = Api(in_halden.administrator)
    administrator.post(
        "/pipelines", {"kind": "contact", "name": "Care", "stages": [{"name": "Met"}, {"name": "Friend", "required_fields": ["email"]}]}
    )
    contact = make_contact(by=in_halden.owner)
    api, path = Api(in_halden.owner), f"/contacts/{contact.pk}"
    moved = api.post(f"{path}/move", {"stage": "met", "pipeline": "care"}).json
    assert (moved["pipeline"], moved["stage"]) == ("care", "met")
    refused = api.post(f"{path}/move", {"stage": "friend"})
    assert (refused.status, refused.json["needs"]) == (400, ["email"])
    assert api.patch(path, {"email": "kim@engine.example", "stage": "friend"}).json["stage"] == "friend"
    assert [row["id"] for row in api.get("/contacts?stage=friend").json["results"]] == [contact.pk]
    assert api.post(f"{path}/move", {"stage": None}).json["pipeline"] is None
    assert api.post(f"{path}/move", {"stage": "proposal", "pipeline": "sales"}).status == 400


def test_a_link_to_the_trash_stays_by_name(in_halden: World) -> None:
    company = make_company(by=in_halden.owner, name="Rheinwerk")
    contact = make_contact(by=in_halden.owner, company=company)
    api = Api(in_halden.owner)
    api.delete(f"/companies/{company.pk}")
    assert api.get(f"/contacts/{contact.pk}").json["company"] == {"name": "Rheinwerk"}
