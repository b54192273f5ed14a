"""Which business is being served: one context variable, told to PostgreSQL at every BEGIN.

The database learns it in core/backends/postgresql, because a middleware's set_config(…, true) would be gone
after its own statement in autocommit. Nothing below a request, a job or a command may guess it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from core.errors import NoBusiness

log = logging.getLogger("core.context")

ALL = 0  # every business at once: only inside everywhere()
_current: ContextVar[int | None] = ContextVar("business", default=None)
# Set by the middleware for GET, HEAD and OPTIONS: PostgreSQL then refuses writes, SQLite takes no write lock.
reading: ContextVar[bool] = ContextVar("reading", default=False)
_moment: ContextVar[dt.datetime | None] = ContextVar("moment", default=None)


def current() -> int | None:
    """The id of the business being served, ALL, or None."""
    return _current.get()


def business_id() -> int:
    """The id of the one business being served. Raises NoBusiness without one (and inside everywhere())."""
    found = _current.get()
    if not found:
        raise NoBusiness("no business in context: use in_business(...)")
    return found


def tell(conn: Any, *, begin: bool = False) -> None:
    """Tell an open PostgreSQL transaction which business it serves.

    Uses the raw psycopg connection: not logged and not counted, so query counts are equal on both databases.
    Read only is said at BEGIN alone: a savepoint could not be made writable again.
    """
    served = _current.get()
    read_only = ", set_config('transaction_read_only', 'on', true)" if begin and reading.get() else ""
    conn.connection.execute(
        "select set_config('app.business', %s, true), set_config('app.all', %s, true)" + read_only,
        (str(served or ""), "on" if served == ALL else ""),
    )


def _retell() -> None:
    if connection.vendor != "postgresql" or not connection.in_atomic_block or connection.connection is None:
        return
    # An aborted transaction gets its old value back by its own rollback: SET LOCAL obeys savepoints.
    if connection.connection.info.transaction_status.name != "INERROR":
        tell(connection)


@contextmanager
def serving(business: int | None) -> Iterator[None]:
    """Context without a transaction: for the middleware, whose view opens its own."""
    token = _current.set(business)
    try:
        _retell()
        yield
    finally:
        _current.reset(token)
        _retell()


@contextmanager
def in_business(business: Any) -> Iterator[None]:
    """Context and transaction for jobs, commands, streams, shell and tests. Takes a Business or its id."""
    with serving(getattr(business, "pk", business)), nullcontext() if connection.in_atomic_block else transaction.atomic():
        yield


@contextmanager
def everywhere(reason: str) -> Iterator[None]:
    """All businesses at once, for migrations and platform work. Logged; the callers are on an allow-list in the tests."""
    log.info("all businesses: %s", reason)
    with in_business(ALL):
        yield


def now() -> dt.datetime:
    """What records and events are stamped with: the clock, except inside happening()."""
    return _moment.get() or timezone.now()


@contextmanager
def happening(moment: dt.datetime) -> Iterator[None]:
    """Stamp what is written inside with another moment: for a demo that tells a past."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
