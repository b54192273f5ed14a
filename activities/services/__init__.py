"""Every write of this app."""

from activities.services.entries import create_activity, delete_activity, purge_activity, restore_activity, update_activity
from activities.services.following import log_activity
from activities.services.links import assign_open_tasks, link_activity, move_activities, purge_activities_of, unlink_activity
from activities.services.tasks import cancel_task, complete_task, reopen_task

__all__ = [
    "assign_open_tasks",
    "cancel_task",
    "complete_task",
    "create_activity",
    "delete_activity",
    "link_activity",
    "log_activity",
    "move_activities",
    "purge_activities_of",
    "purge_activity",
    "reopen_task",
    "restore_activity",
    "unlink_activity",
    "update_activity",
]
