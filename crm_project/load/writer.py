"""Rows into tables as fast as the database takes them: COPY on PostgreSQL, executemany on SQLite.

COPY goes into a temporary table first and from there on by INSERT … SELECT, because COPY itself is not possible under
row-level security; so the walls judge every row that is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models

BATCH = 5000


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids for rows that will be written in this transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [table, count])
            return [number for (number,) in cursor.fetchall()]
        cursor.execute(f'select coalesce(max(id), 0) from "{table}"')
        last = cursor.fetchone()[0]
        return list(range(last + 1, last + count + 1))


def write(model: type[models.Model], rows: Iterable[models.Model], *, with_id: bool = True) -> int:
    """Store new rows. Gives how many."""
    fields = [field for field in model._meta.concrete_fields if with_id or not field.primary_key]
    values = _values(fields, rows)
    table, columns = connection.ops.quote_name(model._meta.db_table), ", ".join(f'"{field.column}"' for field in fields)
    if connection.vendor == "postgresql":
        return _copy(table, columns, values)
    return _insert(table, columns, len(fields), values)


def _values(fields: Sequence[Any], rows: Iterable[models.Model]) -> Iterator[list[Any]]:
    # Most columns go to the driver as they are; a decimal, a JSON value and SQLite's moments are the database's own form.
    plain = {"CharField", "TextField", "BigIntegerField", "IntegerField", "PositiveIntegerField", "PositiveSmallIntegerField"}
    readers = [
        (field.attname, None if field.get_internal_type() in plain or field.is_relation else field.get_db_prep_save) for field in fields
    ]
    for row in rows:
        held = row.__dict__
        yield [held[name] if prepare is None else prepare(held[name], connection) for name, prepare in readers]


def _copy(table: str, columns: str, values: Iterable[list[Any]]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table loading on commit drop as select {columns} from {table} with no data")
        count = 0
        with cursor.copy(f"copy loading ({columns}) from stdin") as copy:
            for row in values:
                copy.write_row(row)
                count += 1
        cursor.execute(f"insert into {table} ({columns}) select {columns} from loading")
        cursor.execute("drop table loading")
    return count


def _insert(table: str, columns: str, width: int, values: Iterable[list[Any]]) -> int:
    statement = f"insert into {table} ({columns}) values ({', '.join(['%s'] * width)})"
    count, batch = 0, []
    with connection.cursor() as cursor:
        for row in values:
            batch.append(row)
            if len(batch) == BATCH:
                cursor.executemany(statement, batch)
                count, batch = count + len(batch), []
        if batch:
            cursor.executemany(statement, batch)
    return count + len(batch)
