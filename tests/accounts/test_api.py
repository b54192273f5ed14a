"""People, branches, roles, oneself, and tokens from the command line."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiToken
from tests.api.speaking import Api, Wire
from tests.factories.people import World


def test_colleagues_are_seen_by_name_and_nobody_elses(in_halden: World) -> None:
    people = Api(in_halden.owner).get("/users?limit=200").json["results"]
    names = {row["name"] for row in people}
    assert names == {f"{name} Tester" for name in ("Owner", "Teammate", "Colleague", "Lead", "Manager", "Administrator", "Reader")}
    mine = next(row for row in people if row["id"] == in_halden.owner.pk)
    assert mine == {
        "id": in_halden.owner.pk,
        "name": "Owner Tester",
        "email": "owner@halden.example",
        "branch": {"id": in_halden.owner.branch_id, "name": "North"},
        "role": "sales",
        "is_active": True,
    }
    assert Api(in_halden.owner).get(f"/users/{in_halden.outsider.pk}").status == 404
    assert Api(in_halden.owner).get(f"/users/{in_halden.operator.pk}").status == 404


def test_people_are_found_by_branch_role_and_address(in_halden: World) -> None:
    api = Api(in_halden.owner)

    def found(query: str) -> list[str]:
        return [row["name"] for row in api.get(f"/users?{query}").json["results"]]

    assert found("branch=south") == ["Colleague Tester"]
    assert found("role=manager&is_active=true") == ["Manager Tester"]
    assert found("email=owner@halden.example") == ["Owner Tester"]
    assert found("is_active=false") == []


def test_small_lists_lead_on_and_back(in_halden: World) -> None:
    api = Api(in_halden.owner)
    first = api.get("/users?limit=3&count=true").json
    second = api.get(first["next"].partition("testserver")[2]).json
    third = api.get(second["next"].partition("testserver")[2]).json
    sizes = [len(page["results"]) for page in (first, second, third)]
    assert (sizes, first["count"], first["previous"], third["next"]) == ([3, 3, 1], 7, None, None)
    back = api.get(third["previous"].partition("testserver")[2]).json
    assert back["results"] == second["results"]
    assert api.get(back["previous"].partition("testserver")[2]).json["results"] == first["results"]


def test_roles_say_how_far_they_reach_and_what_they_may(in_halden: World) -> None:
    roles = {row["key"]: row for row in Api(in_halden.owner).get("/roles").json["results"]}
    assert {key: row["scope"] for key, row in roles.items()}["sales"] == "own"
    assert "leads.convert_lead" in roles["sales"]["permissions"]
    assert not [name for name in roles["read_only"]["permissions"] if ".view_" not in name]


def test_nobody_changes_people_branches_or_roles_here(in_halden: World) -> None:
    api = Api(in_halden.administrator)
    for name in ("users", "branches", "roles"):
        assert [api.post(f"/{name}", {}).status, api.patch(f"/{name}/1", {}).status, api.delete(f"/{name}/1").status] == [405] * 3


def test_one_learns_who_one_is_and_what_the_token_may(in_halden: World) -> None:
    me = Api(in_halden.owner, "leads:read").get("/me").json
    assert (me["email"], me["role"], me["scope"], me["business"]["slug"]) == ("owner@halden.example", "sales", "own", "halden")
    assert me["token"]["scopes"] == ["leads:read"]
    assert "leads.view_lead" in me["permissions"]


# --- manage.py api_token


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("api_token", *arguments, stdout=out)
    return out.getvalue().strip()


def test_a_token_is_printed_once_and_only_its_hash_is_kept(in_halden: World) -> None:
    token = command("Owner@halden.example", "--scopes", "leads:read", "companies:write", "--name", "till", "--days", "30")
    row = ApiToken.objects.of(in_halden.business).get(prefix=token[:12])
    assert (row.user, row.scopes, row.name) == (in_halden.owner, ["leads:read", "companies:write"], "till")
    assert row.expires_at is not None
    assert token not in str(ApiToken.objects.filter(pk=row.pk).values().get())
    api = Api(None)
    api.headers = {"Authorization": f"Bearer {token}"}
    assert [api.get("/leads").status, api.get("/companies").status, api.get("/contacts").status] == [200, 200, 403]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody@halden.example", "--scopes", "leads:read"), "Nobody active"),
        (("operator@platform.example", "--scopes", "leads:read"), "no business"),
        (("owner@halden.example", "--scopes", "leads:delete"), "leads:read"),
        (("owner@halden.example", "--scopes", "leads:read", "--days", "0"), "--days"),
    ],
)
def test_a_token_that_cannot_be_is_refused_in_words(in_halden: World, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        command(*arguments)


def test_a_token_serves_over_http(live_server: Any, live_world: World) -> None:
    token = command("owner@halden.example", "--scopes", "*:read")
    wire = Wire(live_server.url, token)
    assert [wire.get("/leads").status, wire.post("/leads", {}).status] == [200, 403]
    assert Wire(live_server.url, token[:-1]).get("/leads").status == 401
