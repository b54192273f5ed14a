"""The refusals of the house. Permission and visibility use Django's own PermissionDenied and DoesNotExist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError


class NoBusiness(RuntimeError):
    """A tenant's row was asked for while no business is being served, or written into another one."""


class RuleBroken(ValidationError):
    """A rule refused: 400 in the API, 422 on a page, a message in the admin, a refused row in an import.

    `message` is a sentence, or {field: sentence(s)}. `needs` names the fields that would make it pass.
    """

    def __init__(self, message: Any, *, code: str = "rule_broken", needs: Iterable[str] = ()) -> None:
        super().__init__(message, code=code)
        self.code = code  # Django forgets it where the message is a dict
        self.needs: tuple[str, ...] = tuple(needs)


class Conflict(Exception):
    """Somebody changed the record since it was read: 412 in the API, 409 on a page.

    `record` is the row as it is now; `last` is the newest event of its history, or None.
    """

    def __init__(self, record: Any, last: Any = None) -> None:
        super().__init__(f"{record._meta.model_name} {record.pk} is at version {record.version} now")
        self.record = record
        self.last = last


class SearchRefused(ValueError):
    """The text asked for is too long or has too many words; the message says the limit."""
