"""Set-up is seen by every member of the business and changed by administrators (domain.md)."""

from core.permissions import ROLES, grant

SET_UP = ("pipeline", "stage", "lookupvalue", "tag")

grant("pipelines", [f"view_{name}" for name in (*SET_UP, "stagechange")], *ROLES)
grant("pipelines", [f"{action}_{name}" for action in ("add", "change", "delete") for name in SET_UP])
