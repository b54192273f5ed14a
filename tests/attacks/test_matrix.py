"""Every address below a record × whose record × who asks. What is not theirs is not there, and nothing is written."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.api.speaking import Api
from tests.attacks import addresses
from tests.attacks.conftest import signed_in
from tests.attacks.scene import KINDS, MISSING, Scene, share, state
from tests.factories.people import World

# A body that fits, by the last word of the address: the refusal must be about the record, not about the body.
BODIES: dict[str, dict[str, Any]] = {
    "assign": {"owner": "owner"},
    "move": {"stage": "new"},
    "close": {"outcome": "won"},
    "shares": {"user": "teammate"},
    "people": {"contact": "contact"},
}
FORMS = {
    "stage": "stage",
    "version": "1",
    "group": "status",
    "lane": "new",
    "status": "1",
    "loss_reason": "1",
    "contact": "1",
    "owner": "1",
}
_CHANGING = re.compile(r"\b[0-9A-Za-z]{32,64}\b")  # the token of forms, and the request's id


def asked(client: Client, method: str, form: str, pk: int, contact: int, world: World) -> HttpResponse:
    address = form.format(pk=pk, contact=contact)
    if not form.startswith("/api/"):
        return client.generic(method, address, "&".join(f"{k}={v}" for k, v in FORMS.items()), "application/x-www-form-urlencoded")
    if method == "DELETE" and form.endswith(("/people", "/shares")):
        return client.delete(f"{address}?{'contact' if form.endswith('/people') else 'user'}={contact}")
    given = dict(BODIES.get(form.rpartition("/")[2], {}))
    given = {name: getattr(world, value).pk if hasattr(world, str(value)) else value for name, value in given.items()}
    if "contact" in given:
        given["contact"] = contact
    return getattr(client, method.lower())(address, given if method != "GET" else None, content_type="application/json")


def verdict(response: HttpResponse, pk: int) -> tuple[int, str, str]:
    """What an attacker can tell apart: status, body and headers without what every answer has of its own."""
    text = _CHANGING.sub("", response.content.decode().replace(str(pk), "#"))
    headers = {name: value for name, value in response.headers.items() if name not in ("X-Request-Id", "Content-Length")}
    return response.status_code, text, repr(headers).replace(str(pk), "#")


@pytest.mark.parametrize(
    ("who", "whose"),
    [("owner", "hidden"), ("owner", "trashed"), ("reader", "foreign"), ("administrator", "foreign")],
)
def test_what_is_not_theirs_answers_as_what_never_was_and_stays(scene: Scene, who: str, whose: str) -> None:
    client, ids = signed_in(getattr(scene.world, who)), scene.ids(whose)
    before, told = state(scene), {}
    forms = [pair for pair in addresses.record_routes() if whose != "trashed" or "restore" not in pair[0]]
    for form, kind in forms:
        for method in ("GET", "POST", "PATCH", "DELETE") if form.startswith("/api/") else ("GET", "POST"):
            first = asked(client, method, form, ids[kind], ids["contact"], scene.world)
            if first.status_code == 405:
                continue
            never = asked(client, method, form, MISSING, ids["contact"], scene.world)
            if first.status_code not in (403, 404) or verdict(first, ids[kind]) != verdict(never, MISSING):
                told[method, form] = first.status_code, never.status_code
    assert told == {}
    assert state(scene) == before


def test_the_administration_of_one_business_does_not_reach_the_other(scene: Scene) -> None:
    client, before, told = signed_in(scene.world.administrator), state(scene), {}
    for form in addresses.admin_routes():
        model = form.split("/")[3]
        if model not in KINDS:
            continue
        pk = scene.foreign[model].pk
        for method in ("get", "post"):
            first, never = (getattr(client, method)(form.format(object_id=each), {"post": "yes"}) for each in (pk, MISSING))
            places = [each.get("Location", "").replace(str(pk), "#") for each, pk in ((first, pk), (never, MISSING))]
            if first.status_code == 200 or first.status_code != never.status_code or places[0] != places[1]:
                told[method, form] = first.status_code
    for model in ("lead", "company", "contact", "opportunity", "activity"):
        app = type(scene.foreign[model])._meta.app_label
        for action in ("delete_selected", "restore_chosen", "purge_chosen"):
            chosen = {"action": action, "_selected_action": [scene.foreign[model].pk], "post": "yes"}
            client.post(f"/admin/{app}/{model}/", chosen)
    assert told == {}
    assert state(scene) == before


def test_who_only_reads_changes_nothing_by_any_address(scene: Scene) -> None:
    _nothing_works(scene, signed_in(scene.world.reader), "plain")


def test_a_view_share_gives_no_right_to_change(scene: Scene) -> None:
    for kind in ("lead", "company", "contact", "opportunity"):
        share(scene.hidden[kind], "view", scene.world, user=scene.world.owner)
    _nothing_works(scene, signed_in(scene.world.owner), "hidden")


def _nothing_works(scene: Scene, client: Client, whose: str) -> None:
    ids, before, told = scene.ids(whose), state(scene), {}
    for form, kind in addresses.record_routes():
        for method in ("POST", "PATCH", "DELETE") if form.startswith("/api/") else ("POST",):
            response = asked(client, method, form, ids[kind], ids["contact"], scene.world)
            if response.status_code not in (403, 404, 405) and not (form.endswith("/people") or response.status_code == 400):
                told[method, form] = response.status_code
    assert told == {}
    assert state(scene) == before


def test_a_change_share_carries_neither_giving_nor_sharing_nor_deleting(scene: Scene) -> None:
    world = scene.world
    for kind in ("lead", "company", "contact", "opportunity"):
        share(scene.hidden[kind], "change", world, user=world.owner)
    client, ids, before = signed_in(world.owner), scene.ids("hidden"), state(scene)
    told = {}
    for form, kind in addresses.record_routes():
        last = form.rstrip("/").rpartition("/")[2]
        if kind not in ("lead", "company", "contact", "opportunity"):
            continue
        if last in ("assign", "shares", "delete"):
            told["POST", form] = asked(client, "POST", form, ids[kind], ids["contact"], world).status_code
        if form.startswith("/api/") and last == "{pk}":
            address = form.format(pk=ids[kind])
            told["DELETE", form] = client.delete(address).status_code
            told["PURGE", form] = client.delete(f"{address}?purge=true").status_code
            told["OWNER", form] = client.patch(address, {"owner": world.owner.pk}, content_type="application/json").status_code
    assert set(told.values()) <= {403, 405}, told
    assert len(told) > 20
    assert state(scene) == before


def test_scopes_bind_a_token_below_its_persons_rights(scene: Scene) -> None:
    api = Api(scene.world.administrator, "*:read")
    other = Api(scene.world.administrator, "tags:write")
    ids, before, told = scene.ids("plain"), state(scene), {}
    for form, kind in addresses.record_routes():
        if form.startswith("/api/"):
            address = form.format(pk=ids[kind])
            for method in ("POST", "PATCH", "DELETE"):
                told[method, form] = api.send(method, address, {}).status
                told[method, form, "other"] = other.send(method, address, {}).status
    assert set(told.values()) <= {403, 405}, told
    assert state(scene) == before
