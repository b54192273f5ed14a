"""Reads of companies and contacts."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from core.permissions import SYSTEM
from core.record import RecordManager, RecordQuerySet


class ContactsQuerySet(RecordQuerySet):
    def in_use(self) -> ContactsQuerySet:
        """Without the archived ones, which default lists hide."""
        return self.filter(is_archived=False)

    def for_company_page(self, user: Any) -> ContactsQuerySet:
        """Companies with everything that their page says beside the row itself, in one query."""
        return self.select_related("owner", "industry", "parent").with_may_change(user).with_seen(user, "parent")

    def for_contact_page(self, user: Any) -> ContactsQuerySet:
        """Contacts likewise."""
        return self.select_related("owner", "company", "stage").with_may_change(user).with_seen(user, "company")

    def with_login(self, user_id: int) -> ContactsQuerySet:
        """The contact who signs in as this user, if there is one. For the rule that there is one: asks nobody's leave."""
        return self.visible_to(SYSTEM).filter(user_id=user_id)

    def alike(self, **same: Any) -> ContactsQuerySet:
        """Rows that equal at least one of these values, empty ones left out; each by its own index."""
        wanted = [Q(**{name: value}) for name, value in same.items() if value]
        return self.filter(reduce(or_, wanted)) if wanted else self.none()


class ContactsManager(RecordManager.from_queryset(ContactsQuerySet)):  # type: ignore[misc]
    pass
