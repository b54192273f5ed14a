"""Giving a lead to somebody, with what goes along."""

from __future__ import annotations

from typing import Any

from activities.models import Activity
from activities.services import assign_open_tasks
from contacts.models import Contact
from contacts.services import assign_contact
from core import events
from core.access import may
from core.owners import give, own_new
from core.permissions import SYSTEM, Actor, person
from core.records import fetch, lock, own, save, service
from leads import events as occurred
from leads.models import Lead
from leads.rules import check_not_converted, check_owner
from opportunities.models import Opportunity
from opportunities.services import assign_opportunity


def own_new_lead(*, lead: Lead, given: dict[str, Any], by: Actor, may_be_unassigned: bool) -> None:
    """Take `owner` out of the values: whoever makes the lead, somebody the maker may give leads to, or nobody."""
    owner = given.pop("owner", person(by))
    if owner in (None, ""):
        check_owner(None, by_machine=by is SYSTEM or may_be_unassigned)
        own(lead, None, by=by)
    else:
        own_new(lead, owner, by=by)


def give_lead(*, lead: Lead, owner: Any, by: Actor) -> dict[str, tuple[Any, Any]]:
    """Set another owner, not saved. Only the machine may take it away from everybody."""
    if owner not in (None, ""):
        return give(lead, owner, by=by)
    check_owner(None, by_machine=by is SYSTEM)
    before = lead.owner
    own(lead, None, by=by)
    return {"owner": (before, None)} if before is not None else {}


def lock_lead(*, lead_id: int, by: Actor, permission: str, version: int | None = None, with_activities: bool = False) -> Lead:
    """The lead under lock. With its activities they are locked first: who completes a task holds that while the lead's
    next step is written, so two who took them in different order would wait for each other."""
    if with_activities:
        found = fetch(Lead, lead_id, by=by)
        list(Activity.objects.on("lead", found.pk).select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    return lock(Lead, lead_id, by=by, permission=permission, version=version)


def hand_over(*, lead: Lead, change: tuple[Any, Any], by: Actor, with_opportunities: bool = False) -> None:
    """Tell LeadAssigned, then let the lead's open tasks and its contact follow, and when asked that contact's open deals.

    Of contact and deals those that the actor may give away; the others stay where they are.
    """
    before, owner = change
    event = occurred.LeadAssigned(owner_before=before.pk if before else None, owner=owner.pk if owner else None)
    events.publish(event, record=lead, by=by, changes={"owner": change})
    if owner is None:
        return
    assign_open_tasks(kind="lead", record_id=lead.pk, from_user=None, to_user=owner, by=by)
    if not lead.contact_id:
        return
    contact = Contact.objects.visible_to(by).filter(pk=lead.contact_id).first()
    if contact is not None and may(by, "contacts.assign_contact", contact):
        assign_contact(contact_id=contact.pk, owner=owner, by=by)
    if with_opportunities:
        for deal in Opportunity.objects.visible_to(by).open().filter(primary_contact_id=lead.contact_id).order_by("pk"):
            if may(by, "opportunities.assign_opportunity", deal):
                assign_opportunity(opportunity_id=deal.pk, owner=owner, by=by)


@service
def assign_lead(*, lead_id: int, owner: Any, by: Actor, version: int | None = None, with_opportunities: bool = False) -> Lead:
    """Give the lead to a colleague (or their id); its branch becomes theirs, its open tasks and its contact go along.

    with_opportunities: that contact's open deals too. Raises DoesNotExist, PermissionDenied, Conflict, RuleBroken.
    """
    lead = lock_lead(lead_id=lead_id, by=by, permission="leads.assign_lead", version=version, with_activities=True)
    check_not_converted(lead.converted_at)
    changes = give_lead(lead=lead, owner=owner, by=by)
    if changes:
        save(lead, changes)
        hand_over(lead=lead, change=changes["owner"], by=by, with_opportunities=with_opportunities)
    return lead
