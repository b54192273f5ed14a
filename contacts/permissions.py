"""Who may do what with companies and contacts by default. A share carries core.access.SHARE_CARRIES, no more.

Purging is the administrators' alone. Readers without view_pii see e-mails and phone numbers masked.
"""

from core.permissions import ROLES, grant

KINDS = ("company", "contact")


def _each(*actions: str) -> list[str]:
    return [f"{action}_{kind}" for action in actions for kind in KINDS]


grant("contacts", _each("view"), *ROLES)
grant("contacts", _each("add", "change", "delete", "share"), "manager", "team_lead", "sales", "integration")
grant("contacts", _each("assign", "export"), "manager", "team_lead", "integration")
grant("contacts", _each("purge"))
grant("contacts", ["view_pii"], "manager", "team_lead", "sales", "integration")
