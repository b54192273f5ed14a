"""Reads of companies and contacts."""

from __future__ import annotations

from core.record import RecordManager, RecordQuerySet


class ContactsQuerySet(RecordQuerySet):
    def in_use(self) -> ContactsQuerySet:
        """Without the archived ones, which default lists hide."""
        return self.filter(is_archived=False)


class ContactsManager(RecordManager.from_queryset(ContactsQuerySet)):  # type: ignore[misc]
    pass
