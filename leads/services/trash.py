"""Into the trash, out of it again, and gone for good. A converted lead may go there: what came of it stays."""

from __future__ import annotations

from core.permissions import Actor
from core.records import lock, lock_for_good, purge, restore, service, trash
from leads import events as occurred
from leads.models import Lead


@service
def delete_lead(*, lead_id: int, by: Actor, version: int | None = None) -> Lead:
    """Move the lead to the trash; restorable for 30 days."""
    lead = lock(Lead, lead_id, by=by, permission="leads.delete_lead", version=version)
    return trash(lead, by=by, event=occurred.LeadTrashed())


@service
def restore_lead(*, lead_id: int, by: Actor) -> Lead:
    """Take the lead out of the trash."""
    lead = lock(Lead, lead_id, by=by, permission="leads.delete_lead", trash=True)
    return restore(lead, by=by, event=occurred.LeadRestored())


@service
def purge_lead(*, lead_id: int, by: Actor) -> None:
    """Delete for good, at once or from the trash. What came of it stays, without the link."""
    lead = lock_for_good(Lead, lead_id, by=by, permission="leads.purge_lead")
    purge(lead, by=by, event=occurred.LeadPurged())
