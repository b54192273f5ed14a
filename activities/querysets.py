"""Which activities a user reaches: through the records they are on, or as owner or assignee."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.permissions import SYSTEM
from core.record import RecordManager, RecordQuerySet

KINDS = ("lead", "contact", "company", "opportunity")


def is_ahead(now: datetime) -> Q:
    """Open tasks, however late, and what is arranged for later."""
    return Q(status="open") | Q(at__gt=now)


class ActivityQuerySet(RecordQuerySet):
    def on(self, kind: str, *ids: int) -> ActivityQuerySet:
        """Those on these records of one kind. Each once per record, which a link holds at most once."""
        return self.filter(**{f"links__{kind}__in": ids} if len(ids) != 1 else {f"links__{kind}": ids[0]})

    def open_tasks(self) -> ActivityQuerySet:
        """What is still to be done."""
        return self.filter(kind="task", status="open")

    def for_assignee(self, user: Any) -> ActivityQuerySet:
        return self.filter(assignee_id=user.pk)

    def upcoming(self, now: datetime) -> ActivityQuerySet:
        """Open tasks, however late, and what is arranged for later."""
        return self.filter(is_ahead(now))

    def past(self, now: datetime) -> ActivityQuerySet:
        """The others: happened, done or called off."""
        return self.filter(~Q(status="open"), Q(at=None) | Q(at__lte=now))

    def only_on(self, kind: str, record_id: int) -> ActivityQuerySet:
        """Those that hang on this record and on nothing else, in the trash too."""
        links: Any = self.model._meta.get_field("links").related_model
        others = links.objects.filter(activity_id=OuterRef("pk")).exclude(**{kind: record_id})
        return self.on(kind, record_id).filter(~Exists(others))


class ActivityManager(RecordManager.from_queryset(ActivityQuerySet)):  # type: ignore[misc]
    pass


def records_of_open_tasks(activities: Any, kind: str, user: Any) -> QuerySet:
    """Ids of the records of a kind on which the user has a task to do: a task's assignee sees its record (domain.md)."""
    mine = activities.objects.visible_to(SYSTEM).open_tasks().for_assignee(user)
    return mine.filter(**{f"links__{kind}__isnull": False}).values(f"links__{kind}_id")


def _seen_links(links: Any, user: Any) -> Q:
    """Links to a record that the user may see. The record models are above this app, so they come by name."""
    seen = Q(pk__in=[])
    for kind in KINDS:
        model = links._meta.get_field(kind).related_model
        rows = model.objects.visible_to(user).filter(pk=OuterRef(f"{kind}_id"))
        seen |= Q(**{f"{kind}__isnull": False}) & Q(Exists(rows))
    return seen


def visible_links(links: Any, user: Any) -> QuerySet:
    """The links whose record the reader may see; the others are left out of every answer."""
    return links.objects.filter(_seen_links(links, user))


def hidden_links(links: Any, activity_ids: Iterable[int], user: Any) -> QuerySet:
    """The links of these activities to records that are there and that the user may not see."""
    there = visible_links(links, SYSTEM).filter(activity_id__in=activity_ids)
    return there.exclude(_seen_links(links, user))


def own_reach(model: Any, user: Any, action: str) -> Q:
    """Q of the activities on which the user may do the action. Nobody changes what they cannot see; deleting is for the
    owner, and for the scopes above."""
    links = model._meta.get_field("links").related_model
    mine = Q(owner_id=user.pk) | Q(assignee_id=user.pk)
    seen = mine | Q(Exists(links.objects.filter(_seen_links(links, user), activity_id=OuterRef("pk"))))
    if action == "view" or user.role.scope == "business":
        return seen
    hands = mine if action == "change" else Q(owner_id=user.pk)
    if user.role.scope == "branch" and user.branch_id:
        return hands | (Q(branch_id=user.branch_id) & seen)
    return hands


def own_may(model: Any, user: Any, action: str, row: Any) -> bool:
    """The twin of own_reach for one row."""
    mine = user.pk in (row.owner_id, row.assignee_id)
    if user.pk == row.owner_id or (mine and action in ("view", "change")):
        return True
    scope = user.role.scope
    wide = scope == "business" or bool(scope == "branch" and user.branch_id and row.branch_id == user.branch_id)
    if action != "view" and not wide:
        return False
    links = model._meta.get_field("links").related_model
    return mine or links.objects.filter(_seen_links(links, user), activity_id=row.pk).exists()
