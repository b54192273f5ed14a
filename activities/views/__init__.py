"""The timeline and composer of every record page, the pages of single entries, and the list of tasks."""

from activities.views.entries import (
    activity_create,
    activity_delete,
    activity_detail,
    activity_edit,
    activity_restore,
    activity_trash,
    task_done,
    task_open,
    tasks,
)
from activities.views.feed import feed

__all__ = [
    "activity_create",
    "activity_delete",
    "activity_detail",
    "activity_edit",
    "activity_restore",
    "activity_trash",
    "feed",
    "task_done",
    "task_open",
    "tasks",
]
