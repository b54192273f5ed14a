"""What happened to companies and contacts.

`fields` of a change names what changed; the values before and after stand in the history. Renames are found there by
who copies a name, such as the search entries of opportunities.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class CompanyCreated:
    type: ClassVar[str] = "company.created"


@dataclass(frozen=True)
class CompanyChanged:
    type: ClassVar[str] = "company.changed"
    fields: tuple[str, ...]


@dataclass(frozen=True)
class CompanyAssigned:
    type: ClassVar[str] = "company.assigned"
    owner_before: int | None
    owner: int


@dataclass(frozen=True)
class CompanyTrashed:
    type: ClassVar[str] = "company.trashed"


@dataclass(frozen=True)
class CompanyRestored:
    type: ClassVar[str] = "company.restored"


@dataclass(frozen=True)
class CompanyPurged:
    type: ClassVar[str] = "company.purged"


@dataclass(frozen=True)
class ContactCreated:
    type: ClassVar[str] = "contact.created"


@dataclass(frozen=True)
class ContactChanged:
    type: ClassVar[str] = "contact.changed"
    fields: tuple[str, ...]


@dataclass(frozen=True)
class ContactAssigned:
    type: ClassVar[str] = "contact.assigned"
    owner_before: int | None
    owner: int


@dataclass(frozen=True)
class ContactMoved:
    """Into a stage of a contact pipeline, or out of any (stage is None)."""

    type: ClassVar[str] = "contact.moved"
    stage_before: int | None
    stage: int | None


@dataclass(frozen=True)
class ContactTrashed:
    type: ClassVar[str] = "contact.trashed"


@dataclass(frozen=True)
class ContactRestored:
    type: ClassVar[str] = "contact.restored"


@dataclass(frozen=True)
class ContactPurged:
    type: ClassVar[str] = "contact.purged"
