"""Nothing of the other business, and of hidden records no more than a name, in any answer to anybody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client

from tests.attacks import addresses
from tests.attacks.conftest import signed_in
from tests.attacks.scene import FORBIDDEN, MISSING, Scene

LINK = re.compile(r'(?:href|hx-get|data-url|src)="(/[^"#]*)"')
MOST_LINKS = 40
FILTERED = {"company": ("leads", "opportunities", "contacts"), "contact": ("leads", "opportunities"), "parent": ("companies",)}
POSTED = ("/delete/", "/restore/", "/restore", "/won/", "/reopen/", "/done/", "/open/", "/remove/", "/convert", "/close", "/move")
SKIP = ("/static/", "/logout/", "/api/docs/", "/admin/jsi18n/")


def addresses_of(scene: Scene) -> Iterable[str]:
    """Every address that can be read, with own, hidden, foreign and missing ids in path and filter."""
    yield from addresses.plain_routes()
    yield from addresses.lanes()
    yield from addresses.lists()
    for which in ("own", "plain"):  # of hidden and foreign ones test_matrix.py says that they are not there
        ids = scene.ids(which)
        for form, kind in addresses.record_routes():
            if not form.endswith(POSTED):
                yield form.format(pk=ids[kind], contact=ids["contact"])
    for which in ("own", "hidden", "foreign"):
        ids = scene.ids(which)
        for name, of in (("company", "company"), ("contact", "contact"), ("parent", "company")):
            for path in FILTERED[name]:
                yield f"/{path}/?{name}={ids[of]}"
                yield f"/api/v1/{path}?{name}={ids[of]}&count=true"
        yield f"/opportunities/new/?company={ids['company']}"
        yield f"/contacts/new/?company={ids['company']}"
    for path in ("companies", "contacts"):
        yield from (f"/{path}/pick/?search={words}" for words in ("zz", "ZZ_H_", "zzh.example", "+49 151 7654321", "zz n"))
    yield f"/leads/{MISSING}/"


def leaks(client: Client, address: str, allowed: re.Pattern[str]) -> tuple[set[str], list[str]]:
    """(marks in the answer that nobody asked for, links in it)."""
    response = client.get(address)
    assert response.status_code < 500, address
    text = response.content.decode() + repr(dict(response.headers))
    found = {mark for mark in FORBIDDEN.findall(text) if mark not in address and not allowed.match(mark)}
    links = [link.replace("&amp;", "&") for link in LINK.findall(text)]
    return found, [link for link in links if not link.startswith(SKIP)]


NOTHING = re.compile(r"(?!)")
HIDDEN_IS_SEEN = re.compile(r"ZZ_H_|zz[hn]|7777")


@pytest.mark.parametrize("who", ["owner", "administrator"])
def test_no_address_and_no_link_tells_a_mark(scene: Scene, who: str) -> None:
    allowed = NOTHING if who == "owner" else HIDDEN_IS_SEEN
    client = signed_in(getattr(scene.world, who))
    told: dict[str, Any] = {}
    waiting = list(dict.fromkeys(addresses_of(scene)))
    if who == "administrator":
        waiting.append("/admin/")
    seen = set(waiting)
    followed = 0
    for address in waiting:
        found, links = leaks(client, address, allowed)
        if found:
            told[address] = found
        for link in links:
            if link not in seen and followed < MOST_LINKS:
                seen.add(link)
                followed += 1
                waiting.append(link)
    assert told == {}
