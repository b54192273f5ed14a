"""Read shapes over activities: what is next on a record, what was last, and its whole timeline."""

from activities.selectors.marks import Marks, last_activity_of, last_contact_of, marks_of, next_step_of
from activities.selectors.tasks import Group, Task, first_record, my_tasks, records_on
from activities.selectors.timeline import Change, Entry, On, Timeline, timeline

__all__ = [
    "Change",
    "Entry",
    "Group",
    "Marks",
    "On",
    "Task",
    "Timeline",
    "first_record",
    "last_activity_of",
    "last_contact_of",
    "marks_of",
    "my_tasks",
    "next_step_of",
    "records_on",
    "timeline",
]
