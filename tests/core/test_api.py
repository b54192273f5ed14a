"""What every endpoint shares: how it reads, whom it lets in, how it refuses, and how a record's life goes through it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken
from accounts.services import deactivate_user, revoke_token
from core.context import in_business
from core.models import Event
from core.permissions import SYSTEM
from tests.api.speaking import Answer, Api, token_for
from tests.factories.people import PASSWORD, World
from tests.factories.records import make_company, make_lead, make_opportunity

PROBLEM = {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}


def is_problem(answer: Answer, status: int) -> bool:
    """Status, media type and all members of RFC 9457 with ours."""
    return (
        answer.status == status
        and answer.headers["Content-Type"] == "application/problem+json"
        and set(answer.json) >= PROBLEM
        and answer.json["status"] == status
        and answer.json["request_id"] == answer.headers["X-Request-Id"]
    )


@pytest.fixture
def api(owner: Any) -> Api:
    """The API in the hands of a salesperson."""
    return Api(owner)


# --- bodies that no later layer could keep

DEEP = b'{"name":' + b"[" * 60 + b"]" * 60 + b"}"
BOTTOMLESS = b'{"name":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
BAD_BODIES = {
    "NUL in a text": b'{"name": "a\\u0000b"}',
    "NUL in a key": b'{"na\\u0000me": "a"}',
    "half of a surrogate pair": b'{"name": "\\ud800"}',
    "a surrogate deep inside": b'{"consents": {"a": ["\\udfff"]}}',
    "not a number": b'{"value": NaN}',
    "infinity": b'{"value": -Infinity}',
    "a key given twice": b'{"name": "a", "name": "b"}',
    "nested too deep": DEEP,
    "nested without end": BOTTOMLESS,
    "not JSON": b"name=a",
    "half of it": b'{"name": ',
    "not UTF-8": b'{"name": "\xff"}',
    "a number of 5,000 digits": b'{"score": ' + b"9" * 5000 + b"}",
    "a fraction of 5,000 digits": b'{"value": 0.' + b"9" * 5000 + b"}",
    "a list": b"[1]",
    "a text": b'"name"',
    "null": b"null",
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_body_that_cannot_be_kept_is_refused_in_words(api: Api, name: str) -> None:
    assert is_problem(api.raw("POST", "/leads", BAD_BODIES[name]), 400)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_content_type_is_415(api: Api, kind: str) -> None:
    assert is_problem(api.raw("POST", "/leads", b'{"name": "a"}', **{"Content-Type": kind}), 415)


def test_another_charset_than_utf_8_is_400(api: Api) -> None:
    kinds = {"application/json; charset=latin-1": 400, "application/json; charset=klingon": 400, "application/json; charset=UTF-8": 201}
    body = json.dumps({"name": "Ada", "email": "ada@prospect.example"}).encode()
    assert {kind: api.raw("POST", "/leads", body, **{"Content-Type": kind}).status for kind in kinds} == kinds


def test_a_body_that_is_too_large_is_413(api: Api) -> None:
    body = b'{"notes": "' + b"a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    assert is_problem(api.raw("POST", "/leads", body), 413)


def test_money_with_a_fraction_keeps_its_cents(api: Api) -> None:
    made = api.raw("POST", "/leads", b'{"name": "Ada", "email": "ada@prospect.example", "value": 0.10}')
    assert (made.status, made.json["value"]) == (201, "0.10")


# --- who is let in


def test_a_stranger_is_told_how_to_come_in(in_halden: World) -> None:
    answer = Api(None).get("/leads")
    assert is_problem(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_token_is_401_even_beside_a_good_session(in_halden: World) -> None:
    client = Client()
    assert client.login(email="owner@halden.example", password=PASSWORD)
    assert client.get("/api/v1/leads").status_code == 200
    refused = client.get("/api/v1/leads", headers={"Authorization": "Bearer crm_wrong"})
    assert refused.status_code == 401


def test_an_expired_a_revoked_and_a_leavers_token_are_401(in_halden: World) -> None:
    expired, revoked, leaver = (Api(user) for user in (in_halden.owner, in_halden.teammate, in_halden.colleague))
    ApiToken.objects.of(in_halden.business).filter(user=in_halden.owner).update(expires_at=timezone.now() - timedelta(seconds=1))
    revoke_token(token_id=ApiToken.objects.of(in_halden.business).get(user=in_halden.teammate).pk, by=SYSTEM)
    deactivate_user(user_id=in_halden.colleague.pk, by=SYSTEM)
    assert [each.get("/leads").status for each in (expired, revoked, leaver)] == [401, 401, 401]


def test_a_token_reads_and_writes_no_more_than_its_scopes_say(in_halden: World) -> None:
    body = {"name": "Ada", "email": "ada@prospect.example"}
    reader, writer = Api(in_halden.owner, "leads:read"), Api(in_halden.owner, "leads:write")
    assert [reader.get("/leads").status, reader.post("/leads", body).status, reader.get("/companies").status] == [200, 403, 403]
    assert [writer.get("/leads").status, writer.post("/leads", body).status, writer.get("/companies").status] == [200, 201, 403]


def test_a_session_writes_only_with_its_csrf_token(in_halden: World) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.login(email="owner@halden.example", password=PASSWORD)
    body = json.dumps({"name": "Ada", "email": "ada@prospect.example"})
    refused = client.post("/api/v1/leads", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")
    client.cookies["csrftoken"] = "a" * 32
    allowed = client.post("/api/v1/leads", body, content_type="application/json", headers={"X-CSRFToken": "a" * 32})
    assert allowed.status_code == 201


def test_a_platform_operator_chooses_a_business_first(in_halden: World) -> None:
    client = Client()
    assert client.login(email="operator@platform.example", password=PASSWORD)
    assert client.get("/api/v1/leads").status_code == 403
    session = client.session
    session["business"] = in_halden.business.pk
    session.save()
    assert client.get("/api/v1/leads").status_code == 200


def test_a_token_in_the_address_counts_for_nothing(in_halden: World) -> None:
    assert Api(None).get(f"/leads?token={token_for(in_halden.owner)}").status == 401


# --- refusals


def test_an_address_and_a_method_that_do_not_exist_are_problems_too(api: Api) -> None:
    assert is_problem(api.get("/nothing"), 404)
    assert is_problem(api.get("/leads/abc"), 404)
    assert is_problem(api.send("PUT", "/leads/1", {}), 405)
    assert is_problem(api.send("OPTIONS", "/leads"), 405)
    assert is_problem(api.get("/leads", Accept="text/csv"), 406)


def test_a_mistake_of_ours_is_a_problem_without_a_trace(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("leads.api.LeadViewSet.one", broken)
    answer = api.get("/leads/1")
    assert is_problem(answer, 500)
    assert "secret" not in json.dumps(answer.json)


def test_a_hidden_a_foreign_and_a_missing_record_answer_the_same(in_halden: World) -> None:
    hidden = make_lead(by=in_halden.colleague).pk
    with in_business(in_halden.other):
        foreign = make_lead(by=in_halden.outsider).pk
    api = Api(in_halden.owner)
    for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
        told = []
        for pk in (hidden, foreign, 987_654_321, 10**18, 9 * 10**18 + 9 * 10**17):
            answer = api.send(method, f"/leads/{pk}", body)
            assert is_problem(answer, 404)
            told.append({**answer.json, "instance": "", "request_id": ""})
        assert all(each == told[0] for each in told)


def test_an_unknown_parameter_is_400_and_the_known_ones_are_named(api: Api) -> None:
    answer = api.get("/leads?owners=me")
    assert is_problem(answer, 400)
    assert answer.json["errors"][0]["field"] == "owners"
    assert "include_converted" in answer.json["errors"][0]["detail"]
    assert is_problem(api.get("/leads/1?verbose=true"), 400)
    assert is_problem(api.post("/leads?dry_run=true", {}), 400)


def test_every_wrong_field_is_named_at_once(api: Api) -> None:
    answer = api.post("/leads", {"reference": "L-1", "colour": "red", "email": 5, "value": "1.234", "score": True, "company": "7"})
    assert is_problem(answer, 400)
    assert answer.codes == {
        "reference": "read_only",
        "colour": "unknown",
        "email": "invalid",
        "value": "max_decimal_places",
        "score": "invalid",
        "company": "invalid",
        "name": "required",
    }


# --- the life of a record


def test_a_record_is_made_read_changed_trashed_and_restored(api: Api) -> None:
    made = api.post("/companies", {"name": "Rheinwerk"})
    assert (made.status, made.json["version"]) == (201, 1)
    place = made.headers["Location"]
    assert place == f"/api/v1/companies/{made.json['id']}"
    read = api.get(place)
    assert (read.status, read.json, read.headers["ETag"]) == (200, made.json, made.headers["ETag"])
    changed = api.patch(place, {"website": "https://rheinwerk.example"})
    assert changed.json == {**made.json, **{name: changed.json[name] for name in ("website", "domain", "updated_at")}, "version": 2}
    assert api.delete(place).status == 204
    assert [api.get(place).status, api.patch(place, {"name": "x"}).status, api.delete(place).status] == [404, 404, 404]
    restored = api.post(f"{place}/restore")
    assert (restored.status, restored.json["website"], restored.json["version"]) == (200, "https://rheinwerk.example", 4)


def test_a_path_answers_with_and_without_its_last_slash(api: Api) -> None:
    place = api.post("/companies/", {"name": "Rheinwerk"}).headers["Location"]
    assert [api.get(path).status for path in ("/companies", "/companies/", place, f"{place}/")] == [200, 200, 200, 200]


def test_purging_needs_its_right_and_leaves_nothing(in_halden: World) -> None:
    company = make_company(by=in_halden.owner)
    refused = Api(in_halden.owner).delete(f"/companies/{company.pk}?purge=true")
    assert is_problem(refused, 403)
    administrator = Api(in_halden.administrator)
    assert is_problem(administrator.delete(f"/companies/{company.pk}?purge=yes"), 400)
    assert administrator.delete(f"/companies/{company.pk}?purge=true").status == 204
    assert administrator.post(f"/companies/{company.pk}/restore").status == 404


def test_a_change_of_nothing_changes_nothing(api: Api) -> None:
    made = api.post("/companies", {"name": "Rheinwerk"})
    assert api.patch(made.headers["Location"], {"name": "Rheinwerk"}).json == made.json
    assert api.patch(made.headers["Location"], {}).json == made.json


@pytest.mark.parametrize("way", ["version", "If-Match", "both"])
def test_a_stale_change_is_412_with_the_record_as_it_is(in_halden: World, way: str) -> None:
    company = make_company(by=in_halden.owner, name="Rheinwerk")
    api = Api(in_halden.owner)
    path = f"/companies/{company.pk}"
    old = api.get(path).headers["ETag"]
    api.patch(path, {"name": "Rheinwerk AG"})
    body = {"name": "Rheinwerk SE", **({"version": 1} if way != "If-Match" else {})}
    answer = api.patch(path, body, **({"If-Match": old} if way != "version" else {}))
    assert is_problem(answer, 412)
    assert (answer.json["code"], answer.json["current"]["name"], answer.json["current"]["version"]) == ("stale", "Rheinwerk AG", 2)
    assert answer.json["changed_by"] == {"id": in_halden.owner.pk, "name": in_halden.owner.name}
    assert answer.headers["ETag"] == api.get(path).headers["ETag"]
    assert Event.objects.filter(record_type="company", record=company.pk, type__endswith="changed").count() == 1


def test_a_stale_delete_is_412_and_deletes_nothing(in_halden: World) -> None:
    company = make_company(by=in_halden.owner)
    api, path = Api(in_halden.owner), f"/companies/{company.pk}"
    old = api.get(path).headers["ETag"]
    new = api.patch(path, {"name": "Rheinwerk"}).headers["ETag"]
    assert is_problem(api.delete(path, **{"If-Match": old}), 412)
    assert api.get(path).status == 200
    assert api.delete(path, **{"If-Match": new}).status == 204


def test_a_stale_purge_is_412_also_out_of_the_trash(in_halden: World) -> None:
    company = make_company(by=in_halden.owner)
    api, path = Api(in_halden.administrator), f"/companies/{company.pk}"
    first = api.get(path).headers["ETag"]
    api.patch(path, {"name": "Rheinwerk"})
    assert is_problem(api.delete(f"{path}?purge=true", **{"If-Match": first}), 412)
    api.delete(path)
    assert is_problem(api.delete(f"{path}?purge=true", **{"If-Match": first}), 412)
    assert api.post(f"{path}/restore").status == 200


def test_a_tag_that_is_none_and_two_versions_at_once_are_400(api: Api) -> None:
    made = api.post("/companies", {"name": "Rheinwerk"})
    path, tag = made.headers["Location"], made.headers["ETag"]
    assert is_problem(api.patch(path, {"name": "x"}, **{"If-Match": "yesterday"}), 400)
    assert is_problem(api.patch(path, {"name": "x", "version": 7}, **{"If-Match": tag}), 400)
    assert is_problem(api.patch(path, {"name": "x", "version": 0}), 400)
    assert api.patch(path, {"name": "x"}, **{"If-Match": "*"}).status == 200


def test_what_is_known_already_is_304_until_it_looks_different(in_halden: World) -> None:
    company = make_company(by=in_halden.owner, name="Rheinwerk")
    deal = make_opportunity(by=in_halden.owner, company=company)
    api, path = Api(in_halden.owner), f"/opportunities/{deal.pk}"
    tag = api.get(path).headers["ETag"]
    again = api.get(path, **{"If-None-Match": tag})
    assert (again.status, again.json, again.headers["ETag"]) == (304, None, tag)
    api.patch(f"/companies/{company.pk}", {"name": "Rheinwerk AG"})
    assert api.get(path, **{"If-None-Match": tag}).json["company"]["name"] == "Rheinwerk AG"
    assert Api(in_halden.reader).get(path, **{"If-None-Match": tag}).status == 200


def test_answers_are_private_and_never_taken_for_true_later(api: Api) -> None:
    headers = api.get("/leads").headers
    assert headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= set(headers["Vary"].split(", "))


def test_who_gives_a_record_out_of_sight_is_told_its_id_alone(in_halden: World) -> None:
    company = make_company(by=in_halden.team_lead)
    answer = Api(in_halden.team_lead).post(f"/companies/{company.pk}/assign", {"owner": in_halden.colleague.pk})
    assert (answer.status, answer.json) == (200, {"id": company.pk, "version": 2})
