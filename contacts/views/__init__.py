"""The pages of companies and contacts."""

from contacts.views.companies import (
    company_assign,
    company_create,
    company_delete,
    company_detail,
    company_edit,
    company_pick,
    company_restore,
    company_trash,
)
from contacts.views.people import (
    contact_assign,
    contact_create,
    contact_delete,
    contact_detail,
    contact_edit,
    contact_pick,
    contact_restore,
    contact_trash,
)

__all__ = [
    "company_assign",
    "company_create",
    "company_delete",
    "company_detail",
    "company_edit",
    "company_pick",
    "company_restore",
    "company_trash",
    "contact_assign",
    "contact_create",
    "contact_delete",
    "contact_detail",
    "contact_edit",
    "contact_pick",
    "contact_restore",
    "contact_trash",
]
