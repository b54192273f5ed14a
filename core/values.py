"""Values on their way into text and JSON: one form for history, search and API."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model

from core.errors import RuleBroken
from core.words import _


def plain(value: Any) -> Any:
    """A JSON value: money as decimal text, times RFC 3339 in UTC, dates as dates, records as {"id", "name"}."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float | Decimal):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date | dt.time | UUID):
        return str(value)
    if isinstance(value, Model):
        return {"id": value.pk, "name": str(getattr(value, "title", value))}
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return str(value)


def checked_text(value: str, field: str) -> str:
    """The text, or RuleBroken when it holds what no database or reader can keep: NUL or half of a surrogate pair."""
    if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise RuleBroken({field: _("This text holds a character that cannot be stored.")}, code="invalid_text")
    return value
