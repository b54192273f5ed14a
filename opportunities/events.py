"""What happened to opportunities. `erp.…` are the names that other systems listen to (S4)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar


@dataclass(frozen=True)
class OpportunityCreated:
    type: ClassVar[str] = "opportunity.created"
    pipeline: str
    stage: str


@dataclass(frozen=True)
class OpportunityChanged:
    type: ClassVar[str] = "opportunity.changed"
    fields: tuple[str, ...]


@dataclass(frozen=True)
class OpportunityMoved:
    """Into another stage of the same outcome."""

    type: ClassVar[str] = "opportunity.moved"
    pipeline: str
    from_stage: str
    to_stage: str


@dataclass(frozen=True)
class OpportunityWon:
    """Once per closing, with what an invoice needs."""

    type: ClassVar[str] = "erp.opportunity.won"
    reference: str
    name: str
    company: int | None
    company_name: str
    contact: int | None
    contact_name: str
    amount: Decimal | None
    currency: str
    closed_at: datetime


@dataclass(frozen=True)
class OpportunityLost:
    type: ClassVar[str] = "opportunity.lost"
    reason: str
    closed_at: datetime


@dataclass(frozen=True)
class OpportunityReopened:
    type: ClassVar[str] = "erp.opportunity.reopened"
    outcome: str
    stage: str


@dataclass(frozen=True)
class OpportunityAssigned:
    type: ClassVar[str] = "opportunity.assigned"
    owner_before: int | None
    owner: int


@dataclass(frozen=True)
class OpportunityContactAdded:
    type: ClassVar[str] = "opportunity.contact_added"
    contact: int
    role: str


@dataclass(frozen=True)
class OpportunityContactRemoved:
    type: ClassVar[str] = "opportunity.contact_removed"
    contact: int


@dataclass(frozen=True)
class OpportunityTrashed:
    type: ClassVar[str] = "opportunity.trashed"


@dataclass(frozen=True)
class OpportunityRestored:
    type: ClassVar[str] = "opportunity.restored"


@dataclass(frozen=True)
class OpportunityPurged:
    type: ClassVar[str] = "opportunity.purged"
