"""Activities over the API, and the names of single kinds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.speaking import Api
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_lead, make_task


@pytest.fixture
def api(owner: Any) -> Api:
    return Api(owner)


def test_each_kind_is_made_under_its_own_name(api: Api) -> None:
    call = api.post("/calls", {"subject": "Intro", "direction": "outbound", "outcome": "connected", "duration_minutes": 12})
    note = api.post("/notes", {"body": "Nice people"})
    mail = api.post("/activities", {"kind": "email", "subject": "Offer", "direction": "outbound"})
    assert [each.status for each in (call, note, mail)] == [201, 201, 201]
    assert (call.json["kind"], call.json["reference"], call.json["outcome"]) == ("call", "CALL-1", "connected")
    assert (note.json["kind"], note.json["reference"]) == ("note", None)
    assert note.headers["Location"] == f"/api/v1/notes/{note.json['id']}"
    assert [len(api.get(f"/{name}").json["results"]) for name in ("activities", "calls", "notes", "tasks")] == [3, 1, 1, 0]
    assert api.post("/notes", {"kind": "call", "body": "x"}).codes == {"kind": "read_only"}


def test_one_of_another_kind_is_not_there_under_this_name(in_halden: World, api: Api) -> None:
    pk = make_activity(by=in_halden.owner).pk
    task = {"subject": "x"}
    told = [api.get(f"/tasks/{pk}").status, api.patch(f"/calls/{pk}", task).status, api.delete(f"/tasks/{pk}").status]
    assert [*told, api.post(f"/tasks/{pk}/complete").status, api.delete(f"/tasks/{pk}?purge=true").status] == [404] * 5
    assert api.delete(f"/notes/{pk}").status == 204
    assert [api.post(f"/tasks/{pk}/restore").status, api.post(f"/notes/{pk}/restore").status] == [404, 200]


def test_the_records_of_an_activity_are_replaced_as_a_whole(in_halden: World, api: Api) -> None:
    lead, company = make_lead(by=in_halden.owner), make_company(by=in_halden.owner)
    path = f"/activities/{make_activity(by=in_halden.owner, on=lead).pk}"
    changed = api.patch(path, {"links": [{"type": "company", "id": company.pk}]})
    assert changed.json["links"] == [{"type": "company", "id": company.pk, "name": company.name}]
    assert api.patch(path, {"body": "x"}).json["links"] == changed.json["links"]
    assert api.patch(path, {"links": []}).json["links"] == []


def test_activities_are_found_by_record_person_and_time(in_halden: World, api: Api) -> None:
    lead = make_lead(by=in_halden.owner)
    on_lead = make_activity(by=in_halden.owner, on=lead)
    make_activity(by=in_halden.owner)
    late = make_task(by=in_halden.owner, due_at="2020-01-01T00:00:00Z", subject="Late")

    def found(path: str) -> list[int]:
        return [row["id"] for row in api.get(path).json["results"]]

    assert found(f"/activities?lead={lead.pk}") == [on_lead.pk]
    assert found("/tasks?due_at=overdue&assignee=me") == [late.pk]
    assert found("/activities?kind=task") == [late.pk]
    assert found("/activities?search=late") == [late.pk]
    assert found(f"/tasks?assignee={in_halden.colleague.pk}") == []


def test_a_tasks_status_changes_by_its_verbs_alone(in_halden: World, api: Api) -> None:
    path = f"/tasks/{make_task(by=in_halden.owner).pk}"
    assert api.patch(path, {"status": "done"}).codes == {"status": "read_only"}
    assert api.post(f"{path}/cancel").json["status"] == "cancelled"
    assert api.post(f"{path}/complete").json["code"] == "cancelled"
    assert api.post(f"{path}/reopen").json["status"] == "open"
    done = api.post(f"{path}/complete", {"version": 3}).json
    assert (done["status"], done["version"]) == ("done", 4)
    assert done["completed_at"] is not None


def test_a_task_that_repeats_makes_the_next_one(in_halden: World, api: Api) -> None:
    body = {"subject": "Report", "due_at": "2026-11-02T09:00:00+01:00", "recurrence": "weekly"}
    pk = api.post("/tasks", body).json["id"]
    api.post(f"/tasks/{pk}/complete")
    rows = api.get("/tasks?status=open").json["results"]
    assert [(row["subject"], row["recurrence"]) for row in rows] == [("Report", "weekly")]


def test_a_task_for_a_colleague_shows_them_only_what_the_giver_sees(in_halden: World, api: Api) -> None:
    lead = make_lead(by=in_halden.owner)
    links = [{"type": "lead", "id": lead.pk}]
    made = api.post("/tasks", {"subject": "Please call", "assignee": in_halden.colleague.pk, "links": links})
    assert (made.status, made.json["assignee"]["id"]) == (201, in_halden.colleague.pk)
    assert Api(in_halden.colleague).get(f"/leads/{lead.pk}").status == 200
