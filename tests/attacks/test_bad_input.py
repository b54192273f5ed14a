"""What nobody means: every answer is a refusal or a page, in time, and nothing is changed by it."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.attacks import addresses
from tests.attacks.conftest import signed_in
from tests.attacks.scene import Scene, state
from tests.factories.people import World

HUGE = "9" * 25
ENDLESS = "9" * 5000
SLOW = 1.0  # seconds

GARBAGE = [
    "search=" + quote("wort " * 300),
    "search=%00",
    "search=%ED%A0%80",
    "search=%FF%FE",
    "search=" + quote("%_\\'\""),
    "search=" + quote("(" * 60),
    "search=" + "7" * 150,
    "sort=owner__password",
    "sort=-,-,-",
    "sort=name,name,name",
    "cols=%00,name",
    "size=" + HUGE,
    "page=" + HUGE,
    "page=99999",
    "page=-1",
    "after=x",
    "after=" + "x" * 5000,
    "after=%00",
    "view=%00",
    "layout=board&group=%00",
    "layout=board&group=owner&after=x",
    "owner=" + HUGE,
    "owner=" + ENDLESS[:1900],
    "owner.op=_not",
    "owner.op=_not&owner=me",
    "company=" + HUGE,
    "company=" + ",".join("1" for _ in range(60)),
    "company=1,,2",
    "company=%D9%A1",
    "created_at=0001-01-01",
    "created_at_from=0001-01-01T00:00:00%2B14:00",
    "created_at_from=9999-12-31T23:59:59-14:00",
    "created_at_from=20261301",
    "amount_min=NaN",
    "amount_min=1e999999999",
    "amount_min=" + HUGE,
    "value_min=1e-30",
    "tag=%00",
    "open_only=2",
    "name_has=%00",
    "name=" + "%25" * 50,
    "_connector=OR",
    "pk__in=1",
    "entries=" + HUGE,
    "tab=%00&compose=%00",
    "&".join(f"x{n}=1" for n in range(1100)),
]


def test_no_query_breaks_a_list_or_takes_long(scene: Scene) -> None:
    client = signed_in(scene.world.manager)
    told: dict[str, Any] = {}
    for number, query in enumerate(GARBAGE):
        path = ("leads", "opportunities", "contacts", "companies")[number % 4]
        below = ("filter/", "totals/", "board/", "lane/stage/new/")[number % 4]
        for address in (f"/{path}/", f"/opportunities/{below}"):
            begun = time.process_time()
            response = client.get(f"{address}?{query}")
            took = time.process_time() - begun
            if response.status_code not in (200, 204, 302, 400, 404) or took > SLOW:
                told[f"{address}?{query[:60]}"] = response.status_code, took
    assert told == {}


HEADERS: list[dict[str, str]] = [
    {"HX-Request": "true", "HX-Current-URL": "http://[", "HX-Target": "results"},
    {"HX-Request": "true", "HX-Current-URL": "%00%FF://", "HX-Target": "../x"},
    {"HX-Request": "true", "HX-Current-URL": "http://testserver/leads/?search=%00&after=x&layout=board&group=%FF"},
    {"HX-Request": "true", "HX-Current-URL": "http://testserver/leads/?" + "&".join(f"x{n}=1" for n in range(1100))},
    {"If-None-Match": "garbage"},
    {"If-None-Match": '"-"'},
    {"If-None-Match": '"' + HUGE + '-x"'},
    {"If-None-Match": '"99999999999999999-x"'},
    {"If-Match": "garbage"},
    {"If-Match": '"' + HUGE + '"'},
    {"Accept": "application/xml"},
    {"Accept": "garbage"},
    {"Accept-Language": "x" * 3000},
    {"Accept-Language": "de;q=nan,../../etc"},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer \x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"},
    {"Authorization": "Bearer " + "é" * 150},
    {"Authorization": "Basic YTpi"},
    {"Authorization": "garbage"},
    {"Cookie": 'sessionid="\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000"'},
    {"Cookie": "sessionid=" + "x" * 3000},
    {"Cookie": "messages=x; csrftoken=\x7f; django_language=\x00"},
    {"X-Request-Id": "x\x00"},
    {"X-Forwarded-Host": "evil.example"},
    {"Host": "evil.example"},
    {"Content-Type": "application/json; charset=utf-16"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "garbage"},
]


def test_no_header_breaks_a_page_or_an_endpoint(scene: Scene) -> None:
    told = {}
    lead = scene.plain["lead"].pk
    known, stranger = signed_in(scene.world.owner), Client(raise_request_exception=False)
    for headers in HEADERS:
        client = stranger if "Cookie" in headers else known
        for method, address in (
            ("get", "/leads/board/?layout=board"),
            ("get", f"/api/v1/leads/{lead}"),
            ("post", f"/leads/{lead}/move/"),
            ("patch", f"/api/v1/leads/{lead}"),
        ):
            given = {name: value for name, value in headers.items() if name not in ("Content-Type", "Host")}
            extra: dict[str, Any] = {"HTTP_HOST": headers["Host"]} if "Host" in headers else {}
            kind = headers.get("Content-Type", "application/json" if "/api/" in address else "application/x-www-form-urlencoded")
            response = client.generic(method.upper(), address, b"{}" if method != "get" else b"", content_type=kind, headers=given, **extra)
            if response.status_code >= 500:
                told[method, address, repr(headers)[:70]] = response.status_code
    assert told == {}


BODIES = [
    b"\xff\xfe",
    b"null",
    b"[]",
    b'"x"',
    b"1",
    b"{",
    b"[" * 100_000,
    b'{"name": ' + b"[" * 60 + b"]" * 60 + b"}",
    b'{"a": 1, "a": 2}',
    b'{"version": 99999999999999999999999999}',
    b'{"version": -1}',
    b'{"version": true}',
    b'{"version": 1.5}',
    b'{"version": NaN}',
    b'{"version": 1e400}',
    b'{"x": ' + b"9" * 5000 + b"}",
    b'{"stage": null, "outcome": null, "owner": null, "contact": null, "user": null}',
    b'{"stage": [], "outcome": {}, "owner": [], "contact": {}, "user": "1", "action": 7}',
    b'{"stage": "\\u0000", "outcome": "\\ud800"}',
    b'{"owner": 9999999999999999999999999, "contact": 0, "user": -1, "branch": 1.0}',
    b'{"company": {"name": {"x": 1}}, "contact": [1], "opportunity": {"company": "x", "lead": 1}}',
    b'{"links": [[1]], "tags": [[1]], "consents": {"": true}, "added_on": "0001-01-01"}',
]


def test_no_body_breaks_an_endpoint(scene: Scene) -> None:
    client = signed_in(scene.world.manager)
    ids, told = scene.ids("plain"), {}
    forms = [form.format(pk=ids[kind]) for form, kind in addresses.record_routes() if form.startswith("/api/")]
    before = state(scene)
    for number, address in enumerate(dict.fromkeys(forms)):
        for method in ("POST", "PATCH"):
            for body in BODIES[number % 4 :: 4]:  # each meets every fourth address
                response = client.generic(method, address, body, content_type="application/json")
                if response.status_code == 405:
                    break
                if not 400 <= response.status_code < 500:
                    told[method, address, body[:40]] = response.status_code
    assert told == {}
    assert state(scene) == before


FORM = [
    {"name": "a\x00b", "email": "a\x00@b.example", "company": "x", "value": "1e400", "owner": HUGE, "version": HUGE},
    {"name": "\ufffe", "text": "\ufffe", "kind": "note", "on": "lead:" + HUGE},
    {"stage": HUGE, "needs": "\x00,company", "contact": HUGE, "role": "\x00", "outcome": "\x00"},
    {"stage": ENDLESS, "company": ENDLESS, "primary_contact": ENDLESS, "amount": ENDLESS, "probability": HUGE, "version": ENDLESS},
    {"expected_close_date": "0001-01-01", "due_at": "0001-01-01T00:00", "at": "9999-12-31T23:59", "text": "x", "kind": "task"},
    {"kind": "task", "text": "x" * 30000, "duration_minutes": HUGE, "priority": HUGE, "assignee": HUGE, "follow_up": HUGE},
    {"kind": "meeting", "text": "x", "at": "0001-01-01T00:00", "duration_minutes": "1e9"},
    {"group": "\x00", "lane": "\x00", "version": "-1", "needs": "a,b,c", "from": "http://[", "next": "http://["},
    {"group": "owner", "lane": HUGE, "version": HUGE, "from": "search=" + "x" * 5000},
    {"group": "stage", "lane": "lost", "needs": "loss_reason", "f-loss_reason": HUGE, "f-loss_note": "\x00"},
    {"language": "\x00", "theme": "\x00", "time_zone": "../../etc/passwd", "density": "x", "next": "\x00"},
    {"business": "\x00", "login": "\x00", "password": "\x00", "email": "\x00"},
    {"tags": [HUGE, "\x00"], "industry": HUGE, "parent": HUGE, "billing_country": "\x00", "employees": HUGE, "annual_revenue": "NaN"},
]


def test_no_form_breaks_a_page(scene: Scene) -> None:
    client = signed_in(scene.world.manager)
    ids, told = scene.ids("plain"), {}
    forms = [form.format(pk=ids[kind], contact=HUGE) for form, kind in addresses.record_routes() if not form.startswith("/api/")]
    forms += [form for form in addresses.plain_routes() if not form.startswith(("/api/", "/logout"))]
    for number, address in enumerate(dict.fromkeys(forms)):
        if address.endswith(("/won/", "/delete/", "/restore/", "/done/", "/open/", "/reopen/")):
            continue  # ask nothing
        for fields in FORM[number % 4 :: 4]:
            response = client.post(address, fields)
            if response.status_code == 405:
                break
            if response.status_code >= 500:
                told[address, repr(fields)[:60]] = response.status_code
    assert told == {}


NUMBERS = (str(2**63), HUGE, ENDLESS)


def test_no_number_in_an_address_breaks_it(scene: Scene) -> None:
    client = signed_in(scene.world.administrator)
    told = {}
    own = scene.ids("plain")
    forms = [form for form, _kind in addresses.record_routes()] + [form for form in addresses.admin_routes() if "/company/" in form]
    for form in forms:
        for number in NUMBERS:
            address = re.sub(r"\{\w+\}", number, form)
            for method in ("get", "post"):
                status = getattr(client, method)(address).status_code
                if not 300 <= status < 500:
                    told[method, address[:80]] = status
        if "{contact}" in form:
            for number in NUMBERS:
                status = client.post(form.format(pk=own["opportunity"], contact=number)).status_code
                if status >= 500:
                    told["post", form, number] = status
    assert told == {}


ODD = [
    "/password/reset/zzzzzzzzzzzzzzzzzzzzzzzz-abc/",
    "/password/reset/" + "z" * 3000 + "-abc/",
    "/password/reset/1-%00/",
    "/undo/x/",
    "/undo/%00/",
    "/undo/" + "x" * 5000 + "/",
    "/undo/a:b:c/",
    "/opportunities/lane/stage/%00/",
    "/opportunities/lane/owner/" + HUGE + "/",
    "/opportunities/lane/%FF/x/",
    "/opportunities/lane/stage/new/?after=x",
    "/opportunities/new/?company=" + ENDLESS,
    "/opportunities/new/?company=" + HUGE,
    "/contacts/new/?company=%D9%A1",
    "/companies/pick/?search=%00",
    "/companies/pick/?search=" + "x" * 500,
    "/companies/pick/?search=" + quote("a " * 20),
    "/contacts/pick/?search=%ED%A0%80",
    "/tasks/?compose=%00",
    "/login/?next=" + quote("http://["),
    "/admin/autocomplete/?term=x",
    "/admin/autocomplete/?term=%00&app_label=contacts&model_name=contact&field_name=company",
    "/admin/autocomplete/?term=x&app_label=contacts&model_name=nothing&field_name=owner",
    "/admin/contacts/company/?q=%00",
    "/admin/contacts/company/?q=" + quote("a " * 30),
    "/admin/contacts/company/?p=" + HUGE,
    "/admin/contacts/company/?o=" + HUGE,
    "/admin/contacts/company/?trash=%00&all=1&e=1",
    "/admin/contacts/company/?id__exact=%00",
    "/admin/contacts/company/?_changelist_filters=%00",
    "/admin/accounts/user/?password__startswith=md5",
    "/admin/accounts/apitoken/?digest__startswith=a",
    "/admin/accounts/user/?q=%00",
    "/admin/accounts/user/?branch__id__exact=" + HUGE,
    "/admin/accounts/user/?role__id__exact=x",
    "/admin/leads/lead/%00/change/",
    "/admin/leads/lead/x_5Fy/change/",
    "/api/schema/?format=garbage",
    "/api/schema/?lang=%00",
    "/api/v1/leads?format=xml",
    "/api/v1/leads.json",
    "/api/v1/opportunities/pipeline-summary?pipeline=%00&owner=" + HUGE,
    "/api/v1/pipelines/" + "9" * 19,
    "/%00",
    "/%FF%FE/",
    "//evil.example/",
]


@pytest.mark.parametrize("who", ["administrator", "operator", "stranger"])
def test_no_odd_address_breaks_anything(scene: Scene, who: str) -> None:
    client = Client(raise_request_exception=False) if who == "stranger" else signed_in(getattr(scene.world, who))
    told = {}
    for address in ODD:
        for method in ("get", "post"):
            status = getattr(client, method)(address).status_code
            if status >= 500:
                told[method, address[:80]] = status
    assert told == {}


def test_every_address_takes_every_method(world: World) -> None:
    """HEAD, OPTIONS, PUT, TRACE and an unknown one, signed in and not: a refusal or an answer, never a mistake of ours."""
    told = {}
    for client in (signed_in(world.administrator), Client(raise_request_exception=False)):
        for address in addresses.plain_routes():
            for method in ("HEAD", "OPTIONS", "PUT", "TRACE", "BREW"):
                response = client.generic(method, address)
                if response.status_code >= 500:
                    told[method, address] = response.status_code
    assert told == {}
