"""Bad input gets a clear refusal, changes nothing and is never a mistake of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from core.context import in_business
from core.models import Event
from tests.api.speaking import Api
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_opportunity

LISTS = ("leads", "opportunities", "companies", "contacts", "activities", "tasks", "calls", "notes")
SET_UP = ("pipelines", "lookup-values", "tags", "users", "branches", "roles")
LONG = 10**25

# What each kind of record takes at the least, and what it refuses: {field: (value, code)}.
MINIMUM: dict[str, dict[str, Any]] = {
    "leads": {"name": "Ada", "email": "ada@prospect.example"},
    "companies": {"name": "Rheinwerk"},
    "contacts": {"last_name": "Lovelace"},
    "opportunities": {"name": "Twelve presses"},
    "activities": {"kind": "note", "body": "Called"},
}
REFUSED = [
    ("leads", {"name": ""}, "name", "blank"),
    ("leads", {"name": None}, "name", "null"),
    ("leads", {"name": "   "}, "name", "blank"),
    ("leads", {"name": "x" * 201}, "name", "max_length"),
    ("leads", {"name": ["x"]}, "name", "invalid"),
    ("leads", {"notes": "x" * 20_001}, "notes", "max_length"),
    ("leads", {"email": "", "phone": ""}, "email", "required"),
    ("leads", {"email": "not an address"}, "email", "invalid"),
    ("leads", {"email": "a\nBcc: b@x.example"}, "email", "invalid"),
    ("leads", {"status": "asleep"}, "status", "invalid_choice"),
    ("leads", {"status": 4}, "status", "invalid"),
    ("leads", {"status": "lost"}, "loss_reason", "required"),
    ("leads", {"source": "thin air"}, "source", "invalid_choice"),
    ("leads", {"value": "-1"}, "value", "min_value"),
    ("leads", {"value": str(LONG)}, "value", "max_digits"),
    ("leads", {"value": LONG}, "value", "max_digits"),
    ("leads", {"value": "1e400"}, "value", "max_digits"),
    ("leads", {"value": "NaN"}, "value", "invalid"),
    ("leads", {"value": "ten"}, "value", "invalid"),
    ("leads", {"currency": "XXX"}, "currency", "currency"),
    ("leads", {"currency": "KWD"}, "currency", "currency"),
    ("leads", {"score": 101}, None, "lead_score"),
    ("leads", {"score": LONG}, "score", "max_value"),
    ("leads", {"company": LONG}, "company", "does_not_exist"),
    ("leads", {"owner": -5}, "owner", "does_not_exist"),
    ("leads", {"tags": [LONG]}, "tags", "does_not_exist"),
    ("leads", {"tags": [1] * 201}, "tags", "max_length"),
    ("opportunities", {"stage": "nowhere"}, "stage", "does_not_exist"),
    ("opportunities", {"pipeline": "nowhere"}, "pipeline", "does_not_exist"),
    ("opportunities", {"probability": -1}, "probability", "min_value"),
    ("opportunities", {"probability": 101}, "probability", "max_value"),
    ("opportunities", {"probability": 50.5}, "probability", "invalid"),
    ("opportunities", {"probability": "50"}, "probability", "invalid"),
    ("opportunities", {"probability": True}, "probability", "invalid"),
    ("opportunities", {"amount": "-0.01"}, "amount", "min_value"),
    ("opportunities", {"amount": "0.001"}, "amount", "max_decimal_places"),
    ("opportunities", {"expected_close_date": "tomorrow"}, "expected_close_date", "invalid"),
    ("opportunities", {"expected_close_date": "2027-02-30"}, "expected_close_date", "invalid"),
    ("opportunities", {"expected_close_date": 20270101}, "expected_close_date", "invalid"),
    ("opportunities", {"expected_close_date": "0001-01-01"}, "expected_close_date", "out_of_range"),
    ("opportunities", {"stage": "lost"}, "loss_reason", "required"),
    ("opportunities", {"closed_at": "2026-01-01T00:00:00Z"}, "closed_at", "read_only"),
    ("companies", {"employees": -1}, "employees", "min_value"),
    ("companies", {"employees": LONG}, "employees", "max_value"),
    ("companies", {"industry": "alchemy"}, "industry", "invalid_choice"),
    ("companies", {"billing_country": "DEU"}, "billing_country", "max_length"),
    ("companies", {"parent": LONG}, "parent", "does_not_exist"),
    ("companies", {"business": 1}, "business", "unknown"),
    ("companies", {"created_by": 1}, "created_by", "unknown"),
    ("companies", {"deleted_at": None}, "deleted_at", "unknown"),
    ("contacts", {"last_name": ""}, "last_name", "required"),
    ("contacts", {"contact_type": "friend"}, "contact_type", "invalid_choice"),
    ("contacts", {"consents": {"mail": "yes"}}, "consents.mail", "invalid"),
    ("contacts", {"added_on": None}, "added_on", "null"),
    ("contacts", {"user": LONG}, "user", "does_not_exist"),
    ("activities", {"kind": "dance"}, "kind", "invalid_choice"),
    ("activities", {"body": ""}, "body", "required"),
    ("activities", {"at": "2026-11-20T09:00:00"}, "at", "naive"),
    ("activities", {"at": "0001-01-01T00:00:00+14:00"}, "at", "out_of_range"),
    ("activities", {"at": "9999-12-31T23:59:59-14:00"}, "at", "out_of_range"),
    ("activities", {"priority": 9}, "priority", "invalid_choice"),
    ("activities", {"links": [{"type": "lead", "id": LONG}]}, "links", "does_not_exist"),
    ("activities", {"links": [{"type": "user", "id": 1}]}, "links.0.type", "invalid_choice"),
    ("activities", {"links": [7]}, "links.0", "not_an_object"),
    ("activities", {"status": "open"}, "status", "invalid"),
]


@pytest.mark.parametrize("kind", MINIMUM)
def test_a_wrong_value_is_refused_by_name_and_code(owner: Any, kind: str) -> None:
    api = Api(owner)
    base = MINIMUM[kind] | ({"company": make_company(by=owner).pk} if kind == "opportunities" else {})
    before = Event.objects.count()
    for of, fields, field, code in REFUSED:
        if of == kind:
            answer = api.post(f"/{kind}", {**base, **fields})
            assert (answer.status, answer.codes) == (400, {field: code}), (fields, answer.json)
    assert Event.objects.count() == before


@pytest.mark.parametrize("kind", MINIMUM)
def test_text_that_no_database_keeps_is_refused_in_every_text_field(owner: Any, kind: str) -> None:
    api = Api(owner)
    for field in MINIMUM[kind]:
        for text in (b'"a\\u0000b"', b'"\\ud83d"', b'"\\udc00\\ud83d"'):
            assert api.raw("POST", f"/{kind}", b'{"%s": %s}' % (field.encode(), text)).status == 400


@pytest.fixture
def theirs(in_halden: World) -> Iterator[dict[str, int]]:
    """One record of each kind in the other business."""
    with in_business(in_halden.other):
        by = in_halden.outsider
        found = {
            "lead": make_lead(by=by).pk,
            "company": make_company(by=by).pk,
            "contact": make_contact(by=by).pk,
            "opportunity": make_opportunity(by=by).pk,
            "activity": make_activity(by=by).pk,
        }
    yield found


PATHS = {"lead": "leads", "company": "companies", "contact": "contacts", "opportunity": "opportunities", "activity": "activities"}
VERBS = {
    "lead": ("convert", "assign", "move", "restore", "shares"),
    "company": ("assign", "restore", "shares"),
    "contact": ("assign", "move", "restore", "shares"),
    "opportunity": ("close", "reopen", "assign", "move", "restore", "shares", "people"),
    "activity": ("restore",),
}
GOOD = {
    "assign": {"owner": 1},
    "move": {"stage": "new"},
    "close": {"outcome": "won"},
    "shares": {"user": 1},
    "people": {"contact": 1},
}


def test_another_businesss_record_is_not_there_by_any_verb(in_halden: World, theirs: dict[str, int]) -> None:
    api = Api(in_halden.administrator)
    for kind, pk in theirs.items():
        path = f"/{PATHS[kind]}/{pk}"
        told = {api.get(path).status, api.patch(path, {}).status, api.delete(path).status, api.delete(f"{path}?purge=true").status}
        told |= {api.post(f"{path}/{verb}", GOOD.get(verb, {})).status for verb in VERBS[kind]}
        assert told == {404}, kind


def test_another_businesss_id_in_a_body_answers_as_one_that_never_was(in_halden: World, theirs: dict[str, int]) -> None:
    by = in_halden.administrator
    api, never = Api(by), 987_654_321
    mine = {
        "leads": make_lead(by=by).pk,
        "companies": make_company(by=by).pk,
        "contacts": make_contact(by=by).pk,
        "opportunities": make_opportunity(by=by).pk,
        "activities": make_activity(by=by).pk,
    }
    outsider = in_halden.outsider
    bodies: list[tuple[str, str, Any, Any]] = [
        ("leads", "", {"company": theirs["company"]}, {"company": never}),
        ("leads", "", {"contact": theirs["contact"]}, {"contact": never}),
        ("leads", "", {"owner": outsider.pk}, {"owner": never}),
        ("leads", "/assign", {"owner": outsider.pk}, {"owner": never}),
        ("leads", "/convert", {"company": theirs["company"]}, {"company": never}),
        ("leads", "/convert", {"contact": theirs["contact"]}, {"contact": never}),
        ("leads", "/convert", {"opportunity": theirs["opportunity"]}, {"opportunity": never}),
        ("leads", "/convert", {"opportunity": {"company": theirs["company"]}}, {"opportunity": {"company": never}}),
        ("leads", "/shares", {"user": outsider.pk}, {"user": never}),
        ("leads", "/shares", {"branch": outsider.branch_id or never}, {"branch": never}),
        ("companies", "", {"parent": theirs["company"]}, {"parent": never}),
        ("contacts", "", {"company": theirs["company"]}, {"company": never}),
        ("contacts", "", {"user": outsider.pk}, {"user": never}),
        ("opportunities", "", {"company": theirs["company"]}, {"company": never}),
        ("opportunities", "", {"primary_contact": theirs["contact"]}, {"primary_contact": never}),
        ("opportunities", "", {"lead": theirs["lead"]}, {"lead": never}),
        ("opportunities", "/people", {"contact": theirs["contact"]}, {"contact": never}),
        ("activities", "", {"links": [{"type": "lead", "id": theirs["lead"]}]}, {"links": [{"type": "lead", "id": never}]}),
    ]
    before = Event.objects.count()
    for kind, verb, foreign, missing in bodies:
        path = f"/{kind}/{mine[kind]}{verb}"
        send = api.post if verb else api.patch
        told = [send(path, body) for body in (foreign, missing)]
        assert [answer.status for answer in told] == [400, 400], (kind, verb, foreign, told[0].json)
        first, second = ({**answer.json, "request_id": ""} for answer in told)
        assert first == second, (kind, verb)
    assert Event.objects.count() == before


def test_a_record_of_another_branch_is_no_better_known_than_a_missing_one(in_halden: World) -> None:
    hidden = make_company(by=in_halden.colleague)
    api, lead = Api(in_halden.owner), make_lead(by=in_halden.owner)
    told = [api.patch(f"/leads/{lead.pk}", {"company": pk}).json for pk in (hidden.pk, 987_654_321)]
    assert {**told[0], "request_id": ""} == {**told[1], "request_id": ""}
    assert told[0]["errors"][0]["code"] == "does_not_exist"


QUERIES = [
    f"limit={LONG}",
    "limit=0",
    "limit=201",
    "limit=-1",
    "limit=ten",
    "cursor=damaged",
    "cursor=cD1hYmM=",
    "cursor=" + "x" * 5000,
    "count=maybe",
    "_connector=OR%201=1",
    "owner__password__startswith=pbkdf2",
    "business=1",
]
RECORD_QUERIES = [
    "search=" + quote("word " * 2000),
    "search=" + "x" * 201,
    "search=a%00b",
    "sort=owner__password",
    "sort=password",
    "sort=-",
    "created_at=0001-01-01T00:00:00%2B14:00",
    "created_at_from=0001-01-01T00:00:00%2B14:00",
    "created_at_from=yesterday",
    f"owner={LONG}",
    "owner=%00",
]


def test_a_wrong_parameter_is_400_on_every_list(owner: Any) -> None:
    api = Api(owner)
    asked = [(name, query) for query in QUERIES for name in (*LISTS, *SET_UP)]
    asked += [(name, query) for query in RECORD_QUERIES for name in LISTS]
    for name, query in asked:
        answer = api.get(f"/{name}?{query}")
        assert (answer.status, answer.headers["Content-Type"]) == (400, "application/problem+json"), (name, query[:60])


FILTERS = [
    f"/opportunities?amount_min={LONG}",
    "/opportunities?amount_min=NaN",
    "/opportunities?amount_min=1e400",
    "/opportunities?company=a,b",
    f"/opportunities?company={LONG}",
    "/opportunities?stage=nowhere",
    "/opportunities?open_only=perhaps",
    "/opportunities?company__name__startswith=A",
    "/leads?status=asleep",
    "/contacts?company=%00",
    "/users?is_active=perhaps",
    "/lookup-values?list=wishes",
    "/lookup-values?key=%00",
    f"/tags?name={'x' * 300}",
]


def test_a_filter_that_says_nothing_is_400(owner: Any) -> None:
    api = Api(owner)
    assert {path: api.get(path).status for path in FILTERS} == dict.fromkeys(FILTERS, 400)


def test_a_cursor_of_another_list_or_filter_is_400(owner: Any) -> None:
    for _ in range(3):
        make_lead(by=owner)
        make_company(by=owner)
    api = Api(owner)
    cursor = api.get("/leads?limit=1").json["next"].partition("?")[2]
    assert api.get(f"/leads?{cursor}").status == 200
    for other in (f"/companies?{cursor}", f"/leads?{cursor}&owner=me", f"/leads?{cursor}&sort=-name", f"/leads?{cursor[:-3]}"):
        assert api.get(other).status == 400, other
    users = api.get("/users?limit=1").json["next"].partition("?")[2]
    assert [api.get(f"/{name}?{users}").status for name in ("users", "branches", "roles")] == [200, 400, 400]
    assert api.get(f"/users?{users}&is_active=true").status == 400
