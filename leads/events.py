"""What happened to leads. `erp.…` is the name that other systems listen to (S4)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True)
class LeadCreated:
    type: ClassVar[str] = "lead.created"


@dataclass(frozen=True)
class LeadChanged:
    """`status`: the key of the status now, when that is among the fields."""

    type: ClassVar[str] = "lead.changed"
    fields: tuple[str, ...]
    status: str = ""


@dataclass(frozen=True)
class LeadMoved:
    """Into a stage of a lead pipeline, or out of any."""

    type: ClassVar[str] = "lead.moved"
    pipeline: str
    from_stage: str
    to_stage: str


@dataclass(frozen=True)
class LeadQualified:
    """Once per lead: by its conversion, or by its status set by hand or by its stage."""

    type: ClassVar[str] = "erp.lead.qualified"
    reference: str
    name: str
    company_name: str
    value: Decimal | None
    currency: str
    qualified_at: datetime


@dataclass(frozen=True)
class LeadConverted:
    type: ClassVar[str] = "lead.converted"
    company: int | None
    contact: int | None
    opportunity: int | None


@dataclass(frozen=True)
class LeadAssigned:
    type: ClassVar[str] = "lead.assigned"
    owner_before: int | None
    owner: int | None


@dataclass(frozen=True)
class LeadTrashed:
    type: ClassVar[str] = "lead.trashed"


@dataclass(frozen=True)
class LeadRestored:
    type: ClassVar[str] = "lead.restored"


@dataclass(frozen=True)
class LeadPurged:
    type: ClassVar[str] = "lead.purged"
