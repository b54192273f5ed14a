"""The records that activities are on, as a reader may know them."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from activities.models import ActivityLink
from activities.querysets import KINDS, visible_links
from core.gathered import gathered


def links_column(user: Any) -> Subquery:
    """The links of each activity in the activity's own query; what the reader may not see is left out."""
    seen = visible_links(ActivityLink, user).filter(activity=OuterRef("pk"))
    ids = {kind: F(f"{kind}_id") for kind in KINDS}
    return gathered(seen, "activity", pk=F("pk"), name=Coalesce(*(f"{kind}__name" for kind in KINDS)), **ids)


def told_links(rows: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """[{type, id, name}] of such a column, in the order they came."""
    found = []
    for row in sorted(rows or (), key=lambda row: row["pk"]):
        kind = next(kind for kind in KINDS if row[kind] is not None)
        found.append({"type": kind, "id": row[kind], "name": row["name"]})
    return found
