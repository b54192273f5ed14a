"""Into the trash, out of it again, and gone for good."""

from __future__ import annotations

from core.permissions import SYSTEM, Actor
from core.records import lock, lock_for_good, purge, restore, service, trash
from opportunities import events as occurred
from opportunities.models import Opportunity
from opportunities.rules import check_lead_free


@service
def delete_opportunity(*, opportunity_id: int, by: Actor, version: int | None = None) -> Opportunity:
    """Move the deal to the trash; restorable for 30 days."""
    deal = lock(Opportunity, opportunity_id, by=by, permission="opportunities.delete_opportunity", version=version)
    return trash(deal, by=by, event=occurred.OpportunityTrashed())


@service
def restore_opportunity(*, opportunity_id: int, by: Actor) -> Opportunity:
    """Take the deal out of the trash. Raises RuleBroken when its lead got another deal meanwhile, naming that one."""
    deal = lock(Opportunity, opportunity_id, by=by, permission="opportunities.delete_opportunity", trash=True)
    if deal.lead_id:
        other = Opportunity.objects.visible_to(SYSTEM).filter(lead_id=deal.lead_id).values_list("reference", flat=True).first()
        check_lead_free(other or "")
    return restore(deal, by=by, event=occurred.OpportunityRestored())


@service
def purge_opportunity(*, opportunity_id: int, by: Actor) -> None:
    """Delete for good, at once or from the trash. Its activities stay with the other records they are on."""
    deal = lock_for_good(Opportunity, opportunity_id, by=by, permission="opportunities.purge_opportunity")
    purge(deal, by=by, event=occurred.OpportunityPurged())
