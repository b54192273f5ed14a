"""What somebody has to do, and where an entry is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Activity, ActivityLink
from activities.querysets import KINDS, visible_links

MOST_TASKS = 200


@dataclass(frozen=True)
class Task:
    """A task and the records it is on, as (kind, id, name), as far as the reader sees them."""

    activity: Any
    on: list[tuple[str, int, str]]


@dataclass(frozen=True)
class Group:
    """Tasks that are due at about the same time. key: late, today, week, later or none."""

    key: str
    label: str
    tasks: list[Task]


def my_tasks(*, user: Any, until_today: bool = False) -> list[Group]:
    """The user's open tasks by when they are due, the soonest first; empty groups are left out. Two queries."""
    rows = Activity.objects.visible_to(user).open_tasks().for_assignee(user)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    tomorrow, next_week = today + timedelta(days=1), today + timedelta(days=7 - today.weekday())
    if until_today:
        rows = rows.filter(due_at__lt=tomorrow)
    found = list(rows.with_may_change(user).order_by(F("due_at").asc(nulls_last=True), "pk")[:MOST_TASKS])
    on = records_on([row.pk for row in found], user=user)
    groups = {
        "late": Group("late", _("Late"), []),
        "today": Group("today", _("Today"), []),
        "week": Group("week", _("This week"), []),
        "later": Group("later", _("Later"), []),
        "none": Group("none", _("No date"), []),
    }
    for row in found:
        due = row.due_at
        key = "none" if due is None else "late" if due < today else "today" if due < tomorrow else "week" if due < next_week else "later"
        groups[key].tasks.append(Task(row, on.get(row.pk, [])))
    return [group for group in groups.values() if group.tasks]


def records_on(ids: list[int], *, user: Any) -> dict[int, list[tuple[str, int, str]]]:
    """{activity id: [(kind, id, name)]} of the records that the reader sees. One query, none for no ids."""
    found: dict[int, list[tuple[str, int, str]]] = {}
    if ids:
        for row in visible_links(ActivityLink, user).filter(activity_id__in=ids).select_related(*KINDS).order_by("pk"):
            record = getattr(row, row.kind)
            found.setdefault(row.activity_id, []).append((row.kind, record.pk, record.title))
    return found


def first_record(*, activity: Activity, user: Any) -> tuple[str, int] | None:
    """(kind, id) of the first record of an activity that the reader sees: a deal before its company."""
    seen = records_on([activity.pk], user=user).get(activity.pk, [])
    order = ("opportunity", "lead", "contact", "company")
    return min(((kind, pk) for kind, pk, _name in seen), key=lambda link: order.index(link[0]), default=None)
