"""Writing entries down on a record's page, changing them, and the list of tasks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.services import share_record
from activities.models import Activity
from opportunities.models import Opportunity
from tests.clicking import PEOPLE, counted, form_of, htmx, signed_in
from tests.factories.people import World
from tests.factories.records import make_activity, make_opportunity, make_task

NEW = "/activities/new/"


@pytest.fixture
def deal(in_halden: World) -> Opportunity:
    return make_opportunity(by=in_halden.owner, name="Pump upgrade")


def on(deal: Opportunity, kind: str = "note", **values: Any) -> dict[str, Any]:
    return {"kind": kind, "on": f"opportunity:{deal.pk}", "next": f"/opportunities/{deal.pk}/", "text": "Budget is confirmed.", **values}


def test_a_call_with_its_follow_up_from_the_composer(deal: Opportunity, owner: Any) -> None:
    sent = on(deal, "call", outcome="connected", direction="outbound", duration_minutes="14", follow_up="3")
    response = signed_in(owner).post(NEW, sent)
    assert (response.status_code, response["Location"]) == (303, f"/opportunities/{deal.pk}/")
    call, task = Activity.objects.order_by("pk")
    assert (call.kind, call.body, call.outcome, call.duration_minutes) == ("call", "Budget is confirmed.", "connected", 14)
    assert (task.kind, task.assignee, task.subject) == ("task", owner, "Follow up: Budget is confirmed.")
    due = task.due_at.astimezone(timezone.get_default_timezone())
    assert (due.date() - timezone.now().date()).days in (2, 3)
    deal.refresh_from_db()
    assert (deal.next_step, deal.next_step_at) == (task.subject, task.due_at)
    assert {link.opportunity_id for activity in (call, task) for link in activity.links.all()} == {deal.pk}


@pytest.mark.parametrize(
    ("kind", "text", "subject", "body"),
    [
        ("task", "Send the quote\nwith the service plan", "Send the quote", "with the service plan"),
        ("meeting", "Review\nAgenda", "Review", "Agenda"),
        ("email", "Re: Quote\nThanks", "Re: Quote", "Thanks"),
        ("note", "First line\nsecond", "", "First line\nsecond"),
        ("task", "x" * 300, "x" * 200, "x" * 300),
    ],
)
def test_the_first_line_is_the_subject_of_what_has_one(
    deal: Opportunity, owner: Any, kind: str, text: str, subject: str, body: str
) -> None:
    assert signed_in(owner).post(NEW, on(deal, kind, text=text)).status_code == 303
    made = Activity.objects.get()
    assert (made.kind, made.subject, made.body) == (kind, subject, body)


def test_htmx_gets_the_timeline_the_head_and_a_toast(deal: Opportunity, owner: Any) -> None:
    html = signed_in(owner).post(NEW, on(deal), follow=True, **htmx("timeline")).content.decode().strip()
    assert html.startswith('<div id="timeline">')
    assert "Budget is confirmed." in html
    assert '<div id="rec-head" hx-swap-oob="true">' in html
    assert "Note was saved." in html
    assert 'id="composer"' not in html


@pytest.mark.parametrize(
    "typed",
    [
        {"text": " \n"},
        {"text": "x" * 20_001},
        {"text": "a\x00b"},
        {"kind": "fax"},
        {"on": "opportunity:999999"},
        {"on": "invoice:1"},
        {"on": "opportunity:x"},
        {"duration_minutes": "-1"},
        {"outcome": "shouted"},
        {"follow_up": "99"},
    ],
)
def test_bad_input_is_refused_in_the_composer(deal: Opportunity, owner: Any, typed: dict[str, str]) -> None:
    sent = on(deal, "call") | typed
    client = signed_in(owner)
    fragment = client.post(NEW, sent, **htmx("timeline"))
    assert (fragment.status_code, fragment["HX-Retarget"]) == (422, "#composer")
    page = client.post(NEW, sent)
    assert page.status_code == 422
    assert b"<html" in page.content
    assert not Activity.objects.exists()


def test_a_task_needs_a_date_that_is_one(deal: Opportunity, owner: Any) -> None:
    assert signed_in(owner).post(NEW, on(deal, "task", due_at="soon")).status_code == 422


def test_nobody_is_led_to_another_site(deal: Opportunity, owner: Any) -> None:
    response = signed_in(owner).post(NEW, on(deal) | {"next": "https://evil.example/"})
    assert response["Location"] == f"/opportunities/{deal.pk}/"


def test_who_may_only_see_a_record_adds_nothing_to_it(deal: Opportunity, in_halden: World) -> None:
    share_record(record=deal, action="view", by=in_halden.owner, user=in_halden.colleague)
    assert signed_in(in_halden.colleague).post(NEW, on(deal)).status_code == 403
    assert signed_in(in_halden.reader).post(NEW, on(deal)).status_code == 403
    # To whom it does not exist, it is as one that never was.
    assert signed_in(in_halden.teammate).post(NEW, on(deal)).status_code == 422
    assert signed_in(in_halden.outsider).post(NEW, on(deal)).status_code == 422
    assert not Activity.objects.exists()


# An entry is seen through its record; it is changed by its owner, and by the scopes above.
RIGHTS: list[tuple[str, str, tuple[int, ...]]] = [
    ("GET", "", (302, 302, 302, 302, 302, 404, 404, 404)),
    ("GET", "edit/", (200, 200, 200, 200, 403, 404, 404, 404)),
    ("POST", "edit/", (422, 422, 422, 422, 403, 404, 404, 404)),
    ("POST", "done/", (303, 303, 303, 303, 403, 404, 404, 404)),
    ("POST", "open/", (303, 303, 303, 303, 403, 404, 404, 404)),
    ("POST", "delete/", (303, 303, 303, 303, 403, 404, 404, 404)),
    ("POST", "restore/", (404, 404, 404, 404, 404, 404, 404, 404)),
]


@pytest.mark.parametrize(("method", "action", "answers"), RIGHTS)
def test_who_may_do_what_with_a_task(in_halden: World, method: str, action: str, answers: tuple[int, ...]) -> None:
    found = []
    for person in PEOPLE:
        task = make_task(by=in_halden.owner, on=make_opportunity(by=in_halden.owner))
        client = signed_in(getattr(in_halden, person))
        found.append(client.generic(method, f"/activities/{task.pk}/{action}").status_code)
    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, answers, strict=True))


def test_an_entry_is_changed_on_its_own_form(deal: Opportunity, owner: Any) -> None:
    note = make_activity(by=owner, on=deal, body="Before")
    client, address = signed_in(owner), f"/activities/{note.pk}/edit/"
    sent = form_of(client.get(address).content.decode())
    assert "due_at" not in sent
    assert client.post(address, sent | {"body": "After"}).status_code == 303
    note.refresh_from_db()
    assert (note.body, note.version) == ("After", 2)
    assert client.post(address, sent | {"body": "Too late"}).status_code == 409


def test_a_task_is_done_and_opened_again(deal: Opportunity, owner: Any) -> None:
    task = make_task(by=owner, on=deal, subject="Send the quote")
    client = signed_in(owner)
    html = client.post(f"/activities/{task.pk}/done/", {"next": "/tasks/"}, follow=True).content.decode()
    assert f'action="/activities/{task.pk}/open/" data-undo' in html
    task.refresh_from_db()
    assert task.status == "done"
    client.post(f"/activities/{task.pk}/open/")
    task.refresh_from_db()
    assert task.status == "open"


def test_what_was_deleted_comes_back_from_the_trash(deal: Opportunity, owner: Any) -> None:
    note = make_activity(by=owner, on=deal, body="Keep me")
    client = signed_in(owner)
    client.post(f"/activities/{note.pk}/delete/")
    assert "Keep me" in client.get("/activities/trash/").content.decode()
    assert client.post(f"/activities/{note.pk}/restore/").status_code == 303
    assert "Keep me" in client.get(f"/opportunities/{deal.pk}/").content.decode()


def test_tasks_stand_by_when_they_are_due(in_halden: World, deal: Opportunity) -> None:
    owner, now = in_halden.owner, timezone.now()
    make_task(by=owner, on=deal, subject="Was due", due_at=now - dt.timedelta(days=2))
    make_task(by=owner, on=deal, subject="Far away", due_at=now + dt.timedelta(days=40))
    make_task(by=owner, on=deal, subject="Some day")
    make_task(by=in_halden.manager, subject="Not mine")
    html = signed_in(owner).get("/tasks/").content.decode()
    order = [html.index(text) for text in (">Late", "Was due", ">Later", "Far away", ">No date", "Some day")]
    assert order == sorted(order)
    assert "Not mine" not in html


@pytest.mark.parametrize("count", [1, 30])
def test_the_tasks_take_the_same_queries_for_any_number(deal: Opportunity, owner: Any, count: int) -> None:
    for _ in range(count):
        make_task(by=owner, on=deal)
    client = signed_in(owner)
    with counted() as queries:
        assert client.get("/tasks/").status_code == 200
    assert len(queries) == 5
