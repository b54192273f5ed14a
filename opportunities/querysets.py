"""Reads of opportunities."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from core.gathered import gathered
from core.record import RecordManager, RecordQuerySet


class OpportunityQuerySet(RecordQuerySet):
    def open(self) -> OpportunityQuerySet:
        """Neither won nor lost."""
        return self.filter(closed_at=None)

    def for_page(self, user: Any) -> OpportunityQuerySet:
        """With everything that a record page says beside the row itself, in one query."""
        joined = self.select_related("owner", "pipeline", "stage", "company__industry", "primary_contact", "loss_reason")
        return joined.with_may_change(user).with_seen(user, "company", "primary_contact").with_tags().with_people(user)

    def with_people(self, user: Any) -> OpportunityQuerySet:
        """Each row has its further people as [{"id", "contact", "name", "job_title", "role", "seen"}], or None."""
        people: Any = self.model._meta.get_field("people").related_model
        contacts: Any = self.model._meta.get_field("primary_contact").related_model
        rows = people.objects.filter(opportunity=OuterRef("pk"))
        seen = Exists(contacts.objects.visible_to(user).filter(pk=OuterRef("contact_id")))
        shown = {"id": "pk", "contact": "contact_id", "name": "contact__name", "job_title": "contact__job_title", "role": "role"}
        return self.annotate(people_list=gathered(rows.annotate(is_seen=seen), "opportunity", **shown, seen="is_seen"))

    def closed(self) -> OpportunityQuerySet:
        return self.filter(closed_at__isnull=False)


class OpportunityManager(RecordManager.from_queryset(OpportunityQuerySet)):  # type: ignore[misc]
    pass
