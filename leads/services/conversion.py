"""A lead becomes a contact, a company and a deal."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from activities.services import move_activities
from contacts.models import Company, Contact
from contacts.services import create_company, create_contact
from core import events
from core.access import codename, may
from core.errors import Conflict
from core.permissions import Actor, person
from core.records import related, save, service
from leads import events as occurred
from leads.models import Lead
from leads.rules import QUALIFIED, person_names
from leads.services.handover import lock_lead
from leads.services.leads import tell_qualified
from leads.services.placing import STAY, place
from opportunities.models import Opportunity
from opportunities.services import create_opportunity, update_opportunity

Choice = Any  # None, False, True (new), an id or instance to link, or {field: value} of a new record


@service
def convert_lead(
    *,
    lead_id: int,
    by: Actor,
    version: int | None = None,
    company: Choice = None,
    contact: Choice = None,
    opportunity: Choice = None,
) -> Lead:
    """Make or link a contact, a company and on request a deal, all in one transaction, and give the lead.

    Each of the three: an id or instance to link, {field: value} for a new one (what is left out comes from the lead),
    None for the default, False for none. Default: the contact and company that the lead names already, else new ones;
    a company only when there is a company name; no deal. In order: company, contact, deal (so their sequences are locked
    in sorted order), the lead's activities move over, status qualified, converted_*; LeadConverted, and LeadQualified
    unless the lead was qualified before.

    Twice, or twice at the same moment, gives the first result and nothing new: decided under the lead's lock.
    Raises DoesNotExist, PermissionDenied (on any of the new records too), Conflict, RuleBroken.
    """
    lead = lock_lead(lead_id=lead_id, by=by, permission="leads.convert_lead", with_activities=True)
    if lead.converted_at is not None:
        return lead
    if version is not None and lead.version != version:
        raise Conflict(lead, events.last_event(lead))
    now = timezone.now()
    firm = _company(lead, {} if company is True else company, by)
    human = _contact(lead, {} if contact is True else contact, firm, by)
    deal = _opportunity(lead, {} if opportunity is True else opportunity, firm, human, by)
    changes = place(lead=lead, wanted=STAY, status=(True, QUALIFIED), reason=(False, None), by=by, now=now)
    for name, value in {
        "converted_at": now,
        "converted_to_company": firm,
        "converted_to_contact": human,
        "converted_to_opportunity": deal,
    }.items():
        if value is not None:
            setattr(lead, name, value)
            changes[name] = (None, value)
    save(lead, changes)
    move_activities(from_record=lead, to_records=[record for record in (firm, human, deal) if record is not None], by=by)
    event = occurred.LeadConverted(
        company=firm.pk if firm else None, contact=human.pk if human else None, opportunity=deal.pk if deal else None
    )
    told = {name: pair for name, pair in changes.items() if name != "qualified_at"}
    events.publish(event, record=lead, by=by, changes=told)
    tell_qualified(lead=lead, is_new="qualified_at" in changes, by=by)
    return lead


def _owner(lead: Lead, model: Any, by: Actor) -> Any:
    """The lead's owner where the converter may give them records of this kind and keeps sight of them; else the converter."""
    if lead.owner_id is None or lead.owner_id == by.pk:
        return person(by)
    theirs = model(owner_id=lead.owner_id, branch_id=lead.branch_id)
    return lead.owner if may(by, codename(model, "assign"), theirs) else person(by)


def _company(lead: Lead, choice: Choice, by: Actor) -> Company | None:
    if choice is False:
        return None
    if choice is None:
        if lead.company is not None and lead.company.deleted_at is None:
            return lead.company
        choice = {} if lead.company_name else None
    if choice is None:
        return None
    if isinstance(choice, dict):
        values = {"name": lead.company_name, "owner": _owner(lead, Company, by)}
        return create_company(by=by, values={**values, **choice})
    return related(Company, choice, by=by, field="company")


def _contact(lead: Lead, choice: Choice, company: Company | None, by: Actor) -> Contact | None:
    if choice is False:
        return None
    if choice is None:
        if lead.contact is not None and lead.contact.deleted_at is None:
            return lead.contact
        choice = {}
    if isinstance(choice, dict):
        first, last = person_names(lead.name)
        values = {
            "first_name": first,
            "last_name": last,
            "email": lead.email,
            "phone": lead.phone,
            "notes": lead.notes,
            "company": company,
            "owner": _owner(lead, Contact, by),
        }
        return create_contact(by=by, values={**values, **choice})
    return related(Contact, choice, by=by, field="contact")


def _opportunity(lead: Lead, choice: Choice, company: Company | None, contact: Contact | None, by: Actor) -> Opportunity | None:
    if choice is None or choice is False:
        return None
    if isinstance(choice, dict):
        values = {
            "name": lead.company_name or lead.name,
            "company": company,
            "primary_contact": contact,
            "amount": lead.value,
            "currency": lead.currency,
            "owner": _owner(lead, Opportunity, by),
            "lead": lead,
        }
        return create_opportunity(by=by, values={**values, **choice})
    deal: Opportunity = related(Opportunity, choice, by=by, field="opportunity")
    if deal.lead_id is None and may(by, "opportunities.change_opportunity", deal):
        deal = update_opportunity(opportunity_id=deal.pk, by=by, values={"lead": lead})
    return deal
