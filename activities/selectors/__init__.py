"""Read shapes over activities: what is next on a record, what was last, and its whole timeline."""

from activities.selectors.marks import Marks, last_activity_of, last_contact_of, marks_of, next_step_of
from activities.selectors.timeline import Change, Entry, On, Timeline, timeline

__all__ = ["Change", "Entry", "Marks", "On", "Timeline", "last_activity_of", "last_contact_of", "marks_of", "next_step_of", "timeline"]
