"""What changed since a board was read: the event log's feed position, which is given in the order of commits.

Ids are not commit order, so a tag is the highest position plus how many events have none yet and the newest of those;
what changed are the records of events above the tag's position or without one. Exact, read only, one query each.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Max, Q

from core.models import Event

MOST = 200  # changed records; above it a board is read anew


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the feed stands for one record type."""

    position: int
    waiting: int
    newest: int


def spot(record_type: str) -> Spot:
    """Where the feed stands now."""
    events = Event.objects.filter(record_type=record_type)
    last = events.filter(position__isnull=False).order_by("-position").values("position")[:1]
    found = events.filter(Q(position=last) | Q(position=None)).aggregate(
        top=Max("position"),
        waiting=Count("pk", filter=Q(position=None)),
        newest=Max("pk", filter=Q(position=None)),
    )
    return Spot(found["top"] or 0, found["waiting"], found["newest"] or 0)


def changed(record_type: str, since: int) -> list[int]:
    """Ids of the records with events after position `since`; at most MOST + 1, so that more can be told."""
    events = Event.objects.filter(Q(position__gt=since) | Q(position=None), record_type=record_type, record__isnull=False)
    return list(events.order_by().values_list("record", flat=True).distinct()[: MOST + 1])
