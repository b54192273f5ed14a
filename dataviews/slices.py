"""Several sliced queries of one model as ONE statement. Django refuses sliced unions on SQLite, so the SQL is joined here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet


def union(querysets: Sequence[QuerySet], *, most: int | None = None) -> list[tuple[int, dict[str, Any]]]:
    """The rows of all querysets, each with the number of its queryset; in order within one. All hold the same .values().

    With `most` the database stops there: it asks the next queryset only while the ones before gave too few.
    """
    parts: list[str] = []
    params: list[Any] = []
    compiler = None
    names: list[str] = []
    for number, rows in enumerate(querysets):
        candidate = rows.query.get_compiler(rows.db)
        try:
            sql, own = candidate.as_sql()
        except EmptyResultSet:
            continue
        compiler = candidate
        names = list(rows.query.selected or ())
        parts.append(f"SELECT {number} AS slice, t{number}.* FROM ({sql}) t{number}")
        params += own
    if compiler is None:
        return []
    with connections[querysets[0].db].cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + (f" LIMIT {int(most)}" if most is not None else ""), params)
        raw = cursor.fetchall()
    # The compiler's converters make Decimals, dates and booleans of what SQLite stores.
    converters = compiler.get_converters([column[0] for column in compiler.select or ()])
    values: Any = [row[1:] for row in raw]
    if converters:
        values = compiler.apply_converters(values, converters)
    return [(row[0], dict(zip(names, found, strict=True))) for row, found in zip(raw, values, strict=True)]


def count_and_sums(rows: QuerySet, columns: Sequence[str], *, by: str | None, cap: int | None) -> list[tuple[str, int, list[Decimal]]]:
    """[(currency, count, sums of `columns`)] of at most cap + 1 rows, in ONE scan. Without `by` the currency is ""."""
    names = [*([by] if by else []), *columns] or ["pk"]
    inner = rows.order_by().values(*names)
    compiler = (inner[: cap + 1] if cap is not None else inner).query.get_compiler(rows.db)
    connection = connections[rows.db]
    quote = connection.ops.quote_name
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return []
    sums = "".join(f", SUM({quote(column)})" for column in columns)
    grouped = f"SELECT {quote(by)}, COUNT(*){sums} FROM ({sql}) t GROUP BY {quote(by)} ORDER BY 2 DESC" if by else ""
    with connection.cursor() as cursor:
        cursor.execute(grouped or f"SELECT '', COUNT(*){sums} FROM ({sql}) t", params)
        found = cursor.fetchall()
    return [(row[0], row[1], [exact(value) for value in row[2:]]) for row in found]


def exact(value: Any) -> Decimal:
    """A sum as money: SQLite adds up floats, whose error is far below a cent."""
    return Decimal(0) if value is None else Decimal(str(value)).quantize(Decimal("0.01"))
