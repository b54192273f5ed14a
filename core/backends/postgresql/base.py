"""PostgreSQL that tells each transaction, at its BEGIN, which business it serves."""

from __future__ import annotations

from django.db.backends.postgresql import base

from core import context


class DatabaseWrapper(base.DatabaseWrapper):
    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # Django's own hook, which its stubs leave out
        if not autocommit and context.current() is not None:
            with self.wrap_database_errors:
                context.tell(self, begin=True)
