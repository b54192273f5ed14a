"""Which activities a user reaches: through the records they are on, or as owner or assignee."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

KINDS = ("lead", "contact", "company", "opportunity")


def _seen_links(links: Any, user: Any) -> Q:
    """Links to a record that the user may see. The record models are above this app, so they come by name."""
    seen = Q(pk__in=[])
    for kind in KINDS:
        model = links._meta.get_field(kind).related_model
        rows = model.objects.visible_to(user).filter(pk=OuterRef(f"{kind}_id"))
        seen |= Q(**{f"{kind}__isnull": False}) & Exists(rows)
    return seen


def visible_links(links: Any, user: Any) -> QuerySet:
    """The links whose record the reader may see; the others are left out of every answer."""
    return links.objects.filter(_seen_links(links, user))


def _mine(user: Any) -> Q:
    return Q(owner_id=user.pk) | Q(assignee_id=user.pk)


def own_reach(model: Any, user: Any, action: str) -> Q:
    """Q of the activities on which the user may do the action."""
    if action == "view":
        links = model._meta.get_field("links").related_model
        return _mine(user) | Exists(links.objects.filter(_seen_links(links, user), activity_id=OuterRef("pk")))
    scope = user.role.scope
    if scope == "business":
        return Q(pk__isnull=False)
    if scope == "branch" and user.branch_id:
        return _mine(user) | Q(branch_id=user.branch_id)
    return _mine(user)


def own_may(model: Any, user: Any, action: str, row: Any) -> bool:
    """The twin of own_reach for one row."""
    if user.pk in (row.owner_id, row.assignee_id):
        return True
    if action == "view":
        links = model._meta.get_field("links").related_model
        return links.objects.filter(_seen_links(links, user), activity_id=row.pk).exists()
    scope = user.role.scope
    return scope == "business" or bool(scope == "branch" and user.branch_id and row.branch_id == user.branch_id)
