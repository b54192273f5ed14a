"""Every write of this app."""

from contacts.services.companies import FIELDS as COMPANY_FIELDS
from contacts.services.companies import (
    archive_company,
    assign_company,
    create_company,
    delete_company,
    purge_company,
    restore_company,
    set_company_tags,
    update_company,
)
from contacts.services.people import FIELDS as CONTACT_FIELDS
from contacts.services.people import (
    archive_contact,
    assign_contact,
    create_contact,
    delete_contact,
    move_contact,
    purge_contact,
    restore_contact,
    set_contact_tags,
    update_contact,
)

__all__ = [
    "COMPANY_FIELDS",
    "CONTACT_FIELDS",
    "archive_company",
    "archive_contact",
    "assign_company",
    "assign_contact",
    "create_company",
    "create_contact",
    "delete_company",
    "delete_contact",
    "move_contact",
    "purge_company",
    "purge_contact",
    "restore_company",
    "restore_contact",
    "set_company_tags",
    "set_contact_tags",
    "update_company",
    "update_contact",
]
