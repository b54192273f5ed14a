"""Which records an activity is on, and what goes along when records change hands, are converted or purged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.events import ActivityChanged, Records
from activities.models import Activity, ActivityLink
from activities.querysets import KINDS, hidden_links, visible_links
from activities.rules import check_links, check_sees_records
from core import events
from core.access import codename
from core.errors import RuleBroken
from core.permissions import SYSTEM, Actor, require
from core.record import Record
from core.records import fetch, lock, save, service
from core.search import forget

Links = Iterable[tuple[str, Any]]


def records_of(*, activity: Activity, by: Actor) -> dict[tuple[str, int], str]:
    """{(kind, id): title} of what the activity is on, as far as `by` may see it; SYSTEM: all that is not in the trash."""
    rows = visible_links(ActivityLink, by).filter(activity=activity).select_related(*KINDS).order_by("pk")
    return {(row.kind, getattr(row, f"{row.kind}_id")): getattr(row, row.kind).title for row in rows}


def found_records(*, links: Links, by: Actor) -> dict[tuple[str, int], Record]:
    """The records that are named, if the actor may add to each. Raises RuleBroken for one that is not there or not seen,
    PermissionDenied for one that they may only see."""
    wanted = list(dict.fromkeys((str(kind), pk) for kind, pk in links))
    check_links([kind for kind, _pk in wanted], KINDS)
    found: dict[tuple[str, int], Record] = {}
    for kind, pk in wanted:
        model: Any = ActivityLink._meta.get_field(kind).related_model
        try:
            record = fetch(model, pk, by=by)
        except ObjectDoesNotExist:
            raise RuleBroken({"links": _("There is no such record.")}, code="does_not_exist") from None
        require(by, codename(model, "change"), record)
        found[kind, record.pk] = record
    return found


def store_links(*, activity: Activity, records: Iterable[tuple[str, int]], by: Actor) -> None:
    """Put a stored activity on records that were checked before."""
    ActivityLink.objects.bulk_create([ActivityLink(activity=activity, **{f"{kind}_id": pk}) for kind, pk in records])


def check_shows_nothing_hidden(*, activity: Activity, by: Actor) -> None:
    """Raise RuleBroken when giving the task to somebody would show them a record that the giver cannot see."""
    check_sees_records(hidden_links(ActivityLink, [activity.pk], by).count())


@service
def link_activity(*, activity_id: int, links: Links, by: Actor, version: int | None = None) -> Activity:
    """Put an activity on further records: each needs the right to change it. What is there already stays."""
    activity = lock(Activity, activity_id, by=by, permission="activities.change_activity", version=version)
    before = records_of(activity=activity, by=SYSTEM)
    new = found_records(links=[link for link in links if (str(link[0]), link[1]) not in before], by=by)
    return _relink(activity, before, before | {key: record.title for key, record in new.items()}, by)


@service
def unlink_activity(*, activity_id: int, links: Links, by: Actor, version: int | None = None) -> Activity:
    """Take an activity off records that the actor can see. It may be left standing alone."""
    activity = lock(Activity, activity_id, by=by, permission="activities.change_activity", version=version)
    seen = records_of(activity=activity, by=by)
    gone = {(str(kind), pk) for kind, pk in links} & set(seen)
    before = records_of(activity=activity, by=SYSTEM)
    return _relink(activity, before, {key: title for key, title in before.items() if key not in gone}, by)


def replace_links(*, activity: Activity, links: Links, by: Actor) -> tuple[dict[tuple[str, int], str], dict[tuple[str, int], str]]:
    """Make these the records of the activity as far as the actor sees them; what they do not see stays. Gives
    {(kind, id): title} before and after, and stores the difference; nothing is published."""
    before, seen = records_of(activity=activity, by=SYSTEM), records_of(activity=activity, by=by)
    wanted = list(dict.fromkeys((str(kind), pk) for kind, pk in links))
    new = found_records(links=[link for link in wanted if link not in seen], by=by)
    kept = {key: title for key, title in before.items() if key in wanted or key not in seen}
    after = kept | {key: record.title for key, record in new.items()}
    _store_difference(activity, before, after, by)
    return before, after


def _store_difference(activity: Activity, before: Iterable[tuple[str, int]], after: Iterable[tuple[str, int]], by: Actor) -> None:
    for kind, pk in set(before) - set(after):
        ActivityLink.objects.filter(activity=activity, **{kind: pk}).delete()
    store_links(activity=activity, records=[key for key in after if key not in set(before)], by=by)


def _relink(activity: Activity, before: dict[tuple[str, int], str], after: dict[tuple[str, int], str], by: Actor) -> Activity:
    if before == after:
        return activity
    _store_difference(activity, before, after, by)
    save(activity, {})
    event = ActivityChanged(activity.pk, activity.kind, "linked", tuple(before), tuple(after))
    events.publish(event, record=activity, by=by, changes={"links": (list(before.values()), list(after.values()))})
    return activity


@service
def move_activities(*, from_record: Record, to_records: Iterable[Record], by: Actor) -> int:
    """Take everything that is on one record to others: for a conversion or a merge, whose rights were checked by the
    caller. What lies in the trash goes along. Gives how many were moved; the same number of queries for any."""
    source = (str(from_record._meta.model_name), from_record.pk)
    targets = [(str(record._meta.model_name), record.pk) for record in to_records]
    rows = Activity.objects.on(*source).select_for_update(of=("self",), no_key=True).order_by("pk")
    moved = {row.pk: row for row in rows}
    if not moved or not targets:
        return 0
    links = ActivityLink.objects.filter(activity_id__in=moved)
    there = {(row.activity_id, row.kind, getattr(row, f"{row.kind}_id")) for row in links}
    ActivityLink.objects.bulk_create(
        [
            ActivityLink(activity_id=pk, **{f"{kind}_id": target})
            for pk in moved
            for kind, target in targets
            if (pk, kind, target) not in there
        ]
    )
    links.filter(**{source[0]: source[1]}).delete()
    names = [record.title for record in to_records]
    _publish_batch(list(moved.values()), "linked", {"links": ([from_record.title], names)}, (source,), tuple(targets), by)
    return len(moved)


@service
def assign_open_tasks(*, kind: str, record_id: int, from_user: Any, to_user: Any, by: Actor) -> int:
    """Give the open tasks on a record to somebody: those of `from_user`, or of everybody when that is None. Part of
    giving the record itself, whose right was checked by the caller. Gives how many changed hands."""
    rows = Activity.objects.visible_to(SYSTEM).open_tasks().on(kind, record_id).exclude(assignee=to_user)
    if from_user is not None:
        rows = rows.for_assignee(from_user)
    tasks = list(rows.select_for_update(of=("self",), no_key=True).select_related("assignee").order_by("pk"))
    if not tasks:
        return 0
    Activity.objects.filter(pk__in=[task.pk for task in tasks]).update(assignee=to_user)
    batch = [(task, {"assignee": (task.assignee, to_user)}) for task in tasks]
    _raise_versions(tasks)
    events.publish_many(
        [(ActivityChanged(task.pk, task.kind, "assigned"), task, changes) for task, changes in batch],
        by=by,
    )
    return len(tasks)


def _raise_versions(activities: list[Activity]) -> None:
    Activity.objects.filter(pk__in=[row.pk for row in activities]).update(version=F("version") + 1, updated_at=timezone.now())


def _publish_batch(activities: list[Activity], what: str, changes: Any, before: Records, after: Records, by: Actor) -> None:
    """One event each; only the last names the records, so that who keeps figures of them works once."""
    _raise_versions(activities)
    last = activities[-1]
    events.publish_many(
        [
            (ActivityChanged(row.pk, row.kind, what, before if row is last else (), after if row is last else ()), row, changes)
            for row in activities
        ],
        by=by,
    )


@service
def purge_activities_of(*, kind: str, record_id: int, by: Actor) -> int:
    """Delete for good what hangs on this record and on nothing else, in the trash too: part of purging a contact, whose
    right was checked by the caller. Gives how many went."""
    rows = list(Activity.objects.only_on(kind, record_id).select_for_update(of=("self",)).order_by("pk"))
    for row in rows:
        bury(activity=row, by=by)
    return len(rows)


def bury(*, activity: Activity, by: Actor) -> None:
    """Out of every reckoning first, then told, then gone."""
    records = tuple(records_of(activity=activity, by=SYSTEM))
    gone = ActivityChanged(activity.pk, activity.kind, "purged", records)
    forget(activity)
    ActivityLink.objects.filter(activity=activity).delete()
    events.publish(gone, record=activity, by=by)
    activity.delete()
