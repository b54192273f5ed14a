"""What an answer gives away besides a record: ids, numbers of rows, matches, tags of pages, personal data."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client

from contacts.services import update_contact
from core.context import in_business
from leads.services import convert_lead, update_lead
from opportunities.services import assign_opportunity, delete_opportunity, move_opportunity, remove_opportunity_contact
from tests.api.speaking import Api
from tests.attacks.conftest import signed_in
from tests.attacks.scene import FORBIDDEN, Scene
from tests.factories.people import World
from tests.factories.records import make_company, make_contact, make_lead, make_opportunity, make_task

BOARD = "/opportunities/board/?layout=board"


def polled(client: Client, since: int = 0) -> str:
    """What a board's poll says has changed since."""
    return str(client.get(BOARD, headers={"If-None-Match": f'"{since}-x"', "HX-Request": "true"}).content.decode())


def test_a_poll_names_no_record_out_of_sight(scene: Scene) -> None:
    for who, may_see in (("owner", False), ("team_lead", False), ("manager", True)):
        text = polled(signed_in(getattr(scene.world, who)))
        assert (f"card-{scene.hidden['opportunity'].pk}" in text) == may_see, who
        assert f"card-{scene.plain['opportunity'].pk}" in text
        assert "8888" not in text


def test_a_poll_takes_out_what_was_given_away_or_deleted(scene: Scene) -> None:
    world, kept = scene.world, scene.plain["opportunity"]
    with in_business(world.business):
        gone = make_opportunity(by=world.owner)
        assign_opportunity(opportunity_id=kept.pk, owner=world.colleague, by=world.manager)
        delete_opportunity(opportunity_id=gone.pk, by=world.owner)
    for who in ("owner", "team_lead"):
        text = polled(signed_in(getattr(world, who)))
        for deal in (kept, gone):
            assert f'<li id="card-{deal.pk}" hx-swap-oob="delete"></li>' in text, who


def test_a_tag_of_one_reader_is_no_news_for_another(scene: Scene) -> None:
    lead = f"/api/v1/leads/{scene.plain['lead'].pk}"
    contact = f"/api/v1/contacts/{scene.plain['contact'].pk}"
    clear, masked = Api(scene.world.manager), Api(scene.world.reader)
    for path in (lead, contact):
        tag = clear.get(path).headers["ETag"]
        assert clear.get(path, If_None_Match=tag).status == 304
        assert masked.get(path, If_None_Match=tag).status == 200
        assert Api(scene.world.colleague).get(path, If_None_Match=tag).status == 404
        assert Api(scene.world.outsider).get(path, If_None_Match=tag).status == 404
    board = signed_in(scene.world.manager).get(BOARD)["ETag"]
    assert signed_in(scene.world.owner).get(BOARD, headers={"If-None-Match": board}).status_code == 200


def test_a_cursor_of_somebody_else_gives_ones_own_rows(scene: Scene) -> None:
    world = scene.world
    cursor = Api(world.manager).get("/contacts?limit=1&sort=-name").json["next"]
    token = parse_qs(urlparse(cursor).query)["cursor"][0]
    answer = Api(world.owner).get(f"/contacts?limit=50&sort=-name&cursor={token}")
    assert answer.status == 200
    assert not FORBIDDEN.search(str(answer.json["results"]))
    assert Api(world.outsider).get(f"/contacts?limit=50&sort=-name&cursor={token}").status == 400


def test_numbers_and_sums_are_those_of_the_rows_one_sees(scene: Scene) -> None:
    for who in ("owner", "team_lead", "manager", "reader", "outsider"):
        api = Api(getattr(scene.world, who))
        for kind in ("leads", "companies", "contacts", "opportunities", "activities", "tasks"):
            answer = api.get(f"/{kind}?limit=200&count=true").json
            assert answer["count"] == len(answer["results"]), (who, kind)
        deals = api.get("/opportunities?limit=200").json["results"]
        summary = api.get("/opportunities/pipeline-summary").json["total"]
        assert summary["count"] == len(deals), who
        assert sum(float(row["total_value"]) for row in summary["sums"]) == pytest.approx(sum(float(deal["amount"] or 0) for deal in deals))


def test_an_undo_of_somebody_else_is_not_there(scene: Scene) -> None:
    world, deal = scene.world, scene.plain["opportunity"]
    form = {"group": "stage", "lane": "discovery", "version": str(deal.version)}
    moved = signed_in(world.owner).post(f"/opportunities/{deal.pk}/move/", form, headers={"HX-Request": "true"})
    undo = str(moved.content.decode()).partition('"/undo/')[2].partition('"')[0]
    assert undo
    for who in ("manager", "teammate", "reader", "outsider"):
        assert signed_in(getattr(world, who)).post(f"/undo/{undo}").status_code == 404, who
    assert signed_in(world.owner).post(f"/undo/{undo[:-3]}aa/").status_code in (302, 409)
    assert signed_in(world.owner).get(f"/undo/{undo}").status_code == 405
    owner = signed_in(world.owner)
    told = [owner.post(f"/undo/{undo}", headers={"HX-Request": "true"}).status_code for _ in range(2)]
    assert told == [200, 409]


def test_a_converted_lead_leads_to_what_its_reader_sees(served: Scene) -> None:
    world = served.world
    lead = make_lead(by=world.owner, company_name="Rheinwerk")
    convert_lead(lead_id=lead.pk, by=world.owner, opportunity=True)
    lead.refresh_from_db()
    assign_opportunity(opportunity_id=lead.converted_to_opportunity_id, owner=world.colleague, by=world.manager)
    place = signed_in(world.owner).get(f"/leads/{lead.pk}/convert/")["Location"]
    assert place == f"/contacts/{lead.converted_to_contact_id}/"


def test_nobody_is_taken_off_a_deal_by_an_id_out_of_sight(served: Scene) -> None:
    world, deal, hidden = served.world, served.own["opportunity"], served.named["contact"]
    signed_in(world.owner).post(f"/opportunities/{deal.pk}/people/{hidden.pk}/remove/")
    Api(world.owner).delete(f"/opportunities/{deal.pk}/people?contact={hidden.pk}")
    remove_opportunity_contact(opportunity_id=deal.pk, contact=hidden.pk, by=world.owner)
    assert [person["name"] for person in Api(world.manager).get(f"/opportunities/{deal.pk}/people").json["results"]] == [hidden.name]


def test_an_open_task_shows_its_record_to_its_assignee_and_no_other(served: Scene) -> None:
    world, hidden = served.world, served.hidden["lead"]
    api = Api(world.owner)
    make_task(by=world.manager, on=hidden, assignee=world.teammate)
    assert api.get(f"/leads/{hidden.pk}").status == 404
    mine = make_task(by=world.manager, on=hidden, assignee=world.owner)
    assert (api.get(f"/leads/{hidden.pk}").status, api.patch(f"/leads/{hidden.pk}", {"notes": "x"}).status) == (200, 403)
    assert api.post(f"/leads/{hidden.pk}/convert", {}).status == 403
    assert api.post(f"/tasks/{mine.pk}/complete").status == 200
    assert api.get(f"/leads/{hidden.pk}").status == 404
    # What was done opens the record again for nobody who does not see it.
    assert api.post(f"/tasks/{mine.pk}/reopen").status == 400
    assert api.get(f"/leads/{hidden.pk}").status == 404


# ------------------------------------------------------------------------------------------- personal data, masked

SECRETS = ("anna.secret", "hidden-mail", "7654321", "1122334", "99887766")


def personal(world: World) -> dict[str, int]:
    """Records whose e-mails and numbers changed once, so that the history holds them too."""
    by = world.owner
    company = make_company(by=by, email="anna.secret@hidden-mail.example", phone="+49 30 7654321", website="https://open.example")
    contact = make_contact(
        by=by,
        company=company,
        email="anna.secret@hidden-mail.example",
        phone="+49 151 1122334",
        mobile="+49 152 99887766",
        alternative_contact="+49 30 7654321",
    )
    update_contact(contact_id=contact.pk, by=by, values={"email": "anna.secret2@hidden-mail.example", "phone": "+49 30 7654321"})
    lead = make_lead(by=by, email="anna.secret@hidden-mail.example", phone="+49 151 1122334", company_name="Open")
    update_lead(lead_id=lead.pk, by=by, values={"phone": "+49 30 7654321", "email": "anna.secret2@hidden-mail.example"})
    deal = make_opportunity(by=by, company=company, primary_contact=contact)
    move_opportunity(opportunity_id=deal.pk, stage="discovery", by=by)
    return {"companies": company.pk, "contacts": contact.pk, "leads": lead.pk, "opportunities": deal.pk}


def test_who_may_not_see_personal_data_finds_it_nowhere(in_halden: World) -> None:
    ids = personal(in_halden)
    reader = signed_in(in_halden.reader)
    places: list[str] = ["/", "/tasks/"]
    for path, pk in ids.items():
        columns = "email,phone,mobile,name" if path == "contacts" else "email,phone,name"
        places += [f"/{path}/{pk}/", f"/{path}/{pk}/?tab=history", f"/{path}/?cols={columns}", f"/api/v1/{path}", f"/api/v1/{path}/{pk}"]
        places += [f"/{path}/?sort=email", f"/{path}/?sort=-phone", f"/{path}/trash/"]
    places += ["/companies/pick/?search=open", "/contacts/pick/?search=kim", "/leads/?layout=board", "/opportunities/?layout=board"]
    told = {place: [word for word in SECRETS if word in reader.get(place).content.decode().replace(" ", "")] for place in places}
    assert {place: words for place, words in told.items() if words} == {}
    clear = signed_in(in_halden.manager).get(f"/contacts/{ids['contacts']}/?tab=history").content.decode()
    assert "anna.secret" in clear, "the search above would find it"


def test_who_may_not_see_personal_data_cannot_ask_for_it_by_parts(in_halden: World) -> None:
    personal(in_halden)
    api = Api(in_halden.reader)
    refused: list[str] = []
    for path, names in {"companies": ("email", "phone"), "contacts": ("email", "phone", "mobile"), "leads": ("email", "phone")}.items():
        refused += [f"/{path}?{name}{suffix}=a" for name in names for suffix in ("", "_has")]
        refused += [f"/{path}?sort={name}" for name in names]
    assert {path: api.get(path).status for path in refused} == dict.fromkeys(refused, 400)
    for part in ("anna.sec", "hidden-mail", "secret2", "1122334", "765432", "99887", "%2B49151", "a@", "mail.example"):
        for path in ("companies", "contacts", "leads"):
            assert api.get(f"/{path}?search={part}").json["results"] == [], (path, part)
    assert len(api.get("/contacts?search=anna.secret2@hidden-mail.example").json["results"]) == 1
    assert len(Api(in_halden.manager).get("/contacts?search=hidden-mail").json["results"]) == 1


def test_a_reader_gets_masks_where_a_list_was_read_by_another(in_halden: World) -> None:
    """The same address, asked by one who sees all and then by one who sees masks."""
    personal(in_halden)
    clear: Any = Api(in_halden.manager).get("/contacts").json["results"][0]
    masked: Any = Api(in_halden.reader).get("/contacts").json["results"][0]
    assert clear["email"] == "anna.secret2@hidden-mail.example"
    assert masked["email"] == "a•••@•••.example"
