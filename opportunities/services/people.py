"""Who else is on a deal."""

from __future__ import annotations

from typing import Any

from contacts.models import Contact
from core import events
from core.permissions import Actor
from core.records import check, lock, related, save, service
from opportunities import events as occurred
from opportunities.models import Opportunity, OpportunityContact

CHANGE = "opportunities.change_opportunity"


@service
def add_opportunity_contact(
    *, opportunity_id: int, contact: Contact | int, by: Actor, role: str = "", version: int | None = None
) -> Opportunity:
    """Put a further person on the deal, or give somebody who is on it another role."""
    deal = lock(Opportunity, opportunity_id, by=by, permission=CHANGE, version=version)
    person: Any = related(Contact, contact, by=by, field="contact")
    link = OpportunityContact.objects.filter(opportunity=deal, contact=person).first()
    before = link.role if link else None
    if before == role:
        return deal
    link = link or OpportunityContact(opportunity=deal, contact=person)
    link.role = role
    check(link)
    link.save()
    save(deal, {})
    event = occurred.OpportunityContactAdded(contact=person.pk, role=role)
    events.publish(event, record=deal, by=by, changes={"contacts": (None if before is None else person, person)})
    return deal


@service
def remove_opportunity_contact(*, opportunity_id: int, contact: Contact | int, by: Actor, version: int | None = None) -> Opportunity:
    """Take a further person off the deal. Nothing happens when they are not on it, or out of the actor's sight."""
    deal = lock(Opportunity, opportunity_id, by=by, permission=CHANGE, version=version)
    seen = Contact.objects.visible_to(by).filter(pk=contact.pk if isinstance(contact, Contact) else contact)
    link = OpportunityContact.objects.filter(opportunity=deal, contact__in=seen).select_related("contact").first()
    if link is not None:
        link.delete()
        save(deal, {})
        event = occurred.OpportunityContactRemoved(contact=link.contact_id)
        events.publish(event, record=deal, by=by, changes={"contacts": (link.contact, None)})
    return deal
