"""Pipelines with their stages, lists of values, and tags."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.speaking import Api
from tests.factories.people import World
from tests.factories.records import make_company, make_lead, make_opportunity


@pytest.fixture
def api(administrator: Any) -> Api:
    """In the hands of who may change the set-up."""
    return Api(administrator)


def sales(api: Api) -> dict[str, Any]:
    """The pipeline that ships as the default."""
    return next(row for row in api.get("/pipelines?kind=opportunity").json["results"] if row["key"] == "sales")


def keys(rows: list[dict[str, Any]]) -> list[str]:
    return [row["key"] for row in rows]


def test_a_pipeline_shows_its_stages_in_their_order(api: Api) -> None:
    found = sales(api)
    assert (found["kind"], found["is_default"]) == ("opportunity", True)
    assert keys(found["stages"]) == ["new", "discovery", "proposal", "negotiation", "won", "lost"]
    assert found["stages"][0] == {
        "id": found["stages"][0]["id"],
        "key": "new",
        "name": "New",
        "name_de": "Neu",
        "kind": "open",
        "order": 0,
        "probability": 10,
        "rotting_days": 7,
        "wip_limit": None,
        "required_fields": ["company"],
        "sets_status": None,
        "color": "gray",
        "is_entry": True,
        "is_active": True,
    }
    assert api.get(f"/pipelines/{found['id']}/stages").json == {"results": found["stages"]}


def test_a_pipeline_is_made_with_stages_changed_and_deleted(api: Api) -> None:
    stages = [{"name": "Fresh", "sets_status": "contacted"}, {"name": "Warm", "probability": 40}]
    made = api.post("/pipelines", {"kind": "lead", "name": "Web leads", "stages": stages})
    assert (made.status, made.json["key"], made.headers["Location"]) == (201, "web-leads", f"/api/v1/pipelines/{made.json['id']}")
    assert [(row["key"], row["sets_status"], row["is_entry"]) for row in made.json["stages"]] == [
        ("fresh", "contacted", True),
        ("warm", None, False),
    ]
    path = f"/pipelines/{made.json['id']}"
    assert api.patch(path, {"name": "Web"}).json["name"] == "Web"
    assert api.patch(path, {"kind": "contact"}).codes == {"kind": "read_only"}
    assert api.delete(path).codes == {None: "default"}
    other = api.post("/pipelines", {"kind": "lead", "name": "Other", "is_default": True})
    assert [api.delete(path).status, api.get(path).status, other.status] == [204, 404, 201]


def test_stages_are_added_changed_and_removed(api: Api) -> None:
    pk = sales(api)["id"]
    made = api.post(f"/pipelines/{pk}/stages", {"name": "Legal check", "probability": 60})
    assert (made.status, made.json["key"]) == (201, "legal-check")
    assert made.headers["Location"] == f"/api/v1/pipelines/{pk}/stages/{made.json['id']}"
    path = f"/pipelines/{pk}/stages/{made.json['id']}"
    assert keys(api.get(f"/pipelines/{pk}/stages").json["results"])[3:] == ["negotiation", "legal-check", "won", "lost"]
    assert api.patch(path, {"probability": 65}).json["probability"] == 65
    assert api.patch(path, {"probability": 101}).codes == {"probability": "max_value"}
    assert api.patch(path, {"required_fields": ["colour"]}).codes == {"required_fields": "invalid"}
    assert api.patch(path, {"key": "legal"}).codes == {"key": "read_only"}
    assert [api.delete(path).status, api.get(path).status] == [204, 404]


def test_a_stage_that_holds_records_says_where_they_go(in_halden: World, api: Api) -> None:
    deal = make_opportunity(by=in_halden.administrator, stage="discovery")
    found = sales(api)
    path = f"/pipelines/{found['id']}/stages/{next(row['id'] for row in found['stages'] if row['key'] == 'discovery')}"
    refused = api.delete(path)
    assert (refused.status, refused.json["needs"]) == (400, ["move_to"])
    assert [api.delete(f"{path}?move_to={key}").status for key in ("nowhere", "won", "discovery", "10000000000000000000000000")] == [
        400
    ] * 4
    assert api.delete(f"{path}?move_to=proposal").status == 204
    assert api.get(f"/opportunities/{deal.pk}").json["stage"] == "proposal"


def test_a_stage_of_another_pipeline_or_business_is_not_there(in_halden: World, api: Api) -> None:
    first = sales(api)
    second = api.post("/pipelines", {"name": "Second"}).json
    assert api.get(f"/pipelines/{second['id']}/stages/{first['stages'][0]['id']}").status == 404
    theirs = sales(Api(in_halden.outsider))
    assert [api.get(f"/pipelines/{theirs['id']}").status, api.patch(f"/pipelines/{theirs['id']}", {"name": "x"}).status] == [404, 404]
    assert api.delete(f"/pipelines/{theirs['id']}/stages/{theirs['stages'][1]['id']}").status == 404


def test_values_of_lists_are_kept(in_halden: World, api: Api) -> None:
    made = api.post("/lookup-values", {"list": "lead_source", "name": "Podcast", "name_de": "Podcast", "color": "pink"})
    assert (made.status, made.json["key"]) == (201, "podcast")
    path = f"/lookup-values/{made.json['id']}"
    lead = make_lead(by=in_halden.administrator, source="podcast")
    assert api.get(f"/leads/{lead.pk}").json["source"] == "podcast"
    assert api.patch(path, {"name": "Podcasts"}).json["name"] == "Podcasts"
    assert api.delete(path).status == 204
    assert api.get(path).json["is_active"] is False
    assert "podcast" in keys(api.get("/lookup-values?list=lead_source&limit=200").json["results"])
    assert api.post("/lookup-values", {"list": "lead_source", "name": "Podcast"}).status == 400
    assert api.post("/leads", {"name": "x", "email": "x@prospect.example", "source": "podcast"}).codes == {"source": "invalid_choice"}


def test_tags_are_kept_and_hung_on_records(in_halden: World, api: Api) -> None:
    made = api.post("/tags", {"name": "Key account", "color": "amber"})
    assert made.status == 201
    assert api.post("/tags", {"name": "KEY ACCOUNT"}).status == 400
    company = make_company(by=in_halden.administrator)
    path = f"/companies/{company.pk}"
    tagged = api.patch(path, {"tags": [made.json["id"]]})
    assert tagged.json["tags"] == [made.json]
    assert [row["id"] for row in api.get("/companies?tag=Key%20account").json["results"]] == [company.pk]
    assert api.patch(path, {"tags": [made.json["id"], 987654]}).codes == {"tags": "does_not_exist"}
    assert api.delete(f"/tags/{made.json['id']}").status == 204
    assert api.get(path).json["tags"] == []
