"""What happened to the set-up of a business. What happened to a record in a stage is its own app's to say."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class PipelineCreated:
    type: ClassVar[str] = "pipeline.created"
    key: str
    kind: str


@dataclass(frozen=True)
class PipelineChanged:
    type: ClassVar[str] = "pipeline.changed"
    key: str


@dataclass(frozen=True)
class PipelineDeleted:
    type: ClassVar[str] = "pipeline.deleted"
    key: str


@dataclass(frozen=True)
class StageCreated:
    type: ClassVar[str] = "stage.created"
    key: str
    pipeline: int


@dataclass(frozen=True)
class StageChanged:
    """The set-up of a stage. A record that changes its stage is a StageChange row and an event of the record."""

    type: ClassVar[str] = "stage.changed"
    key: str
    pipeline: int


@dataclass(frozen=True)
class StageDeleted:
    type: ClassVar[str] = "stage.deleted"
    key: str
    pipeline: int
    moved_to: str


@dataclass(frozen=True)
class StageCleared:
    """A record was moved on because its stage went away; published with the record itself."""

    type: ClassVar[str] = "stage.cleared"
    from_stage: str
    to_stage: str


@dataclass(frozen=True)
class LookupValueCreated:
    type: ClassVar[str] = "lookup_value.created"
    list: str
    key: str


@dataclass(frozen=True)
class LookupValueChanged:
    type: ClassVar[str] = "lookup_value.changed"
    list: str
    key: str


@dataclass(frozen=True)
class LookupValueDeleted:
    type: ClassVar[str] = "lookup_value.deleted"
    list: str
    key: str


@dataclass(frozen=True)
class TagCreated:
    type: ClassVar[str] = "tag.created"


@dataclass(frozen=True)
class TagChanged:
    type: ClassVar[str] = "tag.changed"


@dataclass(frozen=True)
class TagDeleted:
    type: ClassVar[str] = "tag.deleted"


@dataclass(frozen=True)
class SetUpChanged:
    """Said of a kind of record, not of one: its boards and lists read the set-up anew."""

    type: ClassVar[str] = "set_up.changed"
    by_change_of: str
