"""Who gets in, where they are sent, and what a foreign site could make their browser do."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import Role, User
from accounts.services import create_token, create_user, set_user_password, update_user
from core.context import in_business
from core.errors import RuleBroken
from tests.api.speaking import Api, token_for
from tests.attacks import addresses
from tests.attacks.conftest import signed_in
from tests.attacks.scene import Scene, state
from tests.factories.people import PASSWORD, World, make_user

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example/leads/",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "\tjavascript:alert(1)",
    "\x00//evil.example",
    " //evil.example",
    "/%0d%0aSet-Cookie:x=1",
    "/x\r\nSet-Cookie: x=1",
    "http://[",
    "https://testserver.evil.example/",
    "https://testserver@evil.example/",
]


# What an operator may read before choosing a business: nothing in it is of one.
WITHOUT_BUSINESS = ("/business/", "/settings/", "/password/", "/login/inactive/", "/logout/", "/api/schema/", "/api/docs/", "/health")


def is_ours(place: str) -> bool:
    return place.startswith("/") and not place.startswith(("//", "/\\")) and "\n" not in place and "\r" not in place


def test_nobody_is_sent_elsewhere(scene: Scene) -> None:
    world, told = scene.world, {}
    owner = signed_in(world.owner)
    for wanted in ELSEWHERE:
        asked = {
            "preferences": owner.post("/settings/preferences/", {"theme": "dark", "next": wanted}, headers={"Referer": wanted.strip()}),
            "composer": owner.post("/activities/new/", {"kind": "note", "text": "x", "next": wanted}),
            "login again": owner.get(f"/login/?next={quote(wanted)}"),
            "admin": signed_in(world.administrator).get(f"/admin/login/?next={quote(wanted)}"),
        }
        asked["login"] = Client().post(f"/login/?next={quote(wanted)}", {"login": world.owner.email, "password": PASSWORD, "next": wanted})
        for door, response in asked.items():
            place = response.get("Location", "/")
            if response.status_code >= 500 or not is_ours(place) or "Set-Cookie: x" in repr(response.headers):
                told[door, wanted] = response.status_code, place
    assert told == {}


def test_every_post_without_its_token_is_refused(scene: Scene) -> None:
    client = signed_in(scene.world.administrator, enforce_csrf_checks=True)
    before, ids, told = state(scene), scene.ids("plain"), {}
    forms = [form.format(pk=ids[kind], contact=1) for form, kind in addresses.record_routes()] + list(addresses.plain_routes())
    forms += ["/undo/x/", *(form.format(object_id=ids["lead"]) for form in addresses.admin_routes() if "/lead/" in form)]
    for address in forms:
        for method in ("post", "patch", "delete"):
            status = getattr(client, method)(address, "{}", content_type="application/json").status_code
            if status not in (403, 405):
                told[method, address] = status
    assert told == {}
    assert state(scene) == before


def test_reading_changes_nothing(scene: Scene) -> None:
    """Asking every address leaves every record, event and person as it was."""
    client, before = signed_in(scene.world.administrator), state(scene)
    people = list(User.objects.order_by("pk").values())
    ids = scene.ids("plain")
    forms = [form.format(pk=ids[kind], contact=1) for form, kind in addresses.record_routes()]
    for method, found in (("get", forms), ("get", addresses.plain_routes()), ("head", addresses.plain_routes())):
        for address in found:
            assert getattr(client, method)(address).status_code < 500, address
    assert state(scene) == before
    assert list(User.objects.order_by("pk").values()) == people


def test_an_integration_has_a_token_and_no_page(served: Scene) -> None:
    machine = served.integration
    client = Client()
    client.post("/login/", {"login": machine.email, "password": PASSWORD})
    assert client.get("/leads/").status_code == 302
    assert Api(machine).get("/leads").status == 200
    assert Client().get("/leads/", headers={"Authorization": f"Bearer {token_for(machine)}"}).status_code == 302
    # A session from before the role became API only ends with it.
    person = make_user("later", role="sales")
    kept = signed_in(person)
    assert kept.get("/leads/").status_code == 200
    Role.objects.filter(pk=person.role_id).update(api_only=True)
    assert kept.get("/leads/").status_code == 302


def test_who_was_shut_out_is_out_at_once(served: Scene) -> None:
    world = served.world
    session, token = signed_in(world.owner), Api(world.owner)
    assert (session.get("/leads/").status_code, token.get("/leads").status) == (200, 200)
    User.objects.filter(pk=world.owner.pk).update(is_active=False)
    assert (session.get("/leads/").status_code, token.get("/leads").status) == (302, 401)


def test_an_operator_without_a_business_gets_no_rows(world: World) -> None:
    operator = signed_in(world.operator)
    for address in addresses.plain_routes():
        response = operator.get(address)
        assert response.status_code < 500, address
        if response.status_code == 200:
            assert address.startswith(WITHOUT_BUSINESS), address
    operator.post("/business/", {"business": world.business.slug})
    assert operator.get("/leads/").status_code == 200
    assert signed_in(world.administrator).post("/business/", {"business": world.other.slug}).status_code == 403


def test_a_business_written_into_a_session_is_not_believed(world: World) -> None:
    client = signed_in(world.owner)
    session = client.session
    session["business"] = world.other.pk
    session.save()
    assert client.get("/api/v1/me").json()["business"]["id"] == world.business.pk


def test_nobody_rises_through_the_logins_of_others(in_halden: World) -> None:
    """A clerk who looks after people touches no administrator, gives no wider role and makes no token for one."""
    rights = ["accounts.view_user", "accounts.change_user", "accounts.add_user", "accounts.add_apitoken"]
    clerk = make_user("clerk", role="sales")
    role = clerk.role
    role.permissions.set([*role.permissions.all(), *_permissions(rights)])
    clerk = User.objects.select_related("business", "branch", "role").get(pk=clerk.pk)
    boss = in_halden.administrator
    wider = Role.objects.get(business_id=in_halden.business.pk, key="manager")
    attempts: list[Any] = [
        lambda: set_user_password(user_id=boss.pk, password="a new long password", by=clerk),
        lambda: update_user(user_id=boss.pk, by=clerk, values={"email": "clerk2@halden.example"}),
        lambda: update_user(user_id=clerk.pk, by=clerk, values={"role": wider}),
        lambda: create_user(by=clerk, values={"email": "new@halden.example", "role": wider}, password="a new long password"),
        lambda: create_token(user=boss, scopes=["*:write"], by=clerk),
    ]
    before = User.objects.filter(pk=boss.pk).values().get()
    for attempt in attempts:
        with pytest.raises(RuleBroken):
            attempt()
    assert User.objects.filter(pk=boss.pk).values().get() == before
    assert set_user_password(user_id=in_halden.teammate.pk, password="a new long password", by=clerk).pk == in_halden.teammate.pk


def _permissions(names: list[str]) -> list[Any]:
    codes = [name.partition(".")[2] for name in names]
    return list(Role.permissions.rel.model.objects.filter(content_type__app_label="accounts", codename__in=codes))


@pytest.mark.parametrize("query", ["password__startswith=md5", "password__regex=.*", "user__password__startswith=m"])
def test_no_list_of_the_administration_tells_a_secret(world: World, query: str) -> None:
    client = signed_in(world.administrator)
    assert client.get(f"/admin/accounts/user/?{query}").status_code == 400
    assert client.get("/admin/accounts/apitoken/?digest__startswith=a").status_code == 400


def test_what_nobody_may_set_is_not_set_by_any_body(scene: Scene) -> None:
    """Mass assignment: every column of the model, to every kind, by PATCH and by form."""
    world, client = scene.world, signed_in(scene.world.manager)
    with in_business(world.business):
        for kind, path in (("lead", "leads"), ("company", "companies"), ("contact", "contacts"), ("opportunity", "opportunities")):
            record = scene.plain[kind]
            secret = ("id", "business", "branch", "reference", "created_at", "created_by", "deleted_at", "deleted_by", "version")
            kept = type(record).objects.filter(pk=record.pk).values(*secret, "updated_at", "owner_id").get()
            for name in [field.name for field in record._meta.concrete_fields if field.name in secret]:
                for value in (world.other.pk, "2020-01-01T00:00:00Z", None):
                    status = client.patch(f"/api/v1/{path}/{record.pk}", {name: value}, content_type="application/json").status_code
                    assert status in (400, 412) or (name, value) == ("version", None), (kind, name, value, status)
            client.post(f"/{path}/{record.pk}/edit/", {**dict.fromkeys(secret, world.other.pk), "owner": world.owner.pk})
            assert type(record).objects.filter(pk=record.pk).values(*secret, "updated_at", "owner_id").get() == kept, kind
