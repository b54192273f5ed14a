"""The databases that are measured: a full one and one of a hundredth, on a server of our own or on the one of DATABASE_URL."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection, connections
from psycopg.rows import dict_row

from accounts.models import Business
from opportunities.models import Opportunity

SMALL = 100  # the small database has a hundredth of the rows
LEAST = 1000


def prepare(rows: int, *, first_business: int = 1) -> None:
    """Migrate the database that Django is on and load it up to `rows` opportunities.

    Each database numbers its businesses from another number on: what a process remembers per business must not be
    forgotten at every turn from one database to the other.
    """
    call_command("migrate", verbosity=0, interactive=False)
    if not Business.objects.exists():
        with connection.cursor() as cursor:
            cursor.execute("select setval(pg_get_serial_sequence('accounts_business', 'id'), %s, false)", [first_business])
    call_command("createcachetable", verbosity=0)
    there = _count()
    # The planner's figure is an estimate: a hundredth more or less is not worth a second load.
    if there < rows * 0.99:
        print(f"Loading {rows - there:,} opportunities and what belongs to them into {connection.settings_dict['NAME']}.", flush=True)
        call_command("load", opportunities=rows - there, verbosity=0 if rows < 50_000 else 1)


def _count() -> int:
    # Over both businesses, which no count could see; the load ends with ANALYZE.
    with connection.cursor() as cursor:
        cursor.execute("select greatest(reltuples, 0)::bigint from pg_class where oid = %s::regclass", [Opportunity._meta.db_table])
        return int(cursor.fetchone()[0])


@contextlib.contextmanager
def beside(suffix: str, rows: int, *, first_business: int = 1) -> Iterator[Any]:
    """A connection of Django's to a database of our own beside the one of the settings, which stays as it is; made and
    loaded up to `rows` opportunities when it is not there."""
    given = connections["default"]
    name = f"{given.settings_dict['NAME']}_{suffix}"
    with given.cursor() as cursor:
        cursor.execute("select 1 from pg_database where datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f'create database "{name}"')
    given.close()
    other = connections.create_connection("default")
    other.settings_dict = {**other.settings_dict, "NAME": name}
    try:
        with using(other):
            prepare(rows, first_business=first_business)
        yield other
    finally:
        other.close()


@contextlib.contextmanager
def using(wrapper: Any) -> Iterator[None]:
    """Let Django work on this connection."""
    before = connections["default"]
    connections["default"] = wrapper
    try:
        yield
    finally:
        connections["default"] = before


def bare(url: str, business: int) -> psycopg.Connection[Any]:
    """A warm connection without Django, as rows of dicts. Told the business once, where it is not a superuser's."""
    found = psycopg.connect(url, autocommit=True, row_factory=dict_row)
    found.execute("set jit = off")
    found.execute("select set_config('app.business', %s, false)", [str(business)])
    return found


def url_of(wrapper: Any, user: str = "") -> str:
    """The connection string of a connection of Django's."""
    held: Mapping[str, Any] = wrapper.settings_dict
    parts = {"dbname": held["NAME"], "user": user or held["USER"], "host": held["HOST"], "port": held["PORT"], "password": held["PASSWORD"]}
    return psycopg.conninfo.make_conninfo(**{key: value for key, value in parts.items() if value})
