"""The records that activities are on, as a reader may know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from activities.models import ActivityLink
from activities.querysets import KINDS, visible_links


def links_of(user: Any, activities: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """{activity: [{type, id, name}]} in the order they came; what the reader may not see is left out. One query."""
    columns = [column for kind in KINDS for column in (f"{kind}_id", f"{kind}__name")]
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if not activities:
        return found
    rows = visible_links(ActivityLink, user).filter(activity_id__in=activities).order_by("pk")
    for activity, *values in rows.values_list("activity_id", *columns):
        for kind, pk, name in zip(KINDS, values[::2], values[1::2], strict=True):
            if pk is not None:
                found[activity].append({"type": kind, "id": pk, "name": name})
    return found
