"""Lists of activities for the API: all of them, and those of one kind under names of their own. They have no page."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from activities.filters import ActivityFilter
from activities.models import Activity
from dataviews.declare import DataView

ACTIVITIES = DataView(
    name="activity",
    label=_("activity"),
    label_plural=_("Activities"),
    path="activities",
    model=Activity,
    filters=ActivityFilter,
    columns=(),
    shown=(),
    sorts={"created_at": "created_at", "due_at": "due_at"},
    sort="-created_at",
)
# Their cursors are their own: a name of its own each.
TASKS = replace(ACTIVITIES, name="task", path="tasks", sort="due_at")
CALLS = replace(ACTIVITIES, name="call", path="calls")
NOTES = replace(ACTIVITIES, name="note", path="notes")
