"""Activities are written down, changed and taken away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from activities.choices import ActivityKind, TaskStatus
from activities.events import ActivityChanged
from activities.models import Activity, ActivityLink
from activities.querysets import hidden_links
from activities.rules import check_assignee, check_kind, check_owner, check_sees_records
from activities.services.links import Links, bury, check_shows_nothing_hidden, found_records, records_of, replace_links, store_links
from core import context, events
from core.permissions import SYSTEM, Actor, person, require
from core.records import (
    Values,
    apply,
    differences,
    insert,
    lock,
    lock_for_good,
    own,
    related,
    restore,
    save,
    service,
    trash,
)

FIELDS = (
    "subject",
    "body",
    "at",
    "due_at",
    "duration_minutes",
    "direction",
    "outcome",
    "priority",
    "assignee",
    "reminder_at",
    "recurrence",
)


@service
def create_activity(*, by: Actor, values: Values, links: Links = (), now: datetime | None = None) -> Activity:
    """Write an activity down: check, number (tasks and calls), store, put it on its records, tell ActivityChanged.

    values: `kind`, FIELDS, `status` (tasks: open by default; a task that was done already has `completed_at`, now by
    default) and `owner` (whoever writes it down; another only from who reaches the whole business). A task is for its
    owner by default; what is no task happened now by default. links: (kind, id) of records, each of which the actor may
    change; none for a note that stands alone. Raises PermissionDenied, RuleBroken.
    """
    require(by, "activities.add_activity")
    now = now or timezone.now()
    given = dict(values)
    activity = Activity(kind=_kind(given.pop("kind", "")))
    _own(activity, given.pop("owner", None), by)
    _begin(activity, given, by, now)
    records = found_records(links=links, by=by)
    insert(activity, by=by)
    store_links(activity=activity, records=records, by=by)
    event = ActivityChanged(activity.pk, activity.kind, "created", after=tuple(records))
    changes = differences(activity, ["kind", *FIELDS, "status", "owner"])
    if records:
        changes["links"] = (None, [record.title for record in records.values()])
    events.publish(event, record=activity, by=by, changes=changes)
    return activity


def _kind(given: Any) -> ActivityKind:
    check_kind(given, ActivityKind.values)
    return ActivityKind(given)


def _own(activity: Activity, owner: Any, by: Actor) -> None:
    colleague = related(get_user_model(), owner, by=by, field="owner") if owner else person(by)
    others = colleague is not None and colleague.pk != by.pk and not (by.is_superuser or by.role.scope == "business")
    check_owner(is_colleague=_is_colleague(colleague), for_others=others)
    own(activity, colleague, by=by)


def _is_colleague(user: Any) -> bool:
    return user is not None and user.is_active and user.business_id == context.business_id()


def _begin(activity: Activity, given: dict[str, Any], by: Actor, now: datetime) -> None:
    """Set what a new activity starts with."""
    completed_at = given.pop("completed_at", None)
    if activity.kind == ActivityKind.TASK:
        activity.status = given.pop("status", "") or TaskStatus.OPEN
        if activity.status == TaskStatus.DONE:
            activity.completed_at = completed_at or now
        given["assignee"] = given.get("assignee") or activity.owner
    else:
        activity.status = given.pop("status", "")
        given["at"] = given.get("at") or now
    apply(activity, given, by=by, fields=FIELDS)
    if activity.assignee_id:
        check_assignee(is_colleague=_is_colleague(activity.assignee))


@service
def update_activity(*, activity_id: int, by: Actor, version: int | None = None, values: Values, links: Links | None = None) -> Activity:
    """Change an activity, and its records when `links` is given (those that the actor does not see stay).

    A new assignee sees the records of a task, so whoever names one must see them all. The status has services of its
    own. Nothing happens when nothing differs. Raises DoesNotExist, PermissionDenied, Conflict, RuleBroken.
    """
    activity = lock(Activity, activity_id, by=by, permission="activities.change_activity", version=version)
    changes = apply(activity, values, by=by, fields=FIELDS)
    if "assignee" in changes and activity.assignee_id:
        check_assignee(is_colleague=_is_colleague(activity.assignee))
        check_shows_nothing_hidden(activity=activity, by=by)
    before: Mapping[tuple[str, int], str] = records_of(activity=activity, by=SYSTEM)
    after = before
    if links is not None:
        before, after = replace_links(activity=activity, links=links, by=by)
    moved = {"links": (list(before.values()), list(after.values()))} if set(before) != set(after) else {}
    if changes or moved:
        save(activity, changes)
        event = ActivityChanged(activity.pk, activity.kind, "changed", tuple(before), tuple(after))
        events.publish(event, record=activity, by=by, changes={**changes, **moved})
    return activity


@service
def delete_activity(*, activity_id: int, by: Actor, version: int | None = None) -> Activity:
    """Move an activity to the trash. Its assignee no longer sees the record because of it."""
    activity = lock(Activity, activity_id, by=by, permission="activities.delete_activity", version=version)
    records = tuple(records_of(activity=activity, by=SYSTEM))
    return trash(activity, by=by, event=ActivityChanged(activity.pk, activity.kind, "trashed", before=records))


@service
def restore_activity(*, activity_id: int, by: Actor) -> Activity:
    """Take an activity out of the trash. An open task shows its records to its assignee again, so the actor must see them."""
    activity = lock(Activity, activity_id, by=by, permission="activities.delete_activity", trash=True)
    if activity.status == TaskStatus.OPEN:
        check_sees_records(hidden_links(ActivityLink, [activity.pk], by).count())
    records = tuple(records_of(activity=activity, by=SYSTEM))
    return restore(activity, by=by, event=ActivityChanged(activity.pk, activity.kind, "restored", after=records))


@service
def purge_activity(*, activity_id: int, by: Actor) -> None:
    """Delete an activity for good, at once or from the trash. Its records stay."""
    bury(activity=lock_for_good(Activity, activity_id, by=by, permission="activities.purge_activity"), by=by)
