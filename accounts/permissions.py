"""Who may look after people, branches, roles and tokens: administrators. Members see colleagues' names without a right."""

from core.permissions import grant

SET_UP = (
    "view_business",
    "change_business",
    "view_branch",
    "add_branch",
    "change_branch",
    "view_role",
    "add_role",
    "change_role",
    "view_user",
    "add_user",
    "change_user",
    "view_apitoken",
    "add_apitoken",
    "change_apitoken",
)

grant("accounts", SET_UP)
