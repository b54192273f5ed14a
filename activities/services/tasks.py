"""Tasks are done, opened again and called off."""

from __future__ import annotations

import zoneinfo
from datetime import datetime
from typing import Any

from django.utils import timezone

from activities.choices import TaskStatus
from activities.events import ActivityChanged
from activities.models import Activity
from activities.rules import check_can_cancel, check_can_finish, check_is_task, next_due
from activities.services.links import check_shows_nothing_hidden, records_of, store_links
from core import events
from core.permissions import SYSTEM, Actor
from core.records import differences, insert, lock, own, save, service

REPEATED = ("subject", "body", "priority", "duration_minutes", "assignee", "recurrence")


@service
def complete_task(*, activity_id: int, by: Actor, version: int | None = None, now: datetime | None = None) -> Activity:
    """A task is done. One that repeats hands its repetition on to the next task, which is made now.

    Done twice, it stays as the first time made it. Raises DoesNotExist, PermissionDenied, Conflict, RuleBroken.
    """
    task = _locked(activity_id, by, version)
    check_can_finish(task.status)
    if task.status == TaskStatus.DONE:
        return task
    now = now or timezone.now()
    records = tuple(records_of(activity=task, by=SYSTEM))
    following = _following(task, by, now) if task.recurrence else None
    changes: dict[str, tuple[Any, Any]] = {}
    if following is not None:
        changes["recurrence"] = (task.recurrence, "")
        task.recurrence = ""
    _put(task, TaskStatus.DONE, now, changes, by, "completed")
    if following is not None:
        insert(following, by=by)
        store_links(activity=following, records=records, by=by)
        event = ActivityChanged(following.pk, following.kind, "created", after=records)
        events.publish(event, record=following, by=by, changes=differences(following, [*REPEATED, "due_at", "status", "owner"]))
    return task


def _following(task: Activity, by: Actor, now: datetime) -> Activity:
    """The next of a task that repeats, not stored yet. Somebody who left has no more tasks: its owner does it, else who
    did this one."""
    following = Activity(kind=task.kind, status=TaskStatus.OPEN, **{name: getattr(task, name) for name in REPEATED})
    here = [user for user in (task.assignee, task.owner, by) if user is not None and user.is_active and user.business_id]
    following.assignee = here[0] if here else task.assignee
    own(following, task.owner, by=by)
    due: Any = task.due_at
    zone = zoneinfo.ZoneInfo(getattr(following.assignee, "time_zone", "UTC"))
    following.due_at = next_due(due, task.recurrence, now, zone)
    if task.reminder_at is not None:
        following.reminder_at = following.due_at - (due - task.reminder_at)
    return following


@service
def reopen_task(*, activity_id: int, by: Actor, version: int | None = None) -> Activity:
    """Open a task again that was done or called off. Its assignee sees its records again, so the actor must see them."""
    task = _locked(activity_id, by, version)
    if task.status == TaskStatus.OPEN:
        return task
    check_shows_nothing_hidden(activity=task, by=by)
    _put(task, TaskStatus.OPEN, None, {}, by, "reopened")
    return task


@service
def cancel_task(*, activity_id: int, by: Actor, version: int | None = None) -> Activity:
    """Call a task off: it is no longer to be done, and repeats no more."""
    task = _locked(activity_id, by, version)
    check_can_cancel(task.status)
    if task.status != TaskStatus.CANCELLED:
        _put(task, TaskStatus.CANCELLED, None, {}, by, "cancelled")
    return task


def _locked(activity_id: int, by: Actor, version: int | None) -> Activity:
    task = lock(Activity, activity_id, by=by, permission="activities.change_activity", version=version)
    check_is_task(task.kind)
    return task


def _put(task: Activity, status: TaskStatus, completed_at: datetime | None, changes: dict[str, Any], by: Actor, what: str) -> None:
    changes["status"] = (task.status, status)
    task.status, task.completed_at = status, completed_at
    save(task, {**changes, "completed_at": None})
    records = tuple(records_of(activity=task, by=SYSTEM))
    events.publish(ActivityChanged(task.pk, task.kind, what, records, records), record=task, by=by, changes=changes)
