"""What leads do when others say that something happened."""

from __future__ import annotations

from typing import Any

from activities.events import ActivityChanged
from core.events import subscribe
from core.permissions import SYSTEM
from leads.services import keep_lead_figures


@subscribe(ActivityChanged)
def keep_next_step(event: ActivityChanged, *, record: Any, by: Any) -> None:
    """Next step, last activity and last contact stand on the lead itself, so that lists can sort by them."""
    ids = [pk for kind, pk in event.records if kind == "lead"]
    if ids:
        keep_lead_figures(lead_ids=ids, by=SYSTEM)
