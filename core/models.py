"""The tables of the house itself. Only Event, SearchEntry and Job name records by kind and id, because they outlive them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.errors import NoBusiness
from core.indexes import TrigramIndex
from core.tenants import TenantManager, TenantModel, TenantQuerySet

__all__ = ["Event", "ExternalId", "Job", "SearchEntry", "Sequence"]


class EventQuerySet(TenantQuerySet):
    """The log is append-only; only its feed position is given later (core.events.number)."""

    def delete(self) -> tuple[int, dict[str, int]]:
        raise NoBusiness("the event log is append-only")


class EventManager(TenantManager.from_queryset(EventQuerySet)):  # type: ignore[misc]
    pass


class Event(TenantModel):
    """What happened to a record: history, timeline, change feed and webhooks all read this one log.

    changes: {field: [before, after]} as JSON values. position: gapless per business, given after commit, because ids
    are not commit order. operation: groups the events of one act so that it can be undone.
    """

    type = models.CharField(max_length=60)
    record_type = models.CharField(max_length=30)
    record = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200, default="", blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    changes = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    operation = models.UUIDField(null=True)
    position = models.BigIntegerField(null=True)

    objects: ClassVar[EventManager] = EventManager()
    walls_exempt = ("actor",)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["business", "position"], name="event_position")]
        indexes = [
            models.Index(fields=["business", "record_type", "record", "id"], name="event_history"),
            models.Index(fields=["business", "record_type", "position"], name="event_kind_feed"),
            models.Index(fields=["business", "id"], name="event_unnumbered", condition=Q(position=None)),
            models.Index(fields=["business", "operation"], name="event_operation", condition=Q(operation__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.record_type} {self.record}"


class Sequence(TenantModel):
    """The next number of a kind ('opportunity', 'feed') in one business, and how it is written ('D-{n}')."""

    kind = models.CharField(max_length=30)
    next = models.BigIntegerField(default=1)
    pattern = models.CharField(max_length=30, default="", blank=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["business", "kind"], name="sequence_one")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.next}"


class SearchEntry(models.Model):
    """Folded text of a record. Without a policy (ILIKE loses its index under one); read only by core.search.found.

    text: names, references, e-mails and phones. plain: the same without anything personal, for readers who may not see
    that; null where the record has nothing personal.
    """

    business_id = models.BigIntegerField()
    kind = models.SmallIntegerField()
    object_id = models.BigIntegerField()
    text = models.TextField()
    plain = models.TextField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_one")]
        indexes = [
            TrigramIndex("text", name="search_entry_text"),
            TrigramIndex("plain", name="search_entry_plain"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class JobStatus(models.TextChoices):
    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(models.Model):
    """The truth about one piece of background work; the carrier only brings its id. The worker takes it before it
    knows the business, so it has no policy."""

    business_id = models.BigIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=JobStatus.choices, default=JobStatus.READY)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    message = models.CharField(max_length=200, default="", blank=True)
    checkpoint = models.JSONField(default=dict)
    attempts = models.IntegerField(default=0)
    run_after = models.DateTimeField()
    lease = models.CharField(max_length=32, default="", blank=True)
    lease_until = models.DateTimeField(null=True)
    cancel = models.BooleanField(default=False)
    error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run_after"], name="job_waiting", condition=Q(status__in=["ready", "running"]))]

    def __str__(self) -> str:
        return f"{self.kind} {self.status} {self.done}/{self.total}"


class ExternalId(TenantModel):
    """What another system calls a record. Any number per record, unique per business, system and kind."""

    system = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    company = models.ForeignKey("contacts.Company", models.CASCADE, null=True, blank=True, related_name="external_ids")
    contact = models.ForeignKey("contacts.Contact", models.CASCADE, null=True, blank=True, related_name="external_ids")
    opportunity = models.ForeignKey("opportunities.Opportunity", models.CASCADE, null=True, blank=True, related_name="external_ids")
    lead = models.ForeignKey("leads.Lead", models.CASCADE, null=True, blank=True, related_name="external_ids")

    KINDS = ("company", "contact", "opportunity", "lead")

    class Meta(TenantModel.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                name="external_id_one_record",
                condition=Q(company__isnull=False, contact=None, opportunity=None, lead=None)
                | Q(company=None, contact__isnull=False, opportunity=None, lead=None)
                | Q(company=None, contact=None, opportunity__isnull=False, lead=None)
                | Q(company=None, contact=None, opportunity=None, lead__isnull=False),
            ),
            *(
                models.UniqueConstraint(
                    fields=["business", "system", "external_id"],
                    condition=Q(**{f"{kind}__isnull": False}),
                    name=f"external_id_{kind}",
                )
                for kind in ("company", "contact", "opportunity", "lead")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}:{self.external_id}"
