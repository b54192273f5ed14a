"""Reads of opportunities."""

from __future__ import annotations

from core.record import RecordManager, RecordQuerySet


class OpportunityQuerySet(RecordQuerySet):
    def open(self) -> OpportunityQuerySet:
        """Neither won nor lost."""
        return self.filter(closed_at=None)

    def closed(self) -> OpportunityQuerySet:
        return self.filter(closed_at__isnull=False)


class OpportunityManager(RecordManager.from_queryset(OpportunityQuerySet)):  # type: ignore[misc]
    pass
