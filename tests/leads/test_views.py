"""The pages of leads: who gets which, their forms, and the conversion that joins nothing silently."""

from __future__ import annotations

from typing import Any

import pytest

from leads.models import Lead
from leads.services import convert_lead, update_lead
from opportunities.models import Opportunity
from pipelines.models import LookupValue
from tests.clicking import PEOPLE, counted, form_of, htmx, signed_in
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_task


@pytest.fixture
def lead(in_halden: World) -> Lead:
    return make_lead(by=in_halden.owner, name="Anna Weber", company_name="Nordwind GmbH", email="anna@nordwind.example")


def value(list_name: str, key: str) -> LookupValue:
    return LookupValue.objects.get(list=list_name, key=key)


RIGHTS: list[tuple[str, str, tuple[int, ...]]] = [
    ("GET", "", (200, 200, 200, 200, 200, 404, 404, 404)),
    ("GET", "edit/", (200, 200, 200, 200, 403, 404, 404, 404)),
    ("GET", "status/", (200, 200, 200, 200, 403, 404, 404, 404)),
    ("GET", "convert/", (200, 200, 200, 200, 403, 404, 404, 404)),
    ("GET", "assign/", (403, 200, 200, 200, 403, 404, 404, 404)),
    ("POST", "edit/", (422, 422, 422, 422, 403, 404, 404, 404)),
    ("POST", "convert/", (422, 422, 422, 422, 403, 404, 404, 404)),
    ("POST", "delete/", (303, 303, 303, 303, 403, 404, 404, 404)),
]


@pytest.mark.parametrize(("method", "action", "answers"), RIGHTS)
def test_who_gets_which_page(in_halden: World, method: str, action: str, answers: tuple[int, ...]) -> None:
    found = []
    for person in PEOPLE:
        lead = make_lead(by=in_halden.owner)
        client = signed_in(getattr(in_halden, person))
        found.append(client.generic(method, f"/leads/{lead.pk}/{action}").status_code)
    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, answers, strict=True))


def test_a_new_lead_belongs_to_who_made_it(owner: Any) -> None:
    client = signed_in(owner)
    sent = form_of(client.get("/leads/new/").content.decode())
    assert "owner" not in sent
    response = client.post("/leads/new/", sent | {"name": "Duarte Menezes", "phone": "+351 21 123 4567", "value": "1,200"})
    made = Lead.objects.get(name="Duarte Menezes")
    assert (response["Location"], made.owner, made.value, made.currency, made.status.key) == (
        f"/leads/{made.pk}/",
        owner,
        1200,
        "EUR",
        "new",
    )


def test_who_may_give_leads_away_chooses_the_owner(in_halden: World) -> None:
    client = signed_in(in_halden.manager)
    sent = form_of(client.get("/leads/new/").content.decode())
    assert sent["owner"] == str(in_halden.manager.pk)
    client.post("/leads/new/", sent | {"name": "Kari", "email": "kari@x.example", "owner": in_halden.colleague.pk})
    assert Lead.objects.get(name="Kari").owner == in_halden.colleague


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "", "phone": ""}, "Give an e-mail address or a phone number."),
        ({"email": "anna@"}, "Enter a valid email address."),
        ({"value": "-1"}, "greater than or equal to 0"),
        ({"source": "999999"}, "Select a valid choice."),
        ({"name": "  "}, "This field is required."),
    ],
)
def test_bad_input_is_refused_and_loses_nothing(owner: Any, typed: dict[str, str], said: str) -> None:
    client = signed_in(owner)
    sent = form_of(client.get("/leads/new/").content.decode()) | {"name": "Anna", "email": "a@b.example", "notes": "Kept", **typed}
    response = client.post("/leads/new/", sent)
    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert "Kept" in html
    assert not Lead.objects.exists()


def test_a_lost_lead_says_why(lead: Lead, owner: Any) -> None:
    client, address = signed_in(owner), f"/leads/{lead.pk}/status/"
    sent = {"status": value("lead_status", "lost").pk, "version": lead.version}
    response = client.post(address, sent, **htmx("rec-head"))
    assert (response.status_code, response["HX-Retarget"]) == (422, "#dialog-body")
    assert "Say why it was lost." in response.content.decode()
    reason = LookupValue.objects.filter(list="loss_reason").first()
    assert client.post(address, sent | {"loss_reason": reason.pk}).status_code == 303
    lead.refresh_from_db()
    assert (lead.status.key, lead.loss_reason) == ("lost", reason)


def test_who_was_slower_sees_both_values(lead: Lead, owner: Any, manager: Any) -> None:
    client, address = signed_in(owner), f"/leads/{lead.pk}/edit/"
    sent = form_of(client.get(address).content.decode()) | {"company_name": "Nordwind AG"}
    update_lead(lead_id=lead.pk, by=manager, values={"company_name": "Nordwind SE"})
    response = client.post(address, sent)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Nordwind AG" in html
    assert "Nordwind SE" in html


def test_masked_addresses_are_neither_shown_nor_editable(in_halden: World, lead: Lead) -> None:
    html = signed_in(in_halden.reader).get(f"/leads/{lead.pk}/").content.decode()
    assert "anna@nordwind.example" not in html
    assert "a•••@•••.example" in html


# ---------------------------------------------------------------------------------------------------------- conversion


def test_a_match_by_address_is_proposed_and_one_by_name_only_shown(lead: Lead, owner: Any) -> None:
    company = make_company(by=owner, name="Nordwind GmbH")
    contact = make_contact(by=owner, first_name="A.", last_name="Weber", email="anna@nordwind.example")
    html = signed_in(owner).get(f"/leads/{lead.pk}/convert/").content.decode()
    assert "Nordwind GmbH (same name)" in html
    assert "A. Weber (same e-mail)" in html
    assert (form_of(html)["company"], form_of(html)["contact"]) == ("new", str(contact.pk))
    assert company.pk


def test_a_conversion_makes_what_was_chosen(lead: Lead, owner: Any) -> None:
    company = make_company(by=owner, name="Nordwind GmbH")
    task = make_task(by=owner, on=lead)
    client = signed_in(owner)
    sent = form_of(client.get(f"/leads/{lead.pk}/convert/").content.decode())
    response = client.post(f"/leads/{lead.pk}/convert/", sent | {"company": company.pk, "name": "Two lines", "amount": "9,500"})
    deal = Opportunity.objects.get(name="Two lines")
    assert (response.status_code, response["Location"]) == (303, f"/opportunities/{deal.pk}/")
    assert (deal.company, deal.amount, deal.lead, deal.primary_contact.name) == (company, 9500, lead, "Anna Weber")
    assert task.links.filter(opportunity=deal).exists()


def test_a_conversion_without_a_deal_leads_to_the_contact(lead: Lead, owner: Any) -> None:
    client = signed_in(owner)
    sent = form_of(client.get(f"/leads/{lead.pk}/convert/").content.decode()) | {"opportunity": "none", "company": "none"}
    response = client.post(f"/leads/{lead.pk}/convert/", sent)
    lead.refresh_from_db()
    assert response["Location"] == f"/contacts/{lead.converted_to_contact_id}/"
    assert (lead.converted_to_opportunity_id, lead.converted_to_company_id) == (None, None)


@pytest.mark.parametrize("typed", [{"company": "999999"}, {"contact": ""}, {"opportunity": "maybe"}, {"amount": "x"}])
def test_a_choice_that_was_not_offered_is_refused(lead: Lead, owner: Any, typed: dict[str, str]) -> None:
    client = signed_in(owner)
    sent = form_of(client.get(f"/leads/{lead.pk}/convert/").content.decode()) | typed
    assert client.post(f"/leads/{lead.pk}/convert/", sent).status_code == 422
    lead.refresh_from_db()
    assert lead.converted_at is None


def test_a_converted_lead_is_read_only_and_says_what_became_of_it(lead: Lead, owner: Any) -> None:
    convert_lead(lead_id=lead.pk, by=owner, opportunity=True)
    lead.refresh_from_db()
    client = signed_in(owner)
    html = client.get(f"/leads/{lead.pk}/").content.decode()
    assert f"/opportunities/{lead.converted_to_opportunity_id}/" in html
    for control in ("/edit/", "/convert/", "/status/", 'id="composer"'):
        assert control not in html
    for action in ("edit", "status"):
        assert client.get(f"/leads/{lead.pk}/{action}/").status_code == 422
        assert client.post(f"/leads/{lead.pk}/{action}/", {"name": "Renamed"}).status_code == 422
    # Converted twice: the first result and nothing new.
    assert client.post(f"/leads/{lead.pk}/convert/", {})["Location"] == f"/opportunities/{lead.converted_to_opportunity_id}/"
    assert Opportunity.objects.count() == 1


def test_the_trash_gives_back_what_it_took(lead: Lead, owner: Any) -> None:
    client = signed_in(owner)
    html = client.post(f"/leads/{lead.pk}/delete/", follow=True).content.decode()
    assert f'action="/leads/{lead.pk}/restore/" data-undo' in html
    assert "Anna Weber" in client.get("/leads/trash/").content.decode()
    client.post(f"/leads/{lead.pk}/restore/")
    assert client.get(f"/leads/{lead.pk}/").status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_the_same_queries_for_any_number_of_rows(lead: Lead, owner: Any, count: int) -> None:
    contact = make_contact(by=owner)
    for _ in range(count):
        note = make_activity(by=owner, on=lead)
        note.links.create(contact=contact)
        make_task(by=owner, on=lead)
    client = signed_in(owner)
    with counted() as queries:
        assert client.get(f"/leads/{lead.pk}/").status_code == 200
    assert len(queries) == 7
