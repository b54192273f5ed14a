"""The trash is emptied after 30 days, by a job per business and day. Apps register how each kind is purged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone

from core import context, jobs
from core.models import Job
from core.permissions import SYSTEM
from core.record import Record

KEPT = timedelta(days=30)
STEP = 50  # records purged in one step
HOUR = 3600
KIND = "core.empty_trash"

_purges: dict[type[Record], Callable[..., None]] = {}


def purged_by(model: type[Record], purge: Callable[..., None], *, argument: str) -> None:
    """Register the service that deletes one record of a model for good: purge(<argument>=id, by=SYSTEM)."""
    _purges[model] = lambda pk: purge(**{argument: pk}, by=SYSTEM)


@jobs.handler(KIND)
def empty_trash(checkpoint: dict[str, Any]) -> tuple[dict[str, Any] | None, int]:
    """Purge up to STEP records that have lain in the trash for longer than KEPT."""
    limit = timezone.now() - KEPT
    for model, purge in _purges.items():
        due = model.objects.in_trash(SYSTEM).filter(deleted_at__lt=limit).order_by("pk").values_list("pk", flat=True)[:STEP]
        ids = list(due)
        if ids:
            for pk in ids:
                purge(pk)
            return {"purged": checkpoint.get("purged", 0) + len(ids)}, len(ids)
    return None, 0


@jobs.every(HOUR)
def schedule() -> None:
    """One job per business and day. Two workers at once make two jobs, of which the second finds nothing to do."""
    since = timezone.now() - timedelta(hours=20)
    recent: set[Any] = set(Job.objects.filter(kind=KIND, created_at__gt=since).values_list("business_id", flat=True))
    for business in apps.get_model("accounts.Business").objects.exclude(pk__in=recent):
        with context.in_business(business):
            jobs.enqueue(KIND, by=SYSTEM)
