"""One's own settings, and the operator's choice of a business."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.clicking import form_of, signed_in
from tests.factories.people import World


@pytest.mark.parametrize(("name", "value"), [("theme", "dark"), ("density", "compact"), ("language", "de")])
def test_a_preference_is_stored_and_leads_back(owner: Any, name: str, value: str) -> None:
    response = signed_in(owner).post("/settings/preferences/", {name: value, "next": "/leads/?search=x"})
    assert (response.status_code, response["Location"]) == (303, "/leads/?search=x")
    owner.refresh_from_db()
    assert getattr(owner, name) == value


@pytest.mark.parametrize("sent", [{"theme": "pink"}, {"language": "xx"}, {"density": "\x00"}])
def test_a_preference_that_there_is_not_changes_nothing(owner: Any, sent: dict[str, str]) -> None:
    assert signed_in(owner).post("/settings/preferences/", sent).status_code == 422


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_preference_leads_to_no_other_site(owner: Any, wanted: str) -> None:
    assert signed_in(owner).post("/settings/preferences/", {"theme": "dark", "next": wanted})["Location"] == "/"


def test_one_s_own_settings(owner: Any) -> None:
    client = signed_in(owner)
    sent = form_of(client.get("/settings/").content.decode().replace('<dl class="fields form">', "<dl>"))
    assert "email" not in sent
    assert client.post("/settings/", sent | {"job_title": "Key accounts", "language": "de"}).status_code == 303
    owner.refresh_from_db()
    assert (owner.job_title, owner.language, owner.time_zone) == ("Key accounts", "de", "Europe/Berlin")


@pytest.mark.parametrize("typed", [{"time_zone": "Mars/Olympus"}, {"first_name": "x" * 151}, {"theme": "pink"}])
def test_wrong_settings_are_refused(owner: Any, typed: dict[str, str]) -> None:
    client = signed_in(owner)
    sent = form_of(client.get("/settings/").content.decode()) | typed
    assert client.post("/settings/", sent).status_code == 422


def test_nobody_changes_their_role_or_address_here(owner: Any, in_halden: World) -> None:
    client = signed_in(owner)
    sent = form_of(client.get("/settings/").content.decode())
    client.post("/settings/", sent | {"role": in_halden.administrator.role_id, "email": "boss@halden.example", "is_superuser": "on"})
    owner.refresh_from_db()
    assert (owner.role.key, owner.email, owner.is_superuser) == ("sales", "owner@halden.example", False)


def test_an_operator_chooses_a_business_first(world: World) -> None:
    client = signed_in(world.operator)
    assert client.get("/")["Location"] == "/business/"
    assert "Fjord" in client.get("/business/").content.decode()
    assert client.post("/business/", {"business": "fjord"})["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.get("/companies/new/").status_code == 200
    assert client.post("/business/", {"business": "nowhere"}).status_code == 404


def test_only_operators_choose(owner: Any) -> None:
    assert signed_in(owner).get("/business/").status_code == 403
    assert signed_in(owner).post("/business/", {"business": "fjord"}).status_code == 403


def test_a_stranger_is_asked_to_sign_in(db: None) -> None:
    for address in ("/settings/", "/business/", "/", "/tasks/"):
        assert Client().get(address)["Location"].startswith("/login/")
