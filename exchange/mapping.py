"""The map of a file: which column goes into which field, and what is to be said where the file says nothing.

TOML or JSON. Every part is optional; without a map columns go by their names.

    kind = "opportunities"            # what this file holds, a safeguard
    system = "maven"                  # whose external ids these are
    external_id = "{opportunity_id}"  # else the row's own content stands for it
    decimal = ","                     # how numbers are written
    dates = ["%m/%d/%Y"]              # how dates are written
    existing = "update"               # what is there already takes over what differs; else it is skipped

    [columns]                         # column = field, or several fields
    close_date = ["closed_on", "expected_close_date"]
    [spelling.product]                # wrong = right; each use is counted
    "GTXPro" = "GTX Pro"
    [values.deal_stage]               # the file's word = ours
    "Won" = "won"
    [multiply]
    revenue = 1000000
    [constants]                       # field = text, or a text with {columns}
    name = "{product} · {account}"
    [defaults]                        # the same, where the row has nothing: an administrator's, each use is counted
    currency = "EUR"
    loss_reason = { text = "unknown", when = { deal_stage = "Lost" } }
    [[rules]]                         # a cell that is so is read as that, and counted under its name
    say = "lost deals with the value 0: their value is not known"
    column = "close_value"
    is = ["0"]
    when = { deal_stage = ["Lost"] }
    then = ""
    [setup]                           # what the import makes first, if it is not there; see the kind's importer
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.search import fold
from exchange.cells import Notation

LONGEST_ID = 120
PLACE = re.compile(r"\{([^{}]+)\}")
_LOOSE = " ·,;–-/|"  # what is left between the parts of a text when a part is empty


@dataclass(frozen=True)
class Rule:
    """A cell of `column` that is one of `texts`, in a row where `when` holds, is read as `then`."""

    say: str
    column: str
    texts: frozenset[str]
    when: Mapping[str, frozenset[str]]
    then: str

    def holds(self, cells: Mapping[str, str]) -> bool:
        """Does the row have such a cell?"""
        return cells[self.column] in self.texts and _so(self.when, cells)


@dataclass(frozen=True)
class Default:
    """What a field holds in a row that says nothing of it, where `when` holds."""

    text: str
    when: Mapping[str, frozenset[str]]


def _so(when: Mapping[str, frozenset[str]], cells: Mapping[str, str]) -> bool:
    return all(cells[name] in texts for name, texts in when.items())


@dataclass(frozen=True)
class Map:
    """A map that fits its file and its kind."""

    columns: Mapping[str, tuple[str, ...]]
    system: str = "csv"
    external_id: str = ""
    notation: Notation = field(default_factory=Notation)
    update: bool = False
    spelling: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    multiply: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Default] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    setup: Mapping[str, Any] = field(default_factory=dict)

    def fields(self) -> set[str]:
        """Every field that a row may get."""
        return {name for names in self.columns.values() for name in names} | set(self.constants) | set(self.defaults)

    def templates(self) -> list[str]:
        """Every text that may name columns."""
        return [self.external_id, *self.constants.values(), *(default.text for default in self.defaults.values())]

    def corrected(self, cells: dict[str, str], applied: Counter[str]) -> dict[str, str]:
        """The cells as they were meant: spelling first, then rules. What was changed is counted by what it was."""
        meant = dict(cells)
        for column, table in self.spelling.items():
            right = table.get(cells[column])
            if right is not None:
                meant[column] = right
                applied[f"{column}: {cells[column]} → {right}"] += 1
        for rule in self.rules:
            if rule.holds(meant):
                meant[rule.column] = rule.then
                applied[rule.say] += 1
        return meant

    def texts(self, cells: Mapping[str, str], defaulted: Counter[str]) -> dict[str, str]:
        """{field: text} of corrected cells. Empty fields are left out; a default that filled one is counted."""
        found: dict[str, str] = {}
        for column, names in self.columns.items():
            cell = cells[column]
            if column in self.values:
                cell = self.values[column].get(cell.casefold(), cell)
            if cell:
                found.update(dict.fromkeys(names, cell))
        for name, template in self.constants.items():
            said = filled(template, cells)
            if said:
                found[name] = said
        for name, default in self.defaults.items():
            if name not in found and _so(default.when, cells) and (said := filled(default.text, cells)):
                found[name] = said
                defaulted[f"{name}: {default.text}"] += 1
        return found

    def key(self, cells: Mapping[str, str]) -> str:
        """What this row is called in its system. Without an id of its own, its content: the same row twice is one."""
        named = filled(self.external_id, cells) if self.external_id else ""
        if named and len(named) <= LONGEST_ID:
            return named
        content = named or "\x1f".join(f"{column}\x1e{cells[column]}" for column in sorted(cells))
        return "sha256:" + hashlib.sha256(content.encode(errors="surrogatepass")).hexdigest()


def filled(template: str, cells: Mapping[str, str]) -> str:
    """'{product} · {account}' with the row's cells; '' when it names columns and all of them are empty.

    {name:mail} gives a cell as it may stand in an e-mail address. By replacement, never by str.format: the text may be
    anybody's.
    """
    places = PLACE.findall(template)
    if not places:
        return template
    if not any(_place(place, cells) for place in places):
        return ""
    return PLACE.sub(lambda found: _place(found[1], cells), template).strip(_LOOSE)


def _place(place: str, cells: Mapping[str, str]) -> str:
    column, _colon, form = place.partition(":")
    cell = cells[column]
    return ".".join(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", fold(cell))) if form == "mail" else cell
