"""What the machine keeps on deals. None of it raises the version: nobody's edit is refused because of it."""

from __future__ import annotations

from collections.abc import Iterable

from activities.selectors import marks_of
from core import search
from core.permissions import SYSTEM, Actor
from core.records import service
from opportunities.models import Opportunity

CHUNK = 500  # deals whose search entries one step of a job writes


@service
def keep_activity_figures(*, opportunity_ids: Iterable[int], by: Actor) -> None:
    """Write next_step, next_step_at and last_activity_at of these deals anew from their activities."""
    for pk, marks in sorted(marks_of("opportunity", opportunity_ids).items()):
        Opportunity.objects.filter(pk=pk).update(
            next_step=marks.next_step, next_step_at=marks.next_step_at, last_activity_at=marks.last_activity_at
        )


@service
def reindex_company(*, company_id: int, after: int, by: Actor) -> tuple[int | None, int]:
    """Rewrite the search entries of the next deals of a company, which hold its name. Gives (last id or None, how many)."""
    deals = Opportunity.objects.visible_to(SYSTEM).filter(company_id=company_id, pk__gt=after)
    chunk = list(deals.select_related(*Opportunity.search_related).order_by("pk")[:CHUNK])
    search.remember(chunk)
    return (chunk[-1].pk if len(chunk) == CHUNK else None), len(chunk)
