"""Cursors: the key values of a page's last row, signed and bound to the list they came from."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core import signing

from dataviews.keyset import Key

MAX_LENGTH = 2000


class BadCursor(ValueError):
    """The cursor is damaged, too long, or belongs to another list, sort, filter or business."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page starts. `position` is how many rows lie before it: a hint, None where nobody counted."""

    values: tuple[Any, ...]
    back: bool
    position: int | None


_PACK: dict[type, tuple[str, Callable[[Any], str]]] = {
    dt.date: ("d", dt.date.isoformat),
    dt.datetime: ("t", dt.datetime.isoformat),
    Decimal: ("n", str),
}
_UNPACK: dict[str, Callable[[str], Any]] = {"d": dt.date.fromisoformat, "t": dt.datetime.fromisoformat, "n": Decimal}


def _signer() -> signing.Signer:
    return signing.Signer(salt="dataviews.cursor")


def binding(*parts: Any) -> str:
    """A short mark of what a cursor belongs to: view, business, sort, filters."""
    return hashlib.blake2b("|".join(map(str, parts)).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def encode(row: Mapping[str, Any], ks: Sequence[Key], bound: str, *, back: bool, position: int | None = None) -> str:
    """The cursor behind (or before, with `back`) this row."""
    return _signer().sign_object([bound, int(back), position, *(_pack(row[key.path]) for key in ks)])


def decode(token: str, ks: Sequence[Key], bound: str) -> Cursor:
    """Raises BadCursor, whatever the text."""
    if len(token) > MAX_LENGTH:
        raise BadCursor("too long")
    try:
        belongs, back, position, *values = _signer().unsign_object(token)
        unpacked = tuple(_unpack(value) for value in values)
    except (signing.BadSignature, ValueError, TypeError, KeyError, ArithmeticError) as error:
        raise BadCursor("damaged") from error
    if belongs != bound or len(unpacked) != len(ks):
        raise BadCursor("of another list")
    return Cursor(unpacked, bool(back), position)


def _pack(value: Any) -> Any:
    kind = _PACK.get(type(value))
    return [kind[0], kind[1](value)] if kind else value


def _unpack(value: Any) -> Any:
    return _UNPACK[value[0]](value[1]) if isinstance(value, list) else value
