"""Sharing one record with one user or one branch. The only module that knows django-guardian.

Direct foreign keys instead of guardian's generic table: a share goes with its record, carries its business, and is
found by index. Ownership, branch and role are never written here, only explicit exceptions.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from guardian.managers import UserObjectPermissionManager
from guardian.models import BaseObjectPermission, UserObjectPermissionBase

from core.tenants import TenantManager, TenantModel

CAP_PER_USER = 5000  # above this, share with a branch: the sub-select stays small (walls.md §4)


class ShareManager(TenantManager, UserObjectPermissionManager):
    """Scoped to the business, and guardian's assign_perm works through it."""


class UserShare(TenantModel, UserObjectPermissionBase):
    """A view or change share of one record with one user. Subclasses add `content_object`."""

    objects: ClassVar[ShareManager] = ShareManager()

    class Meta(TenantModel.Meta):
        abstract = True


class BranchShare(TenantModel, BaseObjectPermission):
    """A view or change share of one record with all people of a branch. Subclasses add `content_object`."""

    branch = models.ForeignKey("accounts.Branch", models.CASCADE, related_name="+")

    class Meta(TenantModel.Meta):
        abstract = True


def once(*fields: str, name: str) -> models.UniqueConstraint:
    """One row per receiver, right and record."""
    return models.UniqueConstraint(fields=[*fields, "permission", "content_object"], name=name)
