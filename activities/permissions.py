"""Who may do what with activities by default, and who sees a record because they have a task on it.

Adding one to a record needs the right to change that record as well, so a change share carries it.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from activities.models import Activity, ActivityLink
from activities.querysets import KINDS, records_of_open_tasks
from core.access import also_visible
from core.permissions import ROLES, grant

grant("activities", ["view_activity"], *ROLES)
grant("activities", ["add_activity", "change_activity", "delete_activity"], "manager", "team_lead", "sales", "integration")
grant("activities", ["export_activity"], "manager", "team_lead", "integration")
grant("activities", ["purge_activity"])


def _with_my_tasks(kind: str) -> Callable[[Any], QuerySet]:
    return lambda user: records_of_open_tasks(Activity, kind, user)


for _kind in KINDS:
    _model: Any = ActivityLink._meta.get_field(_kind).related_model
    also_visible(_model._meta.label, _with_my_tasks(_kind))
