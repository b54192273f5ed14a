"""What one cell of a file says: text on its way to a value. Shape only; whether a value may stand there is the service's to say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from babel import Locale
from django.utils.translation import gettext as _

LONGEST = 20_000  # characters of one cell
TRUE = frozenset({"1", "true", "yes", "y", "x", "ja", "j", "wahr"})
FALSE = frozenset({"0", "false", "no", "n", "nein", "falsch"})
_MONEY_SIGNS = re.compile(r"[€$£¥\s\u00a0\u202f]|EUR|USD|GBP|CHF")


class CellRefused(ValueError):
    """The cell cannot be read as what it should be; the message is a sentence for people."""


@dataclass(frozen=True)
class Notation:
    """How a file writes numbers and dates. dates: strptime patterns, tried in order."""

    decimal: str = "."
    dates: tuple[str, ...] = ("%Y-%m-%d", "%d.%m.%Y")

    @property
    def thousands(self) -> str:
        return "," if self.decimal == "." else "."


Shape = Callable[[str, Notation], Any]


def text(cell: str, notation: Notation) -> str:
    """The text as it stands."""
    if "\x00" in cell or any("\ud800" <= letter <= "\udfff" for letter in cell):
        raise CellRefused(_("holds a character that cannot be stored"))
    if len(cell) > LONGEST:
        raise CellRefused(_("is longer than %(most)d characters") % {"most": LONGEST})
    return cell


def number(cell: str, notation: Notation) -> Decimal:
    """'1,234.50', '1.234,50 €' (by the file's notation), '-3'."""
    digits = _MONEY_SIGNS.sub("", cell)
    whole, point, part = digits.partition(notation.decimal)
    groups = whole.lstrip("-+").split(notation.thousands)
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        raise CellRefused(_("is no number"))
    plain = whole.replace(notation.thousands, "") + ("." + part if point else "")
    if not re.fullmatch(r"[-+]?[0-9]{1,18}(\.[0-9]{0,9})?", plain):
        raise CellRefused(_("is no number"))
    try:
        return Decimal(plain)
    except InvalidOperation:  # pragma: no cover (the pattern above leaves nothing that Decimal refuses)
        raise CellRefused(_("is no number")) from None


def integer(cell: str, notation: Notation) -> int:
    """A whole number."""
    value = number(cell, notation)
    if value != value.to_integral_value():
        raise CellRefused(_("is no whole number"))
    return int(value)


def day(cell: str, notation: Notation) -> dt.date:
    """A date in one of the file's notations."""
    for pattern in notation.dates:
        try:
            found = dt.datetime.strptime(cell[:40], pattern).date()
        except ValueError:
            continue
        if 1900 <= found.year <= 2200:
            return found
    raise CellRefused(_("is no date"))


def truth(cell: str, notation: Notation) -> bool:
    """Yes or no, in English or German."""
    said = cell.casefold()
    if said not in TRUE | FALSE:
        raise CellRefused(_("is neither yes nor no"))
    return said in TRUE


@cache
def _countries() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("de", "en"):
        for code, name in Locale(language).territories.items():
            if re.fullmatch("[A-Z]{2}", code):
                names[name.casefold()] = code
                names[code.casefold()] = code
    return names


def country(cell: str, notation: Notation) -> str:
    """An ISO 3166 code, from the code or from the country's English or German name."""
    found = _countries().get(cell.casefold())
    if found is None:
        raise CellRefused(_("is no country"))
    return found
