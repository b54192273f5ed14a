"""Pages by key for every offered sort: nulls last both ways, ties by id, forward and back, on both databases.

A page is read from at most two SEGMENTS of the first key: the rows where it is set, then the rows where it is null.
Inside a segment the order needs no NULLS clause, so one plain (business, key, id) index serves both directions
(measured in design: 0.14 ms at depth 50,000 against 25 ms for a NULLS LAST sort).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import BooleanField, Expression, F, Field, Model, Q, QuerySet, Value
from django.db.models.expressions import OrderBy

from dataviews import slices

NEVER = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Key:
    """One column of a sort: its path on the model, its direction, and whether it may be null."""

    path: str
    desc: bool
    null: bool


class After(Expression):
    """(a, b) > (x, y) as the database's own row comparison, which both databases take as an index condition."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, columns: Sequence[Any], values: Sequence[Any], *, less: bool) -> None:
        super().__init__()
        self.columns = list(columns)
        self.values = list(values)
        self.less = less

    def get_source_expressions(self) -> list[Any]:
        return [*self.columns, *self.values]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        count = len(self.columns)
        self.columns = list(exprs[:count])
        self.values = list(exprs[count:])

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        columns = [compiler.compile(expression) for expression in self.columns]
        values = [compiler.compile(expression) for expression in self.values]
        left = ", ".join(sql for sql, _params in columns)
        right = ", ".join(sql for sql, _params in values)
        params = [value for _sql, found in (*columns, *values) for value in found]
        return f"({left}) {'<' if self.less else '>'} ({right})", params


def keys(model: type[Model], sorts: Mapping[str, str], sort: str) -> tuple[Key, ...]:
    """'-amount,name' -> its keys, ending in id in the direction of the first key, so that one index serves.

    `sort` is checked already: every name stands in `sorts` or is "id".
    """
    found: list[Key] = []
    for part in sort.split(","):
        name = part.removeprefix("-")
        path = sorts.get(name, "id")
        found.append(Key(path, part.startswith("-"), path != "id" and model._meta.get_field(path).null))
        if path == "id":  # unique: nothing behind it counts
            return tuple(found)
    return (*found, Key("id", found[0].desc, False))


def ordering(ks: Sequence[Key], *, back: bool = False, segment: bool | None = None) -> list[OrderBy]:
    """The ORDER BY of a page. In a segment (`segment` says whether the first key is null) that key goes plain.

    The null segment keeps its constant first key: without it PostgreSQL walks the primary key instead.
    """
    return [_order(key, back=back, plain=index == 0 and segment is not None) for index, key in enumerate(ks)]


def _order(key: Key, *, back: bool, plain: bool) -> OrderBy:
    desc = key.desc != back
    column = F(key.path)
    if plain or not key.null:
        return column.desc() if desc else column.asc()
    # Nulls last in reading order, hence first when walking backwards.
    if back:
        return column.desc(nulls_first=True) if desc else column.asc(nulls_first=True)
    return column.desc(nulls_last=True) if desc else column.asc(nulls_last=True)


def segments(ks: Sequence[Key], *, back: bool = False) -> list[bool | None]:
    """Which parts to read, in walking order: is the first key null? [None] where it cannot be."""
    parts: list[bool | None] = [False, True] if ks[0].null else [None]
    return parts[::-1] if back else parts


def segment_of(rows: QuerySet, ks: Sequence[Key], segment: bool | None) -> QuerySet:
    """The rows of one segment."""
    return rows if segment is None else rows.filter(**{f"{ks[0].path}__isnull": segment})


def fetch(
    rows: QuerySet, ks: Sequence[Key], size: int, anchor: Sequence[Any] | None = None, *, back: bool = False
) -> tuple[list[dict[str, Any]], bool]:
    """One page: (rows in reading order, are there more in walking direction).

    `rows` is a .values() queryset that holds every key's path. `anchor` holds the key values of the row beyond which
    to read; it needs no row behind it, so a deleted or changed anchor leaves the page as it was.
    """
    parts = slices_of(rows, ks, size, anchor, back=back)
    # Both segments in one statement; the second is read only where the first leaves room.
    found = list(parts[0]) if len(parts) == 1 else [row for _number, row in slices.union(parts, most=size + 1)]
    page = found[:size]
    return (page[::-1] if back else page), len(found) > size


def slices_of(rows: QuerySet, ks: Sequence[Key], size: int, anchor: Sequence[Any] | None = None, *, back: bool = False) -> list[QuerySet]:
    """The one or two walks along the index that make a page."""
    parts = []
    for segment in segments(ks, back=back):
        if anchor is not None and segment is not None and _is_passed(anchor, segment, back):
            continue
        part = segment_of(rows, ks, segment)
        if anchor is not None and (segment is None or (anchor[0] is None) == segment):
            part = part.filter(_beyond(rows.model, ks, anchor, back=back, segment=segment))
        parts.append(part.order_by(*ordering(ks, back=back, segment=segment))[: size + 1])
    return parts


def at_offset(rows: QuerySet, ks: Sequence[Key], offset: int, cap: int) -> tuple[Any, ...] | None:
    """The key values of row number `offset` (from 0), walking the index only; None past the end."""
    for segment in segments(ks):
        part = segment_of(rows, ks, segment).order_by(*ordering(ks, segment=segment))
        found = list(part.values_list(*(key.path for key in ks))[offset : offset + 1])
        if found:
            return found[0]
        if segment is False:
            offset -= part.order_by().values("pk")[: cap + 1].count()
    return None


def _is_passed(anchor: Sequence[Any], segment: bool, back: bool) -> bool:
    """Does this segment lie on the near side of the anchor? Reading order is: set, then null."""
    return (anchor[0] is None) != segment and segment == back


def _beyond(model: type[Model], ks: Sequence[Key], anchor: Sequence[Any], *, back: bool, segment: bool | None) -> Any:
    used, values = (ks[1:], anchor[1:]) if segment else (ks, anchor)
    nullable = used if segment else used[1:]
    if len({key.desc for key in used}) == 1 and not any(key.null for key in nullable):
        columns: list[Any] = [F(key.path) for key in used]
        given: list[Any] = [
            Value(value, output_field=cast(Field, model._meta.get_field(key.path))) for key, value in zip(used, values, strict=True)
        ]
        return After(columns, given, less=used[0].desc != back)
    # The bound would lose rows where the first key used is null itself.
    return _lexicographic(used, values, back=back, bound=not (segment and used[0].null))


def _lexicographic(ks: Sequence[Key], values: Sequence[Any], *, back: bool, bound: bool) -> Q:
    """a > x OR (a = x AND b > y) OR …, for mixed directions and nullable later keys.

    The redundant outer bound a >= x lets the index start at the anchor (27 ms without it, 0.2 with).
    """
    condition, prefix = NEVER, Q()
    for key, value in zip(ks, values, strict=True):
        step = _past(key, value, back)
        if step is not None:
            condition |= prefix & step
        prefix &= Q(**{f"{key.path}__isnull": True}) if value is None else Q(**{key.path: value})
    if bound and values[0] is not None:
        condition &= Q(**{f"{ks[0].path}__{'lte' if ks[0].desc != back else 'gte'}": values[0]})
    return condition


def _past(key: Key, value: Any, back: bool) -> Q | None:
    """Strictly past the value in walking direction; None where nothing can be."""
    if value is None:
        return Q(**{f"{key.path}__isnull": False}) if back else None
    past = Q(**{f"{key.path}__{'lt' if key.desc != back else 'gt'}": value})
    return past | Q(**{f"{key.path}__isnull": True}) if key.null and not back else past
