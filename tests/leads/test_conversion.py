"""A lead becomes a contact, a company and a deal, once."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role, User
from accounts.services import share_record
from activities.models import Activity, ActivityLink
from activities.services import complete_task
from contacts.models import Company, Contact
from core.context import in_business
from core.errors import Conflict, RuleBroken
from core.models import Event
from leads.models import Lead
from leads.selectors import conversion_matches
from leads.services import convert_lead, update_lead
from opportunities.models import Opportunity
from tests.factories.people import World
from tests.factories.records import make_activity, make_company, make_contact, make_lead, make_opportunity, make_task
from tests.threads import at_once, problems


def test_a_lead_becomes_a_contact_a_company_and_on_request_a_deal(owner: User) -> None:
    lead = make_lead(
        by=owner,
        name="Anna Maria Weber",
        company_name="Halden GmbH",
        email="anna@halden.example",
        phone="0151 23456789",
        value="500",
        notes="n",
    )
    lead = convert_lead(lead_id=lead.pk, by=owner, version=1, opportunity={})
    contact, company, deal = lead.converted_to_contact, lead.converted_to_company, lead.converted_to_opportunity
    assert (contact.first_name, contact.last_name, contact.email, contact.notes) == ("Anna Maria", "Weber", "anna@halden.example", "n")
    assert (contact.phone_e164, contact.company, contact.owner) == ("+4915123456789", company, owner)
    assert (company.name, company.owner) == ("Halden GmbH", owner)
    assert (deal.name, deal.company, deal.primary_contact, deal.lead) == ("Halden GmbH", company, contact, lead)
    assert (deal.amount, deal.currency, deal.stage.key) == (500, "EUR", "new")
    assert (lead.status.key, lead.version) == ("qualified", 2)
    assert lead.converted_at is not None
    types = list(Event.objects.filter(record_type="lead", record=lead.pk).order_by("id").values_list("type", flat=True))
    assert types == ["lead.created", "lead.converted", "erp.lead.qualified"]
    converted = Event.objects.get(record=lead.pk, type="lead.converted")
    assert converted.data == {"company": company.pk, "contact": contact.pk, "opportunity": deal.pk}


def test_without_a_company_name_no_company_is_made_and_without_a_wish_no_deal(owner: User) -> None:
    lead = convert_lead(lead_id=make_lead(by=owner).pk, by=owner)
    assert lead.converted_to_contact is not None
    assert (lead.converted_to_company, lead.converted_to_opportunity) == (None, None)
    assert Company.objects.count() == Opportunity.objects.count() == 0


def test_existing_records_are_linked_and_nothing_is_made(owner: User) -> None:
    company = make_company(by=owner)
    contact, deal = make_contact(by=owner), make_opportunity(by=owner, company=company)
    lead = make_lead(by=owner, company_name="Halden GmbH")
    lead = convert_lead(lead_id=lead.pk, by=owner, company=company.pk, contact=contact.pk, opportunity=deal.pk)
    assert (lead.converted_to_company, lead.converted_to_contact, lead.converted_to_opportunity) == (company, contact, deal)
    assert (Company.objects.count(), Contact.objects.count(), Opportunity.objects.count()) == (1, 1, 1)
    deal.refresh_from_db()
    assert deal.lead == lead


def test_what_the_lead_names_already_is_linked(owner: User) -> None:
    company, contact = make_company(by=owner), make_contact(by=owner)
    lead = make_lead(by=owner, company=company, contact=contact, company_name="Something else")
    lead = convert_lead(lead_id=lead.pk, by=owner)
    assert (lead.converted_to_company, lead.converted_to_contact) == (company, contact)


def test_given_fields_go_before_those_of_the_lead(owner: User) -> None:
    lead = make_lead(by=owner, company_name="Halden GmbH")
    lead = convert_lead(
        lead_id=lead.pk,
        by=owner,
        company={"name": "Halden Holding AG", "industry": "energy"},
        contact={"first_name": "Kim", "job_title": "Buyer"},
        opportunity={"name": "Crane", "stage": "proposal", "amount": "9.50"},
    )
    assert (lead.converted_to_company.name, lead.converted_to_company.industry.key) == ("Halden Holding AG", "energy")
    assert (lead.converted_to_contact.first_name, lead.converted_to_contact.job_title) == ("Kim", "Buyer")
    deal = lead.converted_to_opportunity
    assert (deal.name, deal.stage.key, str(deal.amount)) == ("Crane", "proposal", "9.50")


def test_no_company_may_be_asked_for(owner: User) -> None:
    lead = convert_lead(lead_id=make_lead(by=owner, company_name="Halden GmbH").pk, by=owner, company=False)
    assert lead.converted_to_company is None


def test_a_refused_part_leaves_nothing_behind(owner: User) -> None:
    lead = make_lead(by=owner)
    with pytest.raises(RuleBroken) as refused:
        convert_lead(lead_id=lead.pk, by=owner, opportunity={})
    assert refused.value.needs == ("company",)
    lead.refresh_from_db()
    assert (lead.converted_at, lead.version, Contact.objects.count()) == (None, 1, 0)


def test_everything_on_the_lead_goes_along(owner: User) -> None:
    lead = make_lead(by=owner, company_name="Halden GmbH")
    note, task = make_activity(by=owner, on=lead), make_task(by=owner, on=lead, subject="Call back")
    lead = convert_lead(lead_id=lead.pk, by=owner, opportunity={})
    for activity in (note, task):
        kinds = sorted(link.kind for link in ActivityLink.objects.filter(activity=activity))
        assert kinds == ["company", "contact", "opportunity"]
    deal = Opportunity.objects.get(pk=lead.converted_to_opportunity_id)
    assert deal.next_step == "Call back"
    lead.refresh_from_db()
    assert lead.next_step == ""
    assert Activity.objects.count() == 2


def test_converting_twice_gives_the_first_result(owner: User) -> None:
    lead = make_lead(by=owner, company_name="Halden GmbH")
    first = convert_lead(lead_id=lead.pk, by=owner, version=1, opportunity={})
    second = convert_lead(lead_id=lead.pk, by=owner, version=1, company={"name": "Another"}, opportunity={})
    assert second.converted_to_company_id == first.converted_to_company_id
    assert (second.version, Company.objects.count(), Opportunity.objects.count()) == (2, 1, 1)
    assert Event.objects.filter(record_type="lead", record=lead.pk).count() == 3


def test_a_stale_conversion_is_refused(owner: User) -> None:
    lead = make_lead(by=owner)
    update_lead(lead_id=lead.pk, by=owner, values={"value": 1})
    with pytest.raises(Conflict):
        convert_lead(lead_id=lead.pk, by=owner, version=1)


@pytest.mark.parametrize("kind", ["company", "contact", "opportunity"])
def test_what_the_converter_may_not_see_is_as_good_as_missing(in_halden: World, kind: str) -> None:
    hidden: Any = {"company": make_company, "contact": make_contact, "opportunity": make_opportunity}[kind](by=in_halden.colleague)
    lead = make_lead(by=in_halden.owner, company_name="Halden GmbH")
    for given in (hidden.pk, 10**12):
        with pytest.raises(RuleBroken) as refused:
            convert_lead(lead_id=lead.pk, by=in_halden.owner, **{kind: given})
        assert refused.value.message_dict == {kind: ["There is no such record."]}


@pytest.mark.parametrize("codename", ["convert_lead", "add_company", "add_contact", "add_opportunity"])
def test_converting_needs_the_right_to_make_each_part(in_halden: World, codename: str) -> None:
    role = Role.objects.get(business=in_halden.business, key="sales")
    role.permissions.remove(*role.permissions.filter(codename=codename))
    by = User.objects.select_related("role", "branch", "business").get(pk=in_halden.owner.pk)
    lead = make_lead(by=by, company_name="Halden GmbH")
    with pytest.raises(PermissionDenied):
        convert_lead(lead_id=lead.pk, by=by, opportunity={})
    assert (Company.objects.count(), Contact.objects.count()) == (0, 0)


def test_who_reads_only_converts_nothing(in_halden: World) -> None:
    with pytest.raises(PermissionDenied):
        convert_lead(lead_id=make_lead(by=in_halden.owner).pk, by=in_halden.reader)


def test_the_managers_conversion_leaves_everything_with_the_leads_owner(in_halden: World) -> None:
    lead = make_lead(by=in_halden.owner, company_name="Halden GmbH")
    lead = convert_lead(lead_id=lead.pk, by=in_halden.manager, opportunity={})
    assert {lead.converted_to_company.owner, lead.converted_to_contact.owner, lead.converted_to_opportunity.owner} == {in_halden.owner}


def test_who_converts_a_shared_lead_keeps_what_comes_of_it(in_halden: World) -> None:
    lead = make_lead(by=in_halden.owner, company_name="Halden GmbH")
    share_record(record=lead, action="change", user=in_halden.colleague, by=in_halden.owner)
    lead = convert_lead(lead_id=lead.pk, by=in_halden.colleague, opportunity={})
    assert lead.converted_to_opportunity.owner == in_halden.colleague


def test_matches_are_shown_among_what_the_reader_may_see(in_halden: World) -> None:
    company = make_company(by=in_halden.owner, name="Müller AG", website="https://mueller.example")
    contact = make_contact(by=in_halden.owner, email="anna@mueller.example")
    hidden = make_contact(by=in_halden.colleague, email="anna@mueller.example")
    lead = make_lead(by=in_halden.owner, name="Anna", email="anna@mueller.example", company_name="MULLER AG")
    found = conversion_matches(lead, in_halden.owner)
    assert [match.record for match in found.companies] == [company]
    assert [match.record for match in found.contacts] == [contact]
    seen_by_all = conversion_matches(lead, in_halden.manager)
    assert {match.record for match in seen_by_all.contacts} == {contact, hidden}


def test_one_lead_converted_by_many_at_once_becomes_one_of_each(live_world: World) -> None:
    with in_business(live_world.business):
        lead = make_lead(by=live_world.owner, company_name="Halden GmbH")
        make_task(by=live_world.owner, on=lead)
    work = lambda: convert_lead(lead_id=lead.pk, by=live_world.owner, version=1, opportunity={})  # noqa: E731
    results = at_once(live_world.business, *[work] * 10)
    assert problems(results) == []
    assert len({(row.converted_to_company_id, row.converted_to_contact_id, row.converted_to_opportunity_id) for row in results}) == 1
    with in_business(live_world.business):
        assert (Company.objects.count(), Contact.objects.count(), Opportunity.objects.count()) == (1, 1, 1)
        assert [row.reference for row in (*Company.objects.all(), *Contact.objects.all(), *Opportunity.objects.all())] == [
            "CO-1",
            "C-1",
            "D-1",
        ]
        for kind in ("lead.converted", "erp.lead.qualified", "company.created", "contact.created", "opportunity.created"):
            assert Event.objects.filter(type=kind).count() == 1


def test_many_leads_converted_at_once_never_wait_for_each_other_in_a_circle(live_world: World) -> None:
    with in_business(live_world.business):
        leads = [make_lead(by=live_world.owner, company_name=f"Company {n}") for n in range(12)]
    results = at_once(
        live_world.business,
        *(lambda pk=lead.pk: convert_lead(lead_id=pk, by=live_world.owner, opportunity={}) for lead in leads),
    )
    assert problems(results) == []
    with in_business(live_world.business):
        assert Opportunity.objects.values("reference").distinct().count() == 12
        assert Lead.objects.filter(converted_at=None).count() == 0


def test_a_task_is_done_while_its_lead_is_converted_and_neither_fails(live_world: World) -> None:
    with in_business(live_world.business):
        leads = [make_lead(by=live_world.owner) for _ in range(4)]
        tasks = [make_task(by=live_world.owner, on=lead) for lead in leads]
    conversions = [lambda pk=lead.pk: convert_lead(lead_id=pk, by=live_world.owner) for lead in leads]
    completions = [lambda pk=task.pk: complete_task(activity_id=pk, by=live_world.owner) for task in tasks]
    assert problems(at_once(live_world.business, *conversions, *completions)) == []
    with in_business(live_world.business):
        assert Lead.objects.filter(converted_at=None).count() == 0
        assert Activity.objects.filter(status="done").count() == 4
