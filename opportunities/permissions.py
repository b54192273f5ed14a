"""Who may do what with opportunities by default. A share carries core.access.SHARE_CARRIES, no more.

Every shipped role that changes opportunities closes and reopens them too (domain.md). Purging is the administrators' alone.
"""

from core.permissions import ROLES, grant


def _each(*actions: str) -> list[str]:
    return [f"{action}_opportunity" for action in actions]


grant("opportunities", _each("view"), *ROLES)
grant("opportunities", _each("add", "change", "close", "delete", "share"), "manager", "team_lead", "sales", "integration")
grant("opportunities", _each("assign", "export"), "manager", "team_lead", "integration")
grant("opportunities", _each("purge"))
