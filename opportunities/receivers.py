"""What opportunities do when others say that something happened."""

from __future__ import annotations

from typing import Any

from activities.events import ActivityChanged
from contacts.events import CompanyChanged
from core import jobs
from core.events import subscribe
from core.permissions import SYSTEM
from opportunities.services import keep_activity_figures


@subscribe(ActivityChanged)
def keep_next_step(event: ActivityChanged, *, record: Any, by: Any) -> None:
    """Next step and last activity stand on the deal itself, so that lists and boards can sort by them."""
    ids = [pk for kind, pk in event.records if kind == "opportunity"]
    if ids:
        keep_activity_figures(opportunity_ids=ids, by=SYSTEM)


@subscribe(CompanyChanged)
def reindex_deals(event: CompanyChanged, *, record: Any, by: Any) -> None:
    """A deal is found by its company's name: a rename rewrites the search entries of its deals, as a job."""
    if "name" in event.fields:
        jobs.enqueue("opportunities.reindex_company", by=by, company_id=record.pk)
