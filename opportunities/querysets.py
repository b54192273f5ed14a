"""Reads of opportunities."""

from __future__ import annotations

from typing import Any

from core.record import RecordManager, RecordQuerySet


class OpportunityQuerySet(RecordQuerySet):
    def open(self) -> OpportunityQuerySet:
        """Neither won nor lost."""
        return self.filter(closed_at=None)

    def for_page(self, user: Any) -> OpportunityQuerySet:
        """With everything that a record page says beside the row itself, in one query."""
        joined = self.select_related("owner", "pipeline", "stage", "company__industry", "primary_contact", "loss_reason")
        return joined.with_may_change(user).with_seen(user, "company", "primary_contact")

    def closed(self) -> OpportunityQuerySet:
        return self.filter(closed_at__isnull=False)


class OpportunityManager(RecordManager.from_queryset(OpportunityQuerySet)):  # type: ignore[misc]
    pass
