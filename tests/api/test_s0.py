"""Every row of the first document's table of endpoints, spoken over HTTP to a running server (api.md)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from core.context import in_business
from tests.api.speaking import Answer, Wire, token_for
from tests.factories.people import World
from tests.factories.records import make_company, make_contact, make_lead, make_opportunity, make_task


@pytest.fixture
def wire(live_server: Any, live_world: World) -> Wire:
    """A salesperson's token against the running server."""
    return Wire(live_server.url, token_for(live_world.owner))


def names(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.json
    return [row["name"] for row in answer.json["results"]]


# --- /leads


def test_a_lead_is_made_read_changed_and_deleted(wire: Wire, live_world: World) -> None:
    made = wire.post("/leads", {"name": "Ada Lovelace", "company_name": "Analytical", "email": "Ada@Engine.Example", "source": "referral"})
    assert made.status == 201
    assert made.headers["Location"] == f"/api/v1/leads/{made.json['id']}"
    assert {name: made.json[name] for name in ("reference", "status", "source", "email", "version", "currency")} == {
        "reference": "L-1",
        "status": "new",
        "source": "referral",
        "email": "ada@engine.example",
        "version": 1,
        "currency": "EUR",
    }
    assert made.json["owner"] == {"id": live_world.owner.pk, "name": "Owner Tester"}
    path = f"/leads/{made.json['id']}"
    assert wire.get(path).json == made.json
    changed = wire.patch(path, {"status": "contacted", "value": "1200.50"})
    assert (changed.status, changed.json["status"], changed.json["value"], changed.json["version"]) == (200, "contacted", "1200.50", 2)
    assert wire.delete(path).status == 204
    assert wire.get(path).status == 404


def test_leads_are_listed_oldest_first_and_filtered(wire: Wire, live_world: World) -> None:
    with in_business(live_world.business):
        for name, values in (
            ("Ada", {"company_name": "Analytical", "source": "referral"}),
            ("Ben", {"status": "contacted", "phone": "+49 30 901820"}),
            ("Cleo", {}),
        ):
            make_lead(by=live_world.owner, name=name, **values)
        make_lead(by=live_world.colleague, name="Hidden")
    assert names(wire.get("/leads")) == ["Ada", "Ben", "Cleo"]
    assert names(wire.get(f"/leads?owner={live_world.owner.pk}")) == ["Ada", "Ben", "Cleo"]
    assert names(wire.get("/leads?owner=me&status=contacted")) == ["Ben"]
    assert names(wire.get("/leads?source=referral")) == ["Ada"]
    assert names(wire.get("/leads?search=analytical")) == ["Ada"]
    assert names(wire.get("/leads?search=030901820")) == ["Ben"]
    assert names(wire.get("/leads?sort=-name")) == ["Cleo", "Ben", "Ada"]


def test_converted_leads_are_left_out_unless_asked_for(wire: Wire) -> None:
    pk = wire.post("/leads", {"name": "Ada", "email": "ada@engine.example"}).json["id"]
    wire.post("/leads", {"name": "Ben", "email": "ben@engine.example"})
    wire.post(f"/leads/{pk}/convert", {})
    assert names(wire.get("/leads")) == ["Ben"]
    assert names(wire.get("/leads?include_converted=true")) == ["Ada", "Ben"]
    assert names(wire.get("/leads?include_converted=false")) == ["Ben"]


# --- /leads/{id}/convert


def test_a_lead_becomes_a_contact_a_company_and_on_request_a_deal(wire: Wire) -> None:
    lead = wire.post("/leads", {"name": "Ada Lovelace", "company_name": "Analytical", "email": "ada@engine.example", "value": "900"}).json
    done = wire.post(f"/leads/{lead['id']}/convert", {"opportunity": {"name": "First engine"}})
    assert (done.status, done.json["status"], done.json["possible_duplicates"]) == (200, "qualified", {"companies": [], "contacts": []})
    assert done.json["converted_at"].endswith("Z")
    company, contact, deal = (done.json[f"converted_to_{kind}"] for kind in ("company", "contact", "opportunity"))
    assert [company["name"], contact["name"], deal["name"]] == ["Analytical", "Ada Lovelace", "First engine"]
    read = wire.get(f"/opportunities/{deal['id']}").json
    assert (read["company"], read["primary_contact"], read["amount"], read["lead"]) == (
        company,
        contact,
        "900.00",
        {"id": lead["id"], "name": "Ada Lovelace"},
    )


def test_a_second_conversion_answers_the_first_result(wire: Wire) -> None:
    pk = wire.post("/leads", {"name": "Ada", "company_name": "Analytical", "email": "ada@engine.example"}).json["id"]
    first = wire.post(f"/leads/{pk}/convert", {})
    second = wire.post(f"/leads/{pk}/convert", {"opportunity": {"name": "Another"}, "version": 1})
    assert (first.status, second.status, second.json) == (200, 200, first.json)
    assert len(wire.get("/companies").json["results"]) == 1


def test_converted_by_many_at_once_a_lead_becomes_one_contact(wire: Wire) -> None:
    pk = wire.post("/leads", {"name": "Ada", "company_name": "Analytical", "email": "ada@engine.example"}).json["id"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: wire.post(f"/leads/{pk}/convert", {"opportunity": {}}), range(4)))
    assert [answer.status for answer in answers] == [200] * 4
    assert len({answer.json["converted_to_opportunity"]["id"] for answer in answers}) == 1
    assert [len(wire.get(f"/{kind}").json["results"]) for kind in ("companies", "contacts", "opportunities")] == [1, 1, 1]


def test_a_conversion_links_what_is_named_and_joins_nothing_silently(wire: Wire) -> None:
    company = wire.post("/companies", {"name": "Analytical"}).json
    contact = wire.post("/contacts", {"last_name": "Lovelace", "email": "ada@engine.example"}).json
    lead = {"name": "Ada", "company_name": "Analytical", "email": "ada@engine.example"}
    first, second = (wire.post("/leads", lead).json["id"] for _ in range(2))
    linked = wire.post(f"/leads/{first}/convert", {"company": company["id"], "contact": contact["id"]})
    assert linked.json["converted_to_company"] == {"id": company["id"], "name": "Analytical"}
    assert linked.json["converted_to_contact"]["id"] == contact["id"]
    made = wire.post(f"/leads/{second}/convert", {})
    assert made.json["converted_to_company"]["id"] != company["id"]
    told = made.json["possible_duplicates"]
    assert [row["id"] for row in told["companies"]] == [company["id"]]
    assert [(row["id"], row["reasons"]) for row in told["contacts"]] == [(contact["id"], ["email"])]


def test_a_converted_lead_is_read_only(wire: Wire) -> None:
    pk = wire.post("/leads", {"name": "Ada", "email": "ada@engine.example"}).json["id"]
    wire.post(f"/leads/{pk}/convert", {})
    refused = wire.patch(f"/leads/{pk}", {"name": "Ada L."})
    assert (refused.status, refused.json["code"]) == (400, "converted")
    assert wire.get(f"/leads/{pk}").json["name"] == "Ada"


# --- /opportunities


def test_a_deal_is_made_read_and_changed(wire: Wire) -> None:
    company = wire.post("/companies", {"name": "Rheinwerk"}).json
    body = {"name": "Twelve presses", "company": company["id"], "amount": "84000", "expected_close_date": "2027-01-29"}
    made = wire.post("/opportunities", body)
    assert made.status == 201
    assert {name: made.json[name] for name in ("reference", "stage", "pipeline", "amount", "probability", "expected_close_date")} == {
        "reference": "D-1",
        "stage": "new",
        "pipeline": "sales",
        "amount": "84000.00",
        "probability": None,
        "expected_close_date": "2027-01-29",
    }
    assert made.json["company"] == {"id": company["id"], "name": "Rheinwerk"}
    path = f"/opportunities/{made.json['id']}"
    changed = wire.patch(path, {"stage": "proposal", "probability": 60, "amount": None})
    assert (changed.status, changed.json["stage"], changed.json["probability"], changed.json["amount"]) == (200, "proposal", 60, None)
    assert wire.get(path).json == changed.json


def test_deals_are_listed_by_expected_close_and_filtered(wire: Wire, live_world: World) -> None:
    with in_business(live_world.business):
        company, contact = make_company(by=live_world.owner, name="Rheinwerk"), make_contact(by=live_world.owner)
        for name, values in (
            ("no date", {"amount": 5}),
            ("later", {"expected_close_date": "2027-03-01", "amount": 100, "stage": "proposal", "company": company}),
            ("sooner", {"expected_close_date": "2027-01-10", "amount": 2000, "primary_contact": contact, "currency": "USD"}),
            ("won", {"expected_close_date": "2026-06-01", "stage": "won"}),
        ):
            make_opportunity(by=live_world.owner, name=name, **values)
    assert names(wire.get("/opportunities")) == ["won", "sooner", "later", "no date"]
    for query, expected in {
        "open_only=true": ["sooner", "later", "no date"],
        "owner=me&stage=proposal": ["later"],
        f"company={company.pk}": ["later"],
        f"contact={contact.pk}": ["sooner"],
        "pipeline=sales&stage=won": ["won"],
        "amount_min=50&amount_max=1000": ["later"],
        "expected_close_date_from=2027-01-01&expected_close_date_to=2027-01-31": ["sooner"],
        "currency=USD": ["sooner"],
        "search=rheinwerk": ["later"],
        "sort=-amount,id&open_only=true": ["sooner", "later", "no date"],
    }.items():
        assert names(wire.get(f"/opportunities?{query}")) == expected, query


def test_the_pages_of_a_list_lead_on_and_back(wire: Wire, live_world: World) -> None:
    with in_business(live_world.business):
        for number in range(5):
            make_opportunity(
                by=live_world.owner, name=f"deal {number}", expected_close_date=None if number > 2 else f"2027-01-0{number + 1}"
            )
    first = wire.get("/opportunities?limit=2&count=true")
    assert (names(first), first.json["count"], first.json["previous"]) == (["deal 0", "deal 1"], 5, None)
    second = wire.get(first.json["next"].removeprefix(wire.base))
    third = wire.get(second.json["next"].removeprefix(wire.base))
    assert [names(second), names(third), third.json["next"]] == [["deal 2", "deal 3"], ["deal 4"], None]
    assert names(wire.get(third.json["previous"].removeprefix(wire.base))) == names(second)


# --- /opportunities/pipeline-summary


def test_the_summary_has_every_stage_in_order_with_count_value_and_weighted_value(wire: Wire, live_world: World) -> None:
    with in_business(live_world.business):
        make_opportunity(by=live_world.owner, amount=100, stage="proposal")
        make_opportunity(by=live_world.owner, amount=300, stage="proposal", probability=90)
        make_opportunity(by=live_world.owner, stage="proposal")
        make_opportunity(by=live_world.owner, amount=40, stage="won", currency="USD")
        make_opportunity(by=live_world.colleague, amount=7777, stage="proposal")
    summary = wire.get("/opportunities/pipeline-summary").json
    rows = [
        (row["stage"], row["currency"], row["count"], Decimal(row["total_value"]), Decimal(row["weighted_value"]))
        for row in summary["results"]
    ]
    assert rows == [
        ("new", "EUR", 0, 0, 0),
        ("discovery", "EUR", 0, 0, 0),
        ("proposal", "EUR", 3, 400, 320),
        ("negotiation", "EUR", 0, 0, 0),
        ("won", "USD", 1, 40, 40),
        ("lost", "EUR", 0, 0, 0),
    ]
    assert summary["total"]["count"] == 4
    assert [(row["currency"], row["total_value"], row["weighted_value"]) for row in summary["total"]["sums"]] == [
        ("EUR", "400.00", "320.00"),
        ("USD", "40.00", "40.00"),
    ]


def test_the_summary_is_of_one_owner_and_one_pipeline_when_asked(wire: Wire, live_world: World, live_server: Any) -> None:
    with in_business(live_world.business):
        make_opportunity(by=live_world.owner, amount=100)
        make_opportunity(by=live_world.colleague, amount=50)
    everything = Wire(live_server.url, token_for(live_world.manager))
    counts = {
        query: everything.get(f"/opportunities/pipeline-summary?{query}").json["total"]["count"]
        for query in ("", f"owner={live_world.owner.pk}", f"pipeline=sales&owner={live_world.colleague.pk}", "owner=me")
    }
    assert list(counts.values()) == [2, 1, 1, 0]
    for wrong in ("owner=7777", f"owner={live_world.outsider.pk}", "owner=x", "pipeline=nothing", "stage=new"):
        assert everything.get(f"/opportunities/pipeline-summary?{wrong}").status == 400


# --- /opportunities/{id}/close, /reopen, /move


def test_a_deal_is_won_once_and_can_be_opened_again(wire: Wire, live_world: World) -> None:
    with in_business(live_world.business):
        pk = make_opportunity(by=live_world.owner, stage="negotiation", probability=70).pk
    won = wire.post(f"/opportunities/{pk}/close", {"outcome": "won"})
    assert (won.status, won.json["stage"], won.json["probability"], won.json["loss_reason"]) == (200, "won", 100, None)
    assert won.json["closed_at"] is not None
    again = wire.post(f"/opportunities/{pk}/close", {"outcome": "won", "version": 1})
    assert (again.status, again.json) == (200, won.json)
    other = wire.post(f"/opportunities/{pk}/close", {"outcome": "lost", "loss_reason": "price"})
    assert (other.status, other.json["code"]) == (400, "closed")
    opened = wire.post(f"/opportunities/{pk}/reopen", {})
    assert (opened.status, opened.json["stage"], opened.json["probability"], opened.json["closed_at"]) == (200, "negotiation", 70, None)
    assert wire.post(f"/opportunities/{pk}/reopen").json == opened.json


def test_a_deal_is_lost_for_a_reason(wire: Wire, live_world: World) -> None:
    with in_business(live_world.business):
        pk = make_opportunity(by=live_world.owner).pk
    refused = wire.post(f"/opportunities/{pk}/close", {"outcome": "lost"})
    assert (refused.status, refused.json["needs"], refused.codes) == (400, ["loss_reason"], {"loss_reason": "required"})
    lost = wire.post(f"/opportunities/{pk}/close", {"outcome": "lost", "loss_reason": "price", "loss_note": "20 % too dear"})
    assert [lost.json[name] for name in ("stage", "probability", "loss_reason", "loss_note")] == ["lost", 0, "price", "20 % too dear"]


def test_a_deal_moves_by_the_key_of_a_stage(wire: Wire, live_world: World) -> None:
    with in_business(live_world.business):
        pk = make_opportunity(by=live_world.owner).pk
    moved = wire.post(f"/opportunities/{pk}/move", {"stage": "discovery"})
    assert (moved.status, moved.json["stage"], moved.json["version"]) == (200, "discovery", 2)
    stale = wire.post(f"/opportunities/{pk}/move", {"stage": "proposal", "version": 1})
    assert (stale.status, stale.json["current"]["stage"]) == (412, "discovery")
    unknown = wire.post(f"/opportunities/{pk}/move", {"stage": "nowhere"})
    assert (unknown.status, unknown.codes) == (400, {"stage": "does_not_exist"})
    lost = wire.post(f"/opportunities/{pk}/move", {"stage": "lost"})
    assert (lost.status, lost.json["needs"]) == (400, ["loss_reason"])
    assert wire.post(f"/opportunities/{pk}/move", {"stage": "lost", "loss_reason": "timing"}).json["stage"] == "lost"


# --- beside S0: the verbs that came with the other documents' resources


def test_a_task_is_made_done_and_found_under_both_of_its_names(wire: Wire, live_world: World) -> None:
    with in_business(live_world.business):
        deal = make_opportunity(by=live_world.owner)
        make_task(by=live_world.owner, on=deal, subject="Older")
    body = {"subject": "Call back", "due_at": "2027-01-04T09:00:00+01:00", "links": [{"type": "opportunity", "id": deal.pk}]}
    made = wire.post("/tasks", body)
    assert (made.status, made.json["kind"], made.json["status"], made.json["due_at"]) == (201, "task", "open", "2027-01-04T08:00:00Z")
    assert made.json["links"] == [{"type": "opportunity", "id": deal.pk, "name": deal.name}]
    pk = made.json["id"]
    assert wire.get(f"/activities/{pk}").json == made.json
    assert wire.get(f"/notes/{pk}").status == wire.post(f"/notes/{pk}/restore").status == 404
    found = wire.get(f"/tasks?opportunity={deal.pk}&status=open").json["results"]
    assert [row["subject"] for row in found] == ["Call back", "Older"]
    done = wire.post(f"/tasks/{pk}/complete", {})
    assert (done.status, done.json["status"]) == (200, "done")
    assert wire.post(f"/tasks/{pk}/complete").json == done.json


def test_the_server_says_how_it_is_without_a_login(live_server: Any, live_world: World) -> None:
    stranger = Wire(live_server.url, None)
    live, ready = (stranger.get(f"{live_server.url}/health{part}") for part in ("/live", ""))
    assert (live.status, live.json) == (200, {"status": "ok"})
    assert (ready.status, ready.json["checks"]["database"]) == (200, "ok")
