"""What is next on a record and what was last: the figures that leads and opportunities keep in their own columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from activities.models import Activity
from core.permissions import SYSTEM

CONTACTS = ("call", "email", "meeting")


@dataclass(frozen=True)
class Marks:
    """next_step, next_step_at: title and due time of the earliest open task. last_activity_at: the newest thing that
    happened or was done. last_contacted_at: the newest call, e-mail or meeting."""

    next_step: str = ""
    next_step_at: datetime | None = None
    last_activity_at: datetime | None = None
    last_contacted_at: datetime | None = None


def marks_of(kind: str, ids: Iterable[int], *, now: datetime | None = None) -> dict[int, Marks]:
    """The marks of each of these records, of one kind. Two queries however many there are."""
    ids = list(ids)
    steps = _next_steps(kind, ids)
    lasts = _lasts(kind, ids, now or timezone.now())
    return {pk: Marks(*steps.get(pk, ("", None)), *lasts.get(pk, (None, None))) for pk in ids}


def _next_steps(kind: str, ids: list[int]) -> dict[int, tuple[str, datetime | None]]:
    rows = Activity.objects.visible_to(SYSTEM).open_tasks().on(kind, *ids)
    found: dict[int, tuple[str, datetime | None]] = {}
    for record, subject, due_at in rows.order_by(F("due_at").asc(nulls_last=True), "pk").values_list(f"links__{kind}", "subject", "due_at"):
        found.setdefault(record, (subject, due_at))
    return found


def _lasts(kind: str, ids: list[int], now: datetime) -> dict[int, tuple[Any, Any]]:
    rows = Activity.objects.visible_to(SYSTEM).on(kind, *ids).past(now).exclude(status="cancelled")
    grouped = rows.order_by().values_list(f"links__{kind}")
    moment = Coalesce("completed_at", "at", "created_at")
    return {
        record: (last, contact)
        for record, last, contact in grouped.annotate(last=Max(moment), contact=Max("at", filter=Q(kind__in=CONTACTS)))
    }


def next_step_of(kind: str, record_id: int) -> tuple[str, datetime | None]:
    """Title and due time of the earliest open task on a record; ("", None) when there is none."""
    return _next_steps(kind, [record_id]).get(record_id, ("", None))


def last_activity_of(kind: str, record_id: int, *, now: datetime | None = None) -> datetime | None:
    """When something last happened on a record, or was done. What was called off or is still to come counts for nothing."""
    return _lasts(kind, [record_id], now or timezone.now()).get(record_id, (None, None))[0]


def last_contact_of(kind: str, record_id: int, *, now: datetime | None = None) -> datetime | None:
    """When the last call, e-mail or meeting was."""
    return _lasts(kind, [record_id], now or timezone.now()).get(record_id, (None, None))[1]
