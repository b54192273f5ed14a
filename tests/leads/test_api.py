"""Leads over the API: what tests/api/test_s0.py does not say yet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.speaking import Api
from tests.factories.people import World
from tests.factories.records import make_contact, make_lead, make_task


@pytest.fixture
def api(owner: Any) -> Api:
    return Api(owner)


def test_a_change_may_not_take_the_last_way_to_reach_a_lead(in_halden: World, api: Api) -> None:
    path = f"/leads/{make_lead(by=in_halden.owner, email='ada@engine.example').pk}"
    assert api.patch(path, {"email": None}).status == 400
    assert api.patch(path, {"email": None, "phone": "+49 30 901820"}).json["email"] == ""


def test_a_lead_is_lost_for_a_reason(in_halden: World, api: Api) -> None:
    path = f"/leads/{make_lead(by=in_halden.owner).pk}"
    refused = api.patch(path, {"status": "lost"})
    assert (refused.codes, refused.json["needs"]) == ({"loss_reason": "required"}, ["loss_reason"])
    assert api.patch(path, {"status": "lost", "loss_reason": "timing"}).json["loss_reason"] == "timing"
    assert api.patch(path, {"status": "contacted"}).json["loss_reason"] is None


def test_a_lead_given_away_takes_its_open_tasks_along(in_halden: World) -> None:
    lead = make_lead(by=in_halden.owner)
    task = make_task(by=in_halden.owner, on=lead)
    api = Api(in_halden.manager)
    assert api.post(f"/leads/{lead.pk}/assign", {"owner": in_halden.colleague.pk}).json["owner"]["id"] == in_halden.colleague.pk
    assert api.get(f"/tasks/{task.pk}").json["assignee"]["id"] == in_halden.colleague.pk
    assert api.post(f"/leads/{lead.pk}/assign", {}).codes == {"owner": "required"}


def test_a_lead_moves_through_a_pipeline_where_there_is_one(in_halden: World, api: Api) -> None:
    stages = [{"name": "Fresh"}, {"name": "Talking", "sets_status": "contacted"}]
    Api(in_halden.administrator).post("/pipelines", {"kind": "lead", "name": "Web", "stages": stages})
    made = api.post("/leads", {"name": "Ada", "email": "ada@engine.example"}).json
    assert (made["pipeline"], made["stage"], made["status"]) == ("web", "fresh", "new")
    moved = api.post(f"/leads/{made['id']}/move", {"stage": "talking"}).json
    assert (moved["stage"], moved["status"]) == ("talking", "contacted")
    assert api.post(f"/leads/{made['id']}/move", {"stage": "won"}).status == 400


def test_a_conversion_is_refused_as_a_whole(in_halden: World, api: Api) -> None:
    path = f"/leads/{make_lead(by=in_halden.owner, company_name='Analytical').pk}"
    for body, field in (
        ({"opportunity": {"amount": "-1"}}, "amount"),
        ({"opportunity": {"colour": "red"}}, "opportunity.colour"),
        ({"contact": {"account_type": "business"}}, "business_name"),
        ({"company": "Analytical"}, "company"),
        ({"company": True}, "company"),
        ({"deal": {}}, "deal"),
    ):
        refused = api.post(f"{path}/convert", body)
        assert (refused.status, list(refused.codes)) == (400, [field]), body
    assert api.get(path).json["converted_at"] is None
    assert [api.get(f"/{kind}").json["results"] for kind in ("companies", "contacts", "opportunities")] == [[], [], []]


def test_a_conversion_makes_no_company_when_told_so(in_halden: World, api: Api) -> None:
    lead = make_lead(by=in_halden.owner, company_name="Analytical")
    done = api.post(f"/leads/{lead.pk}/convert", {"company": False, "contact": {"job_title": "Countess"}}).json
    assert done["converted_to_company"] is None
    assert api.get(f"/contacts/{done['converted_to_contact']['id']}").json["job_title"] == "Countess"


def test_duplicates_out_of_sight_are_not_told(in_halden: World) -> None:
    make_contact(by=in_halden.colleague, email="ada@engine.example")
    lead = make_lead(by=in_halden.owner, email="ada@engine.example")
    done = Api(in_halden.owner).post(f"/leads/{lead.pk}/convert", {})
    assert done.json["possible_duplicates"] == {"companies": [], "contacts": []}


def test_a_stale_conversion_is_412_and_converts_nothing(in_halden: World, api: Api) -> None:
    path = f"/leads/{make_lead(by=in_halden.owner).pk}"
    api.patch(path, {"notes": "x"})
    assert api.post(f"{path}/convert", {"version": 1}).status == 412
    assert api.get(path).json["converted_at"] is None
