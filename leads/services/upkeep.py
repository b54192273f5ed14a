"""What the machine keeps on leads. None of it raises the version: nobody's edit is refused because of it."""

from __future__ import annotations

from collections.abc import Iterable

from activities.selectors import marks_of
from core.permissions import Actor
from core.records import service
from leads.models import Lead


@service
def keep_lead_figures(*, lead_ids: Iterable[int], by: Actor) -> None:
    """Write next_step, next_step_at, last_activity_at and last_contacted_at of these leads anew from their activities."""
    for pk, marks in sorted(marks_of("lead", lead_ids).items()):
        Lead.objects.filter(pk=pk).update(
            next_step=marks.next_step,
            next_step_at=marks.next_step_at,
            last_activity_at=marks.last_activity_at,
            last_contacted_at=marks.last_contacted_at,
        )
