"""The pages of deals: who gets which, what a form loses (nothing), what is said when somebody was faster."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.services import share_record
from contacts.services import delete_company
from opportunities.models import Opportunity
from opportunities.services import add_opportunity_contact, update_opportunity
from pipelines.models import LookupValue, Stage
from tests.clicking import PEOPLE, counted, form_of, htmx, signed_in
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_contact, make_opportunity, make_task


@pytest.fixture
def deal(in_halden: World) -> Opportunity:
    return make_opportunity(by=in_halden.owner, name="Pump upgrade", amount=Decimal("84000"))


def stage(key: str) -> Stage:
    return Stage.objects.get(key=key, pipeline__is_default=True, pipeline__kind="opportunity")


def reason() -> LookupValue:
    return LookupValue.objects.filter(list="loss_reason").first()


# owner, team lead, manager and administrator reach it; the reader may only look; to the others it does not exist.
RIGHTS: list[tuple[str, str, tuple[int, ...]]] = [
    ("GET", "", (200, 200, 200, 200, 200, 404, 404, 404)),
    ("GET", "edit/", (200, 200, 200, 200, 403, 404, 404, 404)),
    ("GET", "lost/", (200, 200, 200, 200, 403, 404, 404, 404)),
    ("GET", "assign/", (403, 200, 200, 200, 403, 404, 404, 404)),
    ("POST", "edit/", (422, 422, 422, 422, 403, 404, 404, 404)),
    ("POST", "stage/", (422, 422, 422, 422, 403, 404, 404, 404)),
    ("POST", "lost/", (422, 422, 422, 422, 403, 404, 404, 404)),
    ("POST", "won/", (303, 303, 303, 303, 403, 404, 404, 404)),
    ("POST", "assign/", (403, 422, 422, 422, 403, 404, 404, 404)),
    ("POST", "delete/", (303, 303, 303, 303, 403, 404, 404, 404)),
    ("GET", "delete/", (405, 405, 405, 405, 405, 405, 405, 405)),
]


@pytest.mark.parametrize(("method", "action", "answers"), RIGHTS)
def test_who_gets_which_page(in_halden: World, method: str, action: str, answers: tuple[int, ...]) -> None:
    found = []
    for person in PEOPLE:
        deal = make_opportunity(by=in_halden.owner)
        client = signed_in(getattr(in_halden, person))
        found.append(client.generic(method, f"/opportunities/{deal.pk}/{action}").status_code)
    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, answers, strict=True))


def test_a_stranger_is_asked_to_sign_in(deal: Opportunity) -> None:
    response = Client().get(f"/opportunities/{deal.pk}/")
    assert (response.status_code, response["Location"]) == (302, f"/login/?next=/opportunities/{deal.pk}/")


def test_a_post_without_its_token_is_refused(deal: Opportunity, owner: Any) -> None:
    client = signed_in(owner, enforce_csrf_checks=True)
    assert client.post(f"/opportunities/{deal.pk}/won/").status_code == 403
    deal.refresh_from_db()
    assert deal.closed_at is None


@pytest.mark.parametrize("number", [0, 2**62, 2**70])
def test_a_number_that_never_was_is_not_there(owner: Any, number: int) -> None:
    assert signed_in(owner).get(f"/opportunities/{number}/").status_code == 404


def test_who_may_only_look_is_offered_no_change(deal: Opportunity, in_halden: World) -> None:
    html = signed_in(in_halden.reader).get(f"/opportunities/{deal.pk}/").content.decode()
    for control in ("/edit/", "/won/", "/lost/", "/stage/", "/delete/", "/assign/", 'id="composer"'):
        assert control not in html
    assert "84,000" in html


def test_a_view_share_shows_the_deal_and_a_change_share_its_controls(deal: Opportunity, in_halden: World) -> None:
    colleague, address = in_halden.colleague, f"/opportunities/{deal.pk}/"
    share_record(record=deal, action="view", by=in_halden.owner, user=colleague)
    assert "/won/" not in signed_in(colleague).get(address).content.decode()
    share_record(record=deal, action="change", by=in_halden.owner, user=colleague)
    html = signed_in(colleague).get(address).content.decode()
    assert "/won/" in html
    assert "/delete/" not in html


def test_a_record_that_the_reader_may_not_see_goes_by_its_name_alone(in_halden: World) -> None:
    hidden = make_company(by=in_halden.manager, name="Hidden Corp")
    contact = make_contact(by=in_halden.manager, first_name="Vera", last_name="Hidden")
    deal = make_opportunity(by=in_halden.manager, company=hidden, primary_contact=contact)
    share_record(record=deal, action="change", by=in_halden.manager, user=in_halden.owner)
    client = signed_in(in_halden.owner)
    for page in ("", "edit/"):
        html = client.get(f"/opportunities/{deal.pk}/{page}").content.decode()
        assert "Hidden Corp" in html
        assert "Vera Hidden" in html
        assert f"/companies/{hidden.pk}/" not in html
        assert f"/contacts/{contact.pk}/" not in html
    for name in ("company", "primary_contact"):
        assert re.findall(rf'name="(?:initial-)?{name}" value="(\w*)"', html) == ["unchanged", "unchanged"]
    # Sent back untouched, it stays.
    response = client.post(f"/opportunities/{deal.pk}/edit/", form_of(html) | {"name": "Renamed"})
    assert response.status_code == 303
    deal.refresh_from_db()
    assert (deal.name, deal.company_id, deal.primary_contact_id) == ("Renamed", hidden.pk, contact.pk)


def test_a_company_in_the_trash_is_named_and_not_linked(deal: Opportunity, owner: Any) -> None:
    delete_company(company_id=deal.company_id, by=owner)
    html = signed_in(owner).get(f"/opportunities/{deal.pk}/").content.decode()
    assert deal.company.name in html
    assert "in the trash" in html
    assert f'href="/companies/{deal.company_id}/"' not in html


# --------------------------------------------------------------------------------------------------------------- forms


def test_a_new_deal_from_its_form(owner: Any) -> None:
    company = make_company(by=owner, name="Fjordkraft")
    client = signed_in(owner)
    page = client.get(f"/opportunities/new/?company={company.pk}")
    sent = form_of(page.content.decode())
    assert (sent["company"], sent["company_text"], sent["currency"]) == (str(company.pk), "Fjordkraft", "EUR")
    response = client.post("/opportunities/new/", sent | {"name": "Sensors", "amount": "22,500.50", "expected_close_date": "2031-05-01"})
    made = Opportunity.objects.get(name="Sensors")
    assert (response.status_code, response["Location"]) == (303, f"/opportunities/{made.pk}/")
    assert (made.amount, made.owner, made.company, made.stage.key) == (Decimal("22500.50"), owner, company, "new")
    assert made.expected_close_date == dt.date(2031, 5, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
        ({"amount": "lots"}, "Enter a number."),
        ({"amount": "-5"}, "greater than or equal to 0"),
        ({"amount": "12345678901234.00"}, "no more than"),
        ({"probability": "101"}, "less than or equal to 100"),
        ({"probability": "-1"}, "greater than or equal to 0"),
        ({"expected_close_date": "tomorrow"}, "Enter a valid date."),
        ({"currency": "KWD"}, "Select a valid choice."),
        ({"stage": "999999"}, "Select a valid choice."),
        ({"company": "999999"}, "There is no such record."),
        ({"company": "abc"}, "Choose one from the list."),
        ({"company": "", "company_text": "Fjord"}, "Choose one from the list."),
        ({"company": "", "company_text": ""}, "is needed for the stage"),
    ],
)
def test_bad_input_is_refused_beside_its_field_and_loses_nothing(owner: Any, typed: dict[str, str], said: str) -> None:
    company = make_company(by=owner)
    client = signed_in(owner)
    sent = form_of(client.get(f"/opportunities/new/?company={company.pk}").content.decode())
    sent |= {"name": "Sensors", "amount": "10", "notes": "Kept <b>as typed</b>", **typed}
    response = client.post("/opportunities/new/", sent)
    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert "Kept &lt;b&gt;as typed&lt;/b&gt;" in html
    again = form_of(html)
    kept = {name: value for name, value in typed.items() if name not in ("stage", "currency", "name")}
    assert {name: again[name] for name in kept} == kept
    assert not Opportunity.objects.exists()


def test_a_foreign_business_s_company_is_as_one_that_never_was(in_halden: World) -> None:
    sent = {"name": "Sensors", "currency": "EUR", "stage": stage("new").pk, "company": "1"}
    response = signed_in(in_halden.owner).post("/opportunities/new/", sent)
    assert response.status_code == 422
    assert "There is no such record." in response.content.decode()


def test_only_what_was_changed_is_saved(deal: Opportunity, owner: Any) -> None:
    client = signed_in(owner)
    sent = form_of(client.get(f"/opportunities/{deal.pk}/edit/").content.decode())
    assert client.post(f"/opportunities/{deal.pk}/edit/", sent).status_code == 303
    deal.refresh_from_db()
    assert deal.version == 1


def test_who_was_slower_sees_both_values_and_decides(deal: Opportunity, owner: Any, manager: Any) -> None:
    client, address = signed_in(owner), f"/opportunities/{deal.pk}/edit/"
    sent = form_of(client.get(address).content.decode()) | {"amount": "90,000"}
    update_opportunity(opportunity_id=deal.pk, by=manager, values={"amount": Decimal("70000"), "name": "Renamed meanwhile"})
    response = client.post(address, sent)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Manager Tester changed this" in html
    assert "90,000" in html
    assert "70,000" in html
    deal.refresh_from_db()
    assert deal.amount == Decimal("70000")
    # Keep mine: what only the other one changed stays theirs.
    assert client.post(address, form_of(html)).status_code == 303
    deal.refresh_from_db()
    assert (deal.amount, deal.name) == (Decimal("90000"), "Renamed meanwhile")


# ---------------------------------------------------------------------------------------------------- moving and closing


def test_a_move_answers_with_the_regions_that_changed(deal: Opportunity, owner: Any) -> None:
    client = signed_in(owner)
    sent = {"stage": stage("discovery").pk, "version": deal.version}
    response = client.post(f"/opportunities/{deal.pk}/stage/", sent, follow=True, **htmx("rec-head"))
    html = response.content.decode()
    assert response.status_code == 200
    assert html.strip().startswith('<div id="rec-head">')
    for region in ('<div id="timeline" hx-swap-oob="true">', '<div id="panels" hx-swap-oob="true">', 'hx-swap-oob="beforeend:#toasts"'):
        assert region in html
    assert "Pump upgrade moved to Discovery." in html
    assert "<html" not in html


def test_a_stage_says_what_it_lacks_and_takes_it_in_the_same_form(deal: Opportunity, owner: Any) -> None:
    Stage.objects.filter(pk=stage("proposal").pk).update(required_fields=["expected_close_date", "primary_contact"])
    client, address = signed_in(owner), f"/opportunities/{deal.pk}/stage/"
    response = client.post(address, {"stage": stage("proposal").pk, "version": deal.version}, **htmx("rec-head"))
    assert (response.status_code, response["HX-Retarget"], response["HX-Reswap"]) == (422, "#dialog-body", "outerHTML")
    assert b"<html" not in response.content
    page = client.post(address, {"stage": stage("proposal").pk, "version": deal.version})
    sent = form_of(page.content.decode())
    assert {"expected_close_date", "primary_contact"} <= set(sent)
    contact = make_contact(by=owner)
    sent |= {"expected_close_date": "2031-05-01", "primary_contact": str(contact.pk)}
    assert client.post(address, sent).status_code == 303
    deal.refresh_from_db()
    assert (deal.stage.key, deal.primary_contact, deal.expected_close_date) == ("proposal", contact, dt.date(2031, 5, 1))


def test_a_stale_move_is_refused(deal: Opportunity, owner: Any, manager: Any) -> None:
    update_opportunity(opportunity_id=deal.pk, by=manager, values={"name": "Renamed"})
    response = signed_in(owner).post(f"/opportunities/{deal.pk}/stage/", {"stage": stage("discovery").pk, "version": deal.version})
    assert response.status_code == 409
    deal.refresh_from_db()
    assert deal.stage.key == "new"


@pytest.mark.parametrize("given", [{"stage": ""}, {"stage": "x"}, {"stage": "999999"}, {}])
def test_a_stage_that_is_none_is_refused(deal: Opportunity, owner: Any, given: dict[str, str]) -> None:
    assert signed_in(owner).post(f"/opportunities/{deal.pk}/stage/", given).status_code == 422


def test_won_is_told_with_an_undo_that_opens_it_again(deal: Opportunity, owner: Any) -> None:
    client = signed_in(owner)
    html = client.post(f"/opportunities/{deal.pk}/won/", follow=True).content.decode()
    assert "Pump upgrade is won." in html
    undo = f"/opportunities/{deal.pk}/reopen/"
    assert f'action="{undo}" data-undo' in html
    client.post(undo)
    deal.refresh_from_db()
    assert (deal.closed_at, deal.stage.key) == (None, "new")


def test_a_loss_without_a_reason_is_refused_and_with_one_is_kept(deal: Opportunity, owner: Any) -> None:
    client, address = signed_in(owner), f"/opportunities/{deal.pk}/lost/"
    refused = client.post(address, {"loss_reason": "", "loss_note": "Price <was> too high"})
    assert refused.status_code == 422
    assert "Price &lt;was&gt; too high" in refused.content.decode()
    assert client.post(address, {"loss_reason": reason().pk, "loss_note": "Price"}).status_code == 303
    deal.refresh_from_db()
    assert (deal.stage.kind, deal.loss_reason, deal.loss_note) == ("lost", reason(), "Price")


def test_a_dialog_is_a_page_without_htmx(deal: Opportunity, owner: Any) -> None:
    client, address = signed_in(owner), f"/opportunities/{deal.pk}/lost/"
    assert b"<html" in client.get(address).content
    fragment = client.get(address, **htmx("dialog-body")).content.decode()
    assert fragment.startswith('<div id="dialog-body">')


def test_who_gives_a_deal_away_and_loses_sight_of_it_goes_on_to_the_list(in_halden: World) -> None:
    deal = make_opportunity(by=in_halden.owner)
    client, address = signed_in(in_halden.team_lead), f"/opportunities/{deal.pk}/assign/"
    response = client.post(address, {"owner": in_halden.colleague.pk, "version": deal.version}, **htmx("rec-head"))
    assert (response.status_code, response["HX-Redirect"]) == (204, "/opportunities/")


def test_the_trash_gives_back_what_it_took(deal: Opportunity, owner: Any, in_halden: World) -> None:
    client = signed_in(owner)
    client.post(f"/opportunities/{deal.pk}/delete/")
    assert client.get(f"/opportunities/{deal.pk}/").status_code == 404
    assert "Pump upgrade" in client.get("/opportunities/trash/").content.decode()
    assert "Pump upgrade" not in signed_in(in_halden.teammate).get("/opportunities/trash/").content.decode()
    assert client.post(f"/opportunities/{deal.pk}/restore/").status_code == 303
    assert client.get(f"/opportunities/{deal.pk}/").status_code == 200


def test_people_are_put_on_a_deal_and_taken_off(deal: Opportunity, owner: Any) -> None:
    contact, client = make_contact(by=owner, first_name="Per", last_name="Aune"), signed_in(owner)
    assert client.post(f"/opportunities/{deal.pk}/people/", {"contact": contact.pk, "role": "decides"}).status_code == 303
    html = client.get(f"/opportunities/{deal.pk}/").content.decode()
    assert "Per Aune" in html
    assert "Decides" in html
    assert client.post(f"/opportunities/{deal.pk}/people/", {"contact": 999999}).status_code == 422
    client.post(f"/opportunities/{deal.pk}/people/{contact.pk}/remove/")
    assert "Per Aune" not in client.get(f"/opportunities/{deal.pk}/?tab=timeline").content.decode().split('id="panels"')[1]


# -------------------------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_the_same_queries_for_any_number_of_rows(owner: Any, count: int) -> None:
    company = make_company(by=owner)
    deal = make_opportunity(by=owner, company=company)
    for _ in range(count):
        contact = make_contact(by=owner, company=company)
        add_opportunity_contact(opportunity_id=deal.pk, contact=contact, by=owner)
        note = make_activity(by=owner, on=deal)
        note.links.create(contact=contact)
        make_task(by=owner, on=deal)
        make_opportunity(by=owner, company=company)
        update_opportunity(opportunity_id=deal.pk, by=owner, values={"amount": Decimal(contact.pk)})
    client = signed_in(owner)
    with counted() as queries:
        assert client.get(f"/opportunities/{deal.pk}/").status_code == 200
    assert len(queries) == 9


def test_older_entries_are_shown_on_demand(deal: Opportunity, owner: Any) -> None:
    for number in range(30):
        make_activity(by=owner, on=deal, body=f"Note {number:02d}.")
    client, address = signed_in(owner), f"/opportunities/{deal.pk}/"
    first = client.get(address).content.decode()
    assert "Show 6 older entries" in first
    assert "Note 00." not in first
    more = client.get(f"{address}?entries=50", **htmx("timeline")).content.decode()
    assert more.strip().startswith('<div id="timeline">')
    assert "Note 00." in more


def test_the_page_speaks_german(deal: Opportunity, owner: Any) -> None:
    owner.language = "de"
    owner.save()
    html = signed_in(owner).get(f"/opportunities/{deal.pk}/").content.decode()
    assert "84.000\u00a0€" in html
    assert "Nächster Schritt" in html
