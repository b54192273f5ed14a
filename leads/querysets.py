"""Reads of leads."""

from __future__ import annotations

from core.record import RecordManager, RecordQuerySet


class LeadQuerySet(RecordQuerySet):
    def unconverted(self) -> LeadQuerySet:
        """Still leads: lists leave out the converted ones unless asked."""
        return self.filter(converted_at=None)

    def unassigned(self) -> LeadQuerySet:
        return self.filter(owner=None)


class LeadManager(RecordManager.from_queryset(LeadQuerySet)):  # type: ignore[misc]
    pass
