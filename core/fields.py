"""Text columns whose limit the database keeps on both engines: SQLite ignores the length of a varchar."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxLengthValidator
from django.db import models

NOTES_LENGTH = 20_000


class ShortText(models.CharField):
    """One line of text, empty instead of null."""

    def db_check(self, connection: Any) -> str | None:
        column = connection.ops.quote_name(self.column)
        return f"length({column}) <= {self.max_length}" if connection.vendor == "sqlite" else None


class EmailText(ShortText, models.EmailField):
    """An e-mail address, stored in lower case by the services."""


class LongText(models.TextField):
    """Notes and bodies, of at most max_length characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", NOTES_LENGTH)
        super().__init__(*args, **kwargs)
        # Django checks the length of a TextField in forms alone.
        self.validators.append(MaxLengthValidator(self.max_length))

    def db_check(self, connection: Any) -> str:
        return f"length({connection.ops.quote_name(self.column)}) <= {self.max_length}"
