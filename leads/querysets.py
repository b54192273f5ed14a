"""Reads of leads."""

from __future__ import annotations

from typing import Any

from core.record import RecordManager, RecordQuerySet


class LeadQuerySet(RecordQuerySet):
    def unconverted(self) -> LeadQuerySet:
        """Still leads: lists leave out the converted ones unless asked."""
        return self.filter(converted_at=None)

    def for_page(self, user: Any) -> LeadQuerySet:
        """With everything that a record page says beside the row itself, in one query."""
        named = ("company", "contact", "converted_to_company", "converted_to_contact", "converted_to_opportunity")
        joined = self.select_related("owner", "status", "source", "loss_reason", "pipeline", "stage", *named)
        return joined.with_may_change(user).with_seen(user, *named).with_tags()

    def unassigned(self) -> LeadQuerySet:
        return self.filter(owner=None)


class LeadManager(RecordManager.from_queryset(LeadQuerySet)):  # type: ignore[misc]
    pass
