"""Every write of this app."""

from accounts.services.businesses import (
    BRANCH_FIELDS,
    BUSINESS_FIELDS,
    ROLE_FIELDS,
    create_branch,
    create_business,
    create_role,
    update_branch,
    update_business,
    update_role,
)
from accounts.services.people import (
    PERSON_FIELDS,
    create_user,
    deactivate_user,
    reactivate_user,
    set_preferences,
    set_user_password,
    update_user,
)
from accounts.services.sharing import share_record, unshare_record
from accounts.services.tokens import create_token, revoke_token

__all__ = [
    "BRANCH_FIELDS",
    "BUSINESS_FIELDS",
    "PERSON_FIELDS",
    "ROLE_FIELDS",
    "create_branch",
    "create_business",
    "create_role",
    "create_token",
    "create_user",
    "deactivate_user",
    "reactivate_user",
    "revoke_token",
    "set_preferences",
    "set_user_password",
    "share_record",
    "unshare_record",
    "update_branch",
    "update_business",
    "update_role",
    "update_user",
]
