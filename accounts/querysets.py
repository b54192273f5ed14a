"""Reads of people. Business, Branch, Role and User are door tables: read before the business is known, so always by business."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat

from core.gathered import JSONList


class OfBusiness(models.QuerySet):
    """Rows of one business; these tables have no policy, so nothing narrows them by itself."""

    def of(self, business: Any) -> OfBusiness:
        """The rows of this business (or its id)."""
        return self.filter(business_id=getattr(business, "pk", business))

    def active(self) -> OfBusiness:
        return self.filter(is_active=True)


class UserManager(BaseUserManager.from_queryset(OfBusiness)):  # type: ignore[misc]
    """Users by e-mail, which is their login; stored in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """A user as the command line and the tests make one; people are made by accounts.services.create_user."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """A platform operator: belongs to no business and chooses one to work in."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> Any:
        return self.get(email=(email or "").lower())


def rights_of(role: Any) -> models.Subquery:
    """The permissions of a role (an OuterRef) as one list, ['leads.view_lead', …]; None where there are none."""
    name = Concat(F("content_type__app_label"), Value("."), F("codename"))
    return models.Subquery(Permission.objects.filter(role=role).order_by().values("role").values(rights=JSONList(name)))
