"""The description of the API: complete, without warnings, and readable from our own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from core.api.records import RecordViewSet
from crm_project.api import router
from tests.factories.people import PASSWORD, World


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The schema as the command makes it; a warning fails."""
    file = tmp_path_factory.mktemp("schema") / "openapi.json"
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(file))
    return json.loads(Path(file).read_text())


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, each) for path, methods in schema["paths"].items() for method, each in methods.items()]


def test_every_address_of_the_router_is_described(schema: dict[str, Any]) -> None:
    described = {path.removeprefix("/api/v1/").split("/")[0] for path in schema["paths"]}
    assert described == {prefix for prefix, _viewset, _name in router.registry} | {"me"}
    assert not [path for path in schema["paths"] if path.endswith("/")]


def test_every_operation_says_what_it_does_and_how_it_refuses(schema: dict[str, Any]) -> None:
    for path, method, operation in operations(schema):
        where = f"{method} {path}"
        assert operation["summary"] and "{" not in operation["summary"], where
        refusals = {"400", "401", "403"} | ({"404"} if "{id}" in path else set())
        assert refusals <= set(operation["responses"]), where
        for code, response in operation["responses"].items():
            if code >= "400":
                assert list(response["content"]) == ["application/problem+json"], where
        if "requestBody" in operation:
            assert {"413", "415"} <= set(operation["responses"]), where
            assert list(operation["requestBody"]["content"]) == ["application/json"], where


def test_operations_have_names_of_their_own(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for _path, _method, operation in operations(schema)]
    assert len(names) == len(set(names))


def test_every_parameter_of_a_list_is_described(schema: dict[str, Any]) -> None:
    for prefix, viewset, _name in router.registry:
        if issubclass(viewset, RecordViewSet):
            described = {each["name"] for each in schema["paths"][f"/api/v1/{prefix}"]["get"]["parameters"]}
            assert described == {*viewset.dataview.filters.base_filters, "sort", "limit", "cursor", "count"}  # type: ignore[attr-defined]


def test_a_change_says_how_it_is_kept_from_being_lost(schema: dict[str, Any]) -> None:
    patch = schema["paths"]["/api/v1/leads/{id}"]["patch"]
    assert "If-Match" in {each["name"] for each in patch["parameters"]}
    assert patch["responses"]["412"]["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Stale"}
    assert "ETag" in patch["responses"]["200"]["headers"]
    assert "`leads.change_lead`" in patch["description"]


def test_the_answers_are_described_field_by_field(schema: dict[str, Any], in_halden: World) -> None:
    lead = schema["components"]["schemas"]["Lead"]["properties"]
    client = Client()
    client.login(email="owner@halden.example", password=PASSWORD)
    body = {"name": "Ada", "email": "ada@prospect.example"}
    made = client.post("/api/v1/leads", json.dumps(body), content_type="application/json", headers={"X-CSRFToken": ""})
    assert set(made.json()) | {"possible_duplicates"} == set(lead)
    assert lead["value"] == {"type": "string", "format": "decimal", "pattern": r"^-?\d{0,15}(?:\.\d{0,2})?$", "nullable": True}
    assert lead["created_at"]["format"] == "date-time"


def test_the_reference_is_for_who_signs_in_and_comes_from_our_own_files(in_halden: World) -> None:
    client = Client()
    assert client.get("/api/docs/").status_code == 302
    assert client.get("/api/schema/").status_code == 401
    assert client.login(email="owner@halden.example", password=PASSWORD)
    page = client.get("/api/docs/")
    assert page.status_code == 200
    assert "https://" not in page.content.decode().replace("https://validator", "")
    assert client.get("/api/schema/").json()["info"]["title"] == "Sales CRM"
