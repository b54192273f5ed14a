"""Background work on opportunities."""

from __future__ import annotations

from typing import Any

from core import jobs
from core.permissions import SYSTEM
from core.retention import purged_by
from opportunities.models import Opportunity
from opportunities.services import purge_opportunity, reindex_company

purged_by(Opportunity, purge_opportunity, argument="opportunity_id")


@jobs.handler("opportunities.reindex_company")
def reindex_chunk(checkpoint: dict[str, Any], *, company_id: int) -> tuple[dict[str, Any] | None, int]:
    """One chunk of the deals of a renamed company. Safe to run twice: entries are written as the rows are now."""
    last, done = reindex_company(company_id=company_id, after=checkpoint.get("after", 0), by=SYSTEM)
    return (None if last is None else {"after": last}), done
