"""What an app says of an import: its fields, what they name, and the service that each row goes through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from exchange import cells


class Find(Protocol):
    """The rows that these texts may mean, of those the actor may see: {text: candidates}. At most a few queries."""

    def __call__(self, texts: set[str], *, by: Any) -> dict[str, list[Any]]: ...


@dataclass(frozen=True)
class Reference:
    """A field that names another row.

    make: adds what is not there yet (a tag, a list value), for importers whose right it is; the report counts it.
    many: the cell holds several, parted by `;`. own: names a row of the same kind, perhaps one further down the file.
    scope: another field whose row is needed to find this one (a stage within its pipeline): the texts come as "scope id:text".
    """

    find: Find
    make: Callable[..., Any] | None = None
    many: bool = False
    own: bool = False
    scope: str = ""


@dataclass(frozen=True)
class Field:
    """One field of the kind. history: only an administrator's import may give it, since nobody else sets the past."""

    name: str
    shape: cells.Shape = cells.text
    reference: Reference | None = None
    required: bool = False
    history: bool = False
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Importer:
    """create(values=, by=, moment=) makes one record through the app's services. moment(day) gives a date its time.

    model: what references and external ids are for. permission: what the person must hold to start. key, known: for
    kinds without external ids, the field that tells their rows apart and what finds those that are there already.
    update: takes over what differs and tells whether anything did. prepare: makes what the map's [setup] names
    (a pipeline), if it is not there, and says so.
    """

    kind: str
    model: Any
    permission: str
    fields: tuple[Field, ...]
    create: Callable[..., Any]
    key: str = ""
    update: Callable[..., Any] | None = None
    known: Callable[..., Mapping[str, Any]] | None = None
    prepare: Callable[..., Iterable[str]] | None = None
    by_name: dict[str, Field] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name.update({one.name: one for one in self.fields})


Moment = Callable[[dt.date], dt.datetime]
_importers: dict[str, Importer] = {}


def register(importer: Importer) -> Importer:
    """Make a kind importable; called in an app's importers.py."""
    _importers[importer.kind] = importer
    return importer


def kinds() -> list[str]:
    """Everything that can be imported, by name."""
    return sorted(_importers)


def importer(kind: str) -> Importer:
    """The declaration of a kind. Raises KeyError."""
    return _importers[kind]
