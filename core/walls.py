"""Walls 5 and 6: the database itself keeps the rows of different businesses apart.

Runs after every migrate, reads the catalogue and issues only what differs, so that a new model cannot be forgotten and
a second run does nothing. PostgreSQL: row-level security and composite foreign keys (business_id, x_id) in place of
Django's single ones. SQLite: a trigger pair per key. The recipe and its traps: walls.md §2 and §3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connections, transaction

from core.tenants import TenantModel

# The manager always adds business_id = constant as well: this form alone would scan (walls.md §2).
RULE = (
    "business_id = (select nullif(current_setting('app.business', true), '')::bigint) or (select current_setting('app.all', true)) = 'on'"
)
# Compared by hash in a comment: PostgreSQL rewrites the text of a policy, differently per version.
MARK = hashlib.sha256(RULE.encode()).hexdigest()[:16]


class Key(NamedTuple):
    """A composite foreign key: `columns` of `table` refer to `target_columns` of `target`."""

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]

    @property
    def name(self) -> str:
        full = f"wall_{self.table}_{'_'.join(c for c in self.columns if c != 'business_id')}"
        return full if len(full) <= 63 else f"{full[:54]}_{hashlib.sha256(full.encode()).hexdigest()[:8]}"


def tenant_models() -> list[Any]:
    """Every concrete model that belongs to a business."""
    return [m for m in apps.get_models() if issubclass(m, TenantModel) and m._meta.managed and not m._meta.proxy]


def _has_business(model: Any) -> bool:
    return any(field.column == "business_id" for field in model._meta.local_concrete_fields)


def wanted_keys() -> Iterator[Key]:
    """One key for every foreign key between two tables that both have a business, and what models add in walls_keys."""
    for model in tenant_models():
        for field in model._meta.local_concrete_fields:
            if not field.is_relation or field.column == "business_id" or field.name in model.walls_exempt:
                continue
            if _has_business(field.related_model):
                target = field.related_model._meta.db_table
                yield Key(model._meta.db_table, ("business_id", field.column), target, ("business_id", "id"))
    for model in apps.get_models():
        for columns, label, target_columns in getattr(model, "walls_keys", ()):
            yield Key(model._meta.db_table, columns, apps.get_model(label)._meta.db_table, target_columns)


def before_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """SQLite cannot alter a table that a trigger names: take the triggers down, after_migrate makes them again."""
    conn = connections[using]
    if conn.vendor != "sqlite":
        return
    with conn.cursor() as cursor:
        cursor.execute("select name from sqlite_master where type = 'trigger' and name like 'wall%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'drop trigger "{name}"')


def after_migrate(sender: Any, using: str, **kwargs: Any) -> list[str]:
    """Bring the database in step. Returns the statements that were needed: none on a second run."""
    conn = connections[using]
    statements = list(_plan(conn))
    if statements:
        with transaction.atomic(using=using), conn.cursor() as cursor:
            if conn.vendor == "postgresql":
                cursor.execute("set local lock_timeout = '5s'")
            for statement in statements:
                cursor.execute(statement)
    return statements


def _plan(conn: Any) -> Iterator[str]:
    tables = set(conn.introspection.table_names())
    columns = _columns(conn, tables)
    # Only what exists: a partial migrate runs this too.
    keys = [
        key
        for key in wanted_keys()
        if set(key.columns) <= columns.get(key.table, set()) and set(key.target_columns) <= columns.get(key.target, set())
    ]
    mine = [m._meta.db_table for m in tenant_models() if m._meta.db_table in tables]
    targets = {(table, ("business_id", "id")) for table in mine} | {(key.target, key.target_columns) for key in keys}
    if conn.vendor == "sqlite":
        yield from _plan_sqlite(conn, keys, targets)
    else:
        yield from _plan_policies(conn, mine)
        yield from _plan_keys(conn, keys, targets)


def _columns(conn: Any, tables: set[str]) -> dict[str, set[str]]:
    asked = {table for key in wanted_keys() for table in (key.table, key.target)} & tables
    with conn.cursor() as cursor:
        return {table: {c.name for c in conn.introspection.get_table_description(cursor, table)} for table in asked}


def _plan_sqlite(conn: Any, keys: list[Key], targets: set[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    with conn.cursor() as cursor:
        cursor.execute("select name from sqlite_master where type in ('trigger', 'index')")
        have = {name for (name,) in cursor.fetchall()}
    for table, columns in sorted(targets):
        name = f"wall_{table}_{'_'.join(columns)}"
        if name not in have:
            yield f'create unique index "{name}" on "{table}" ({", ".join(columns)})'
    for key in keys:
        match = " and ".join(f'x."{t}" = new."{c}"' for c, t in zip(key.columns, key.target_columns, strict=True))
        given = " and ".join(f'new."{c}" is not null' for c in key.columns)
        for verb, when in (("insert", "insert"), ("update", "update of " + ", ".join(f'"{c}"' for c in key.columns))):
            name = f"{key.name}_{verb}"
            if name not in have:
                yield (
                    f'create trigger "{name}" before {when} on "{key.table}" when {given} and not exists '
                    f'(select 1 from "{key.target}" x where {match}) '
                    f"begin select raise(abort, 'wall: {key.table}.{key.columns[-1]} points outside'); end"
                )


def _plan_policies(conn: Any, tables: list[str]) -> Iterator[str]:
    with conn.cursor() as cursor:
        cursor.execute(
            """select relname, relrowsecurity and relforcerowsecurity,
                      (select string_agg(polname || ' ' || coalesce(obj_description(oid, 'pg_policy'), ''), ';')
                       from pg_policy where polrelid = pg_class.oid)
               from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')"""
        )
        have = {name: (on, policy) for name, on, policy in cursor.fetchall()}
    for table in tables:
        on, policy = have[table]
        if policy != f"wall {MARK}":
            yield f'drop policy if exists wall on "{table}"'
            yield f'create policy wall on "{table}" using ({RULE}) with check ({RULE})'
            yield f"comment on policy wall on \"{table}\" is '{MARK}'"
        if not on:
            yield f'alter table "{table}" enable row level security, force row level security'


def _plan_keys(conn: Any, keys: list[Key], targets: set[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    with conn.cursor() as cursor:
        cursor.execute(
            """select conrelid::regclass::text, conname from pg_constraint
               where connamespace = current_schema()::regnamespace and conname like 'wall\\_%'"""
        )
        have = {name: table for table, name in cursor.fetchall()}
        cursor.execute(
            """select conrelid::regclass::text, attname, conname
               from pg_constraint join pg_attribute a on a.attrelid = conrelid and a.attnum = conkey[1]
               where contype = 'f' and array_length(conkey, 1) = 1 and connamespace = current_schema()::regnamespace"""
        )
        single = {(table, column): name for table, column, name in cursor.fetchall()}
    # Django's own key on the same column is implied by ours and would cost a second check per row.
    for key in keys:
        if key.columns[0] == "business_id" and (key.table, key.columns[1]) in single:
            yield f'alter table "{key.table}" drop constraint "{single[key.table, key.columns[1]]}"'
    wanted: dict[str, str] = {}
    for table, columns in sorted(targets):
        name = f"wall_{table}_{'_'.join(columns)}"[:63]
        wanted[name] = f'alter table "{table}" add constraint "{name}" unique ({", ".join(columns)})'
    unique = len(wanted)
    for key in keys:
        wanted[key.name] = (
            f'alter table "{key.table}" add constraint "{key.name}" foreign key ({", ".join(key.columns)}) '
            f'references "{key.target}" ({", ".join(key.target_columns)}) deferrable initially deferred'
        )
    first = set(list(wanted)[:unique])
    # Foreign keys go before the unique constraints that they rest on.
    for name in sorted(set(have) - set(wanted), key=lambda n: n.endswith("_business_id_id")):
        yield f'alter table {have[name]} drop constraint "{name}"'
    for name in sorted(set(wanted) - set(have), key=lambda n: n not in first):
        yield wanted[name]
