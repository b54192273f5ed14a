"""Who may do what with leads by default. A share carries core.access.SHARE_CARRIES, no more.

Purging is the administrators' alone. Whoever sees e-mails and phones masked elsewhere sees a lead's masked too
(contacts.view_pii).
"""

from core.permissions import ROLES, grant


def _each(*actions: str) -> list[str]:
    return [f"{action}_lead" for action in actions]


grant("leads", _each("view"), *ROLES)
grant("leads", _each("add", "change", "convert", "delete", "share"), "manager", "team_lead", "sales", "integration")
grant("leads", _each("assign", "export"), "manager", "team_lead", "integration")
grant("leads", _each("purge"))
