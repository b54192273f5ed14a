"""Role × action through the API: 200 where it is theirs, 403 where they may only see, 404 where they may not."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from core.context import in_business
from tests.api.speaking import Api
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_opportunity, make_task

MAKERS = {
    "leads": make_lead,
    "companies": make_company,
    "contacts": make_contact,
    "opportunities": make_opportunity,
}
WHO = ("owner", "teammate", "colleague", "team_lead", "manager", "administrator", "reader", "outsider")

# What each may do with a record of `owner` (branch north): sales reach their own, a team lead the branch, others all.
SEEN = {"owner": 200, "team_lead": 200, "manager": 200, "administrator": 200, "reader": 200}
CHANGED = {**SEEN, "reader": 403}
GIVEN = {**CHANGED, "owner": 403}  # sales change what is theirs and give nothing away
PURGED = {"owner": 403, "team_lead": 403, "manager": 403, "administrator": 204, "reader": 403}
TRASHED = {who: 204 if status == 200 else status for who, status in CHANGED.items()}

ACTIONS: dict[str, tuple[str, str, Any, dict[str, int]]] = {
    "read": ("GET", "", None, SEEN),
    "shares": ("GET", "/shares", None, SEEN),
    "change": ("PATCH", "", {"notes": "seen"}, CHANGED),
    "assign": ("POST", "/assign", {"owner": "teammate"}, GIVEN),
    "share": ("POST", "/shares", {"user": "teammate"}, CHANGED),
    "trash": ("DELETE", "", None, TRASHED),
    "purge": ("DELETE", "?purge=true", None, PURGED),
}
VERBS: dict[str, dict[str, tuple[str, str, Any, dict[str, int]]]] = {
    "leads": {"convert": ("POST", "/convert", {}, CHANGED)},
    "companies": {},
    "contacts": {},
    "opportunities": {
        "move": ("POST", "/move", {"stage": "discovery"}, CHANGED),
        "close": ("POST", "/close", {"outcome": "won"}, CHANGED),
        "reopen": ("POST", "/reopen", {}, CHANGED),
    },
}


def filled(body: Any, world: World) -> Any:
    """The body with names of people replaced by their ids."""
    return {name: getattr(world, value).pk if isinstance(value, str) and hasattr(world, value) else value for name, value in body.items()}


@pytest.mark.parametrize("kind", MAKERS)
def test_every_role_does_what_the_table_says_and_no_more(in_halden: World, kind: str) -> None:
    speakers = {who: Api(getattr(in_halden, who)) for who in WHO}
    found, expected = {}, {}
    for name, (method, path, body, table) in {**ACTIONS, **VERBS[kind]}.items():
        for who, api in speakers.items():
            record = MAKERS[kind](by=in_halden.owner)
            before = api_state(record)
            answer = api.send(method, f"/{kind}/{record.pk}{path}", filled(body, in_halden) if body is not None else None)
            found[name, who], expected[name, who] = answer.status, table.get(who, 404)
            if answer.status in (403, 404):
                assert api_state(record) == before, (name, who)
    assert found == expected


def api_state(record: Any) -> dict[str, Any]:
    """The row as it is stored: a refusal leaves it untouched."""
    return type(record).objects.filter(pk=record.pk).values().get()


@pytest.mark.parametrize("kind", MAKERS)
def test_a_list_holds_what_its_reader_may_see(in_halden: World, kind: str) -> None:
    with in_business(in_halden.other):
        MAKERS[kind](by=in_halden.outsider)
    made = {who: MAKERS[kind](by=getattr(in_halden, who)).pk for who in ("owner", "teammate", "colleague")}

    def listed(user: User) -> set[str]:
        ids = {row["id"] for row in Api(user).get(f"/{kind}").json["results"]}
        return {who for who, pk in made.items() if pk in ids}

    assert {who: listed(getattr(in_halden, who)) for who in WHO} == {
        "owner": {"owner"},
        "teammate": {"teammate"},
        "colleague": {"colleague"},
        "team_lead": {"owner", "teammate"},
        "manager": set(made),
        "administrator": set(made),
        "reader": set(made),
        "outsider": set(),
    }


@pytest.mark.parametrize("kind", [*MAKERS, "activities", "tags", "pipelines", "lookup-values"])
def test_who_may_only_read_makes_nothing(in_halden: World, kind: str) -> None:
    body = {"name": "x", "last_name": "x", "email": "x@prospect.example", "kind": "note", "body": "x", "list": "industry"}
    fields = {
        "leads": ("name", "email"),
        "companies": ("name",),
        "contacts": ("last_name",),
        "opportunities": ("name",),
        "activities": ("kind", "body"),
        "tags": ("name",),
        "pipelines": ("name",),
        "lookup-values": ("name", "list"),
    }[kind]
    assert Api(in_halden.reader).post(f"/{kind}", {name: body[name] for name in fields}).status == 403


def test_set_up_is_read_by_all_and_changed_by_administrators(in_halden: World) -> None:
    for who, status in {"owner": 403, "team_lead": 403, "manager": 403, "administrator": 201, "reader": 403}.items():
        api = Api(getattr(in_halden, who))
        assert [api.get(f"/{name}").status for name in ("pipelines", "lookup-values", "tags", "users", "branches", "roles")] == [200] * 6
        told = [
            api.post("/tags", {"name": who}).status,
            api.post("/pipelines", {"name": who}).status,
            api.post("/lookup-values", {"list": "industry", "name": who}).status,
        ]
        assert told == [status] * 3, who


def test_a_role_without_the_right_to_view_a_kind_is_told_so(in_halden: World) -> None:
    in_halden.reader.role.permissions.remove(*in_halden.reader.role.permissions.filter(codename="view_lead"))
    pk = make_lead(by=in_halden.owner).pk
    api = Api(in_halden.reader)
    assert [api.get("/leads").status, api.get(f"/leads/{pk}").status, api.get("/companies").status] == [403, 403, 200]


# --- shares


@pytest.mark.parametrize("kind", MAKERS)
def test_a_share_carries_what_it_says_until_it_ends(in_halden: World, kind: str) -> None:
    record = MAKERS[kind](by=in_halden.owner)
    path, mine, theirs = f"/{kind}/{record.pk}", Api(in_halden.owner), Api(in_halden.colleague)
    shared = mine.post(f"{path}/shares", {"user": in_halden.colleague.pk})
    row = {"user": {"id": in_halden.colleague.pk, "name": "Colleague Tester"}, "branch": None, "action": "view"}
    assert (shared.status, shared.json) == (200, {"results": [row]})
    assert [theirs.get(path).status, theirs.patch(path, {"notes": "x"}).status] == [200, 403]
    mine.post(f"{path}/shares", {"user": in_halden.colleague.pk, "action": "change"})
    told = [theirs.patch(path, {"notes": "x"}).status, theirs.post(f"{path}/shares", {"user": in_halden.teammate.pk}).status]
    assert [*told, theirs.delete(path).status] == [200, 403, 403]
    assert mine.get(f"{path}/shares").json["results"] == [{**row, "action": "change"}]
    assert mine.delete(f"{path}/shares?user={in_halden.colleague.pk}").status == 204
    assert (theirs.get(path).status, mine.get(f"{path}/shares").json) == (404, {"results": []})


def test_a_share_with_a_branch_reaches_its_people(in_halden: World) -> None:
    pk = make_company(by=in_halden.owner).pk
    body = {"branch": in_halden.colleague.branch_id, "action": "change"}
    assert Api(in_halden.owner).post(f"/companies/{pk}/shares", body).status == 200
    assert Api(in_halden.colleague).patch(f"/companies/{pk}", {"notes": "x"}).status == 200
    assert Api(in_halden.teammate).get(f"/companies/{pk}").status == 404


def test_nobody_shares_with_nobody_or_with_two_at_once(in_halden: World) -> None:
    path = f"/companies/{make_company(by=in_halden.owner).pk}/shares"
    api = Api(in_halden.owner)
    both = {"user": in_halden.teammate.pk, "branch": in_halden.teammate.branch_id}
    assert [api.post(path, body).status for body in ({}, both, {"user": in_halden.teammate.pk, "action": "delete"})] == [400] * 3
    assert [api.delete(path).status, api.delete(f"{path}?user=x").status, api.delete(f"{path}?who=1").status] == [400] * 3


# --- what a reader may not see stays out of what they may


def test_a_related_record_out_of_sight_is_told_by_name_alone(in_halden: World) -> None:
    company = make_company(by=in_halden.owner, name="Rheinwerk")
    deal = make_opportunity(by=in_halden.owner, company=company, primary_contact=make_contact(by=in_halden.owner))
    Api(in_halden.owner).post(f"/opportunities/{deal.pk}/shares", {"user": in_halden.colleague.pk, "action": "change"})
    api = Api(in_halden.colleague)
    seen = api.get(f"/opportunities/{deal.pk}").json
    assert seen["company"] == {"name": "Rheinwerk"}
    assert set(seen["primary_contact"]) == {"name"}
    assert api.get("/opportunities").json["results"][0]["company"] == {"name": "Rheinwerk"}
    assert api.get(f"/opportunities?company={company.pk}").json["results"] == []
    assert api.patch(f"/opportunities/{deal.pk}", {"company": company.pk, "notes": "x"}).status == 200


def test_an_activitys_links_to_hidden_records_are_left_out(in_halden: World) -> None:
    company, lead = make_company(by=in_halden.owner), make_lead(by=in_halden.owner)
    links = [{"type": "company", "id": company.pk}, {"type": "lead", "id": lead.pk}]
    pk = Api(in_halden.owner).post("/notes", {"body": "Talked", "links": links}).json["id"]
    Api(in_halden.owner).post(f"/leads/{lead.pk}/shares", {"user": in_halden.colleague.pk})
    api = Api(in_halden.colleague)
    assert [link["type"] for link in api.get(f"/notes/{pk}").json["links"]] == ["lead"]
    assert [[link["type"] for link in row["links"]] for row in api.get("/activities").json["results"]] == [["lead"]]
    assert api.get(f"/activities?company={company.pk}").json["results"] == []


def test_personal_data_is_masked_for_who_may_not_see_it(in_halden: World) -> None:
    lead = make_lead(by=in_halden.owner, email="ada@engine.example", phone="+49 30 901820")
    numbers = {"email": "ada@engine.example", "phone": "+49 30 901820", "mobile": "+49 151 2345678", "alternative_contact": "030 4455667"}
    contact = make_contact(by=in_halden.owner, **numbers)
    api = Api(in_halden.reader)
    for told in (api.get(f"/leads/{lead.pk}").json, api.get("/leads").json["results"][0], api.get(f"/contacts/{contact.pk}").json):
        for name in numbers.keys() & told.keys():
            assert "•" in told[name], name
            assert told[name] not in numbers.values()
    for query in ("email=ada@engine.example", "phone_has=901", "email_has=engine", "sort=email"):
        assert api.get(f"/leads?{query}").status == 400, query
    assert api.get("/leads?search=engine").json["results"] == []


def test_a_mask_that_is_sent_back_changes_nothing(in_halden: World) -> None:
    numbers = {"email": "ada@engine.example", "phone": "+49 30 901820", "mobile": "0151 23", "alternative_contact": "030 4455667"}
    contact = make_contact(by=in_halden.owner, **numbers)
    role = in_halden.owner.role
    role.permissions.remove(*role.permissions.filter(codename="view_pii"))
    api, path = Api(in_halden.owner), f"/contacts/{contact.pk}"
    shown = api.get(path).json
    assert api.patch(path, {**{name: shown[name] for name in numbers}, "notes": "x"}).json["version"] == 2
    contact.refresh_from_db()
    assert {name: getattr(contact, name) for name in numbers} == numbers


def test_a_task_shows_its_record_to_whom_it_is_given(in_halden: World) -> None:
    deal = make_opportunity(by=in_halden.manager)
    api = Api(in_halden.colleague)
    assert api.get(f"/opportunities/{deal.pk}").status == 404
    task = make_task(by=in_halden.manager, on=deal, assignee=in_halden.colleague)
    assert [api.get(f"/opportunities/{deal.pk}").status, api.patch(f"/opportunities/{deal.pk}", {"notes": "x"}).status] == [200, 403]
    assert api.post(f"/tasks/{task.pk}/complete").status == 200
    assert api.get(f"/opportunities/{deal.pk}").status == 404


def test_a_note_of_anothers_is_changed_by_nobody_below(in_halden: World) -> None:
    note = make_activity(by=in_halden.owner)
    told = {who: Api(getattr(in_halden, who)).patch(f"/notes/{note.pk}", {"body": "x"}).status for who in ("owner", "teammate", "reader")}
    assert told == {"owner": 200, "teammate": 404, "reader": 404}
