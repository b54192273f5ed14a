"""What was done and what follows from it, in one act."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from activities.choices import ActivityKind
from activities.models import Activity
from activities.services.entries import create_activity
from activities.services.links import Links
from core.permissions import Actor
from core.records import Values, service


@service
def log_activity(*, by: Actor, values: Values, links: Links = (), follow_up_at: datetime | None = None) -> Activity:
    """Write an activity down and, when `follow_up_at` is given, the actor's task to follow up then on the same records:
    nobody should leave a call without a next step. Raises as create_activity."""
    links = list(links)
    activity = create_activity(by=by, values=values, links=links)
    if follow_up_at is not None:
        subject = _("Follow up: %s") % activity.title
        create_activity(by=by, values={"kind": ActivityKind.TASK, "subject": subject[:200], "due_at": follow_up_at}, links=links)
    return activity
