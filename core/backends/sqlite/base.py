"""SQLite where a reading request takes no write lock (BEGIN) and a writing one takes it at once (BEGIN IMMEDIATE)."""

from __future__ import annotations

from django.db.backends.sqlite3 import base

from core import context


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self) -> None:
        self.cursor().execute("BEGIN" if context.reading.get() else "BEGIN IMMEDIATE")
