"""Reads of roles with their rights, and of the shares of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import F, Prefetch, QuerySet

from accounts.models import Branch, Business, Role, User
from core import context


def businesses() -> QuerySet[Business]:
    """Every business, for platform operators, who choose one to work in."""
    return Business.objects.order_by("name", "pk")


def served_business(user: Any) -> Business:
    """The user's business; a platform operator's is the one being served."""
    return user.business or Business.objects.get(pk=context.business_id())


def roles_of(business: Any) -> QuerySet[Role]:
    """The roles of a business; each permission says its app as `app`."""
    rights = Permission.objects.annotate(app=F("content_type__app_label")).order_by("app", "codename")
    return Role.objects.of(business).prefetch_related(Prefetch("permissions", rights))


@dataclass(frozen=True, slots=True)
class Share:
    """kind: 'user' or 'branch'. action: 'view' or 'change'."""

    kind: str
    receiver: User | Branch
    action: str


def shares_of(record: Any) -> list[Share]:
    """With whom a record is shared, people first. Two queries."""
    by_user, by_branch = type(record).share_models()
    found = []
    for model, kind in ((by_user, "user"), (by_branch, "branch")):
        for row in model.objects.filter(content_object=record).select_related(kind, "permission").order_by("id"):
            found.append(Share(kind, getattr(row, kind), row.permission.codename.partition("_")[0]))
    return found
