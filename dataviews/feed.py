"""What changed since a board was read: the event log's feed position, which is given in the order of commits.

Ids are not commit order, so a tag is the highest position plus how many events have none yet and the newest of those;
what changed are the records of events above the tag's position or without one. Exact, read only, one query each.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q

from core.access import reach
from core.models import Event
from dataviews.lists import Lists

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


def known(ids: Collection[int], *, model: Any, user: Any, lists: Lists, since: int) -> list[int]:
    """Those of the changed records that the reader may be told of: the ones in sight, in the trash too, and the ones that
    somebody in reach gave away. Another's id would say that the record is there."""
    seen = set(model.objects.filter(reach(user, model), pk__in=ids).values_list("pk", flat=True))
    hidden = [pk for pk in ids if pk not in seen]
    if not hidden:
        return list(ids)
    before = lists.team() if user.role is not None and user.role.scope == "branch" else [user.pk]
    news = Event.objects.filter(Q(position__gt=since) | Q(position=None), record_type=model._meta.model_name, record__in=hidden)
    given_away = set(news.filter(changes__owner__0__id__in=before).values_list("record", flat=True))
    return [pk for pk in ids if pk in seen or pk in given_away]
