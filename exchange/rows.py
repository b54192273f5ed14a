"""One row of a file as the values of a record: shape only. A row that has no shape is refused with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from exchange.cells import CellRefused, number, text
from exchange.declare import Field, Importer
from exchange.mapping import Map

MANY = ";"


@dataclass
class Row:
    """values: {field: value}; what a reference field names is still text. applied, defaulted: what the map changed."""

    line: int
    key: str
    values: dict[str, Any]
    cells: dict[str, str]
    applied: Counter[str] = field(default_factory=Counter)
    defaulted: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Reason:
    """Why a row was refused: a sentence that begins with the field, and the cell it is about."""

    why: str
    cell: str = ""


@dataclass
class Refused:
    """A row that was not taken, and every reason."""

    line: int
    reasons: list[Reason]
    cells: Mapping[str, str]


def shaped(line: int, cells: dict[str, str] | None, importer: Importer, plan: Map) -> Row | Refused:
    """The row's values by the map, or why it has no shape."""
    if cells is None:
        return Refused(line, [Reason(_("The row has more cells than the heading."))], {})
    row = Row(line, "", {}, cells)
    meant = plan.corrected(cells, row.applied)
    reasons = _multiplied(meant, plan)
    texts = plan.texts(meant, row.defaulted)
    row.key = texts.get(importer.key, "").lower() if importer.key else plan.key(meant)
    for name, said in texts.items():
        try:
            row.values[name] = _value(importer.by_name[name], said, plan)
        except CellRefused as problem:
            reasons.append(Reason(f"{name}: {problem}", said[:40]))
    missing = [one.name for one in importer.fields if one.required and one.name not in texts]
    reasons += [Reason(_("%(field)s: is missing") % {"field": name}) for name in missing]
    return Refused(line, reasons, cells) if reasons else row


def _multiplied(meant: dict[str, str], plan: Map) -> list[Reason]:
    reasons = []
    for column, factor in plan.multiply.items():
        if meant[column]:
            try:
                product = number(meant[column], plan.notation) * Decimal(factor)
                meant[column] = f"{product:f}".replace(".", plan.notation.decimal)
            except CellRefused as problem:
                reasons.append(Reason(f"{column}: {problem}", meant[column][:40]))
                meant[column] = ""
    return reasons


def _value(declared: Field, said: str, plan: Map) -> Any:
    if declared.reference is None:
        return declared.shape(said, plan.notation)
    if declared.reference.many:
        return [text(part.strip(), plan.notation) for part in said.split(MANY) if part.strip()]
    return text(said, plan.notation)
