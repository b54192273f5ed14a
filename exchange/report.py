"""What became of every row: created, updated, skipped and refused with reasons, what was read differently, what was added."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from exchange.rows import Refused, Row

EXAMPLES = 3
KEPT = 10_000  # refused rows that can be written out
REASONS = 40  # different reasons that are told one by one
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass
class Report:
    """Counts of one run. read = created + updated + sum(skipped) + refused."""

    read: int = 0
    created: int = 0
    updated: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    applied: Counter[str] = field(default_factory=Counter)
    defaulted: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    made: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    empty_rows: int = 0
    refusals: list[Refused] = field(default_factory=list)

    def took(self, row: Row, *, new: bool) -> None:
        """A row became a record, or changed one. Only now what the map changed in it counts."""
        self.created += new
        self.updated += not new
        self.applied.update(row.applied)
        self.defaulted.update(row.defaulted)

    def refuse(self, refused: Refused) -> None:
        """A row was not taken. Its reasons are counted, the first few with their line."""
        self.refused += 1
        if len(self.refusals) < KEPT:
            self.refusals.append(refused)
        for reason in refused.reasons:
            why = reason.why if reason.why in self.reasons or len(self.reasons) < REASONS else _("further reasons")
            self.reasons[why] += 1
            told = self.examples.setdefault(why, [])
            if len(told) < EXAMPLES:
                line = _("line %(line)d") % {"line": refused.line}
                told.append(f"{line} “{reason.cell}”" if reason.cell else line)

    def lines(self) -> Iterator[str]:
        """The report for a terminal."""
        skipped = sum(self.skipped.values())
        counts = {"read": self.read, "created": self.created, "updated": self.updated, "skipped": skipped, "refused": self.refused}
        yield _("%(read)d rows: %(created)d created, %(updated)d updated, %(skipped)d skipped, %(refused)d refused") % counts
        yield from _part(_("Made first"), Counter(self.made))
        yield from _part(_("Refused"), self.reasons, self.examples)
        yield from _part(_("Skipped"), self.skipped)
        yield from _part(_("Read differently, by rule"), self.applied)
        yield from _part(_("Defaults used"), self.defaulted)
        yield from _part(_("Added on the way"), self.added)
        if self.empty_rows:
            yield "  " + _("Empty rows: %(count)d") % {"count": self.empty_rows}
        if self.unused:
            yield "  " + _("Columns not taken over: %(names)s") % {"names": ", ".join(self.unused)}

    def write_refused(self, path: Path, columns: list[str]) -> None:
        """The refused rows as a CSV file with their line and reasons, to be put right and imported again."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([harmless(name) for name in columns] + ["line", "why"])
            for refused in self.refusals:
                why = "; ".join(reason.why for reason in refused.reasons)
                writer.writerow([harmless(refused.cells.get(name, "")) for name in columns] + [refused.line, why])


def _part(title: str, counts: Counter[str], examples: dict[str, list[str]] | None = None) -> Iterator[str]:
    if counts:
        yield f"  {title}:"
    for what, count in counts.most_common():
        told = (examples or {}).get(what)
        yield f"  {count:>7}  {what}" + (f" ({', '.join(told)})" if told else "")


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if cell.startswith(_RISKY) and not cell.lstrip("+-").replace(".", "", 1).isdigit():
        return "'" + cell
    return cell
