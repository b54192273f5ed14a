"""What happened to businesses, people and shares."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class BusinessCreated:
    type: ClassVar[str] = "business.created"
    slug: str


@dataclass(frozen=True)
class BusinessChanged:
    type: ClassVar[str] = "business.changed"


@dataclass(frozen=True)
class BranchCreated:
    type: ClassVar[str] = "branch.created"


@dataclass(frozen=True)
class BranchChanged:
    type: ClassVar[str] = "branch.changed"


@dataclass(frozen=True)
class RoleCreated:
    type: ClassVar[str] = "role.created"


@dataclass(frozen=True)
class RoleChanged:
    type: ClassVar[str] = "role.changed"


@dataclass(frozen=True)
class UserCreated:
    type: ClassVar[str] = "user.created"


@dataclass(frozen=True)
class UserChanged:
    type: ClassVar[str] = "user.changed"


@dataclass(frozen=True)
class TokenCreated:
    type: ClassVar[str] = "token.created"
    prefix: str


@dataclass(frozen=True)
class TokenRevoked:
    type: ClassVar[str] = "token.revoked"
    prefix: str


@dataclass(frozen=True)
class RecordShared:
    type: ClassVar[str] = "record.shared"
    action: str
    user: int | None
    branch: int | None
    receiver: str


@dataclass(frozen=True)
class RecordUnshared:
    type: ClassVar[str] = "record.unshared"
    action: str
    user: int | None
    branch: int | None
    receiver: str
