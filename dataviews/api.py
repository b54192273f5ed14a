"""The same filters, sorts and keyset pages behind the API. A wrong parameter is 400 and names those that exist.

    class LeadViewSet(RecordListing, GenericViewSet):
        dataview = LEADS
        api_columns = {"id": "id", "status": "status__key", "company": Related("company", Company), ...}

Rows are .values() dicts and become the answer's objects by one function per page, not by a serializer per row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Case, Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from core import context
from core.record import sees
from dataviews import cursors, formats, keyset
from dataviews.cursors import BadCursor, Cursor
from dataviews.declare import DataView
from dataviews.lists import Lists
from dataviews.state import MOST_SORTS, bad_sorts

WORDS = ("sort", "limit", "cursor", "count")
LIMIT, MOST = 50, 200
Build = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Related:
    """A related record as {"id", "name"}. With a `model`, one that the reader may not see (or that is in the trash) shows
    its name alone: {"name"}. `name` are the related record's columns that make its name."""

    field: str
    model: type[Model] | None = None
    name: tuple[str, ...] = ("name",)


@dataclass(frozen=True, slots=True)
class Listed:
    """A value of a small list (stage, list value, branch, person), from the request's lists by its id: a join per name would
    cost the planner more than the whole page. As its key, or with `named` as {"id", "name"}."""

    field: str
    list: str
    named: bool = False


@dataclass(frozen=True, slots=True)
class Computed:
    """A value made of several paths: `make(row)` gets the row as a mapping of paths."""

    paths: tuple[str, ...]
    make: Build


Column = str | Related | Listed | Computed


class Shape:
    """What a page selects and how its rows become answers: made once per request from a view's api_columns."""

    def __init__(self, columns: Mapping[str, Column], user: Any, lists: Lists | None = None) -> None:
        self.lists = lists or Lists(user)
        self.paths: dict[str, None] = {}
        self.seen: dict[str, Case] = {}
        self.builders: list[tuple[str, str | Build]] = []
        for name, column in columns.items():
            self.builders.append((name, self._builder(column, user)))

    def _builder(self, column: Column, user: Any) -> str | Build:
        if isinstance(column, str):
            self.paths[column] = None
            return column
        if isinstance(column, Computed):
            self.paths.update(dict.fromkeys(column.paths))
            return column.make
        return self._listed(column) if isinstance(column, Listed) else self._related(column, user)

    def _listed(self, column: Listed) -> Build:
        key, name = f"{column.field}_id", column.list
        self.paths[key] = None

        def build(row: Mapping[str, Any]) -> Any:
            pk = row[key]
            if pk is None:
                return None
            item = self.lists.item(name, pk)
            if column.named:
                return {"id": pk, "name": item.label if item else ""}
            return item.key if item else None

        return build

    def _related(self, column: Related, user: Any) -> Build:
        key = f"{column.field}_id"
        names = [f"{column.field}__{name}" for name in column.name]
        self.paths.update(dict.fromkeys((key, *names)))
        flag = ""
        if column.model is not None:
            flag = f"sees_{column.field}"
            self.seen[flag] = sees(column.field, column.model, user)

        def build(row: Mapping[str, Any]) -> dict[str, Any] | None:
            if row[key] is None:
                return None
            name = " ".join(str(row[path]) for path in names if row[path])
            return {"id": row[key], "name": name} if not flag or row[flag] else {"name": name}

        return build

    def select(self, rows: QuerySet, ks: Sequence[keyset.Key] = ()) -> QuerySet:
        """The rows as dicts of every path needed."""
        annotated = rows.annotate(**self.seen)
        return annotated.values(*dict.fromkeys((*self.paths, *self.seen, *(key.path for key in ks))))

    def answers(self, rows: list[dict[str, Any]], hidden: frozenset[str]) -> list[dict[str, Any]]:
        """The rows as the API says them, personal columns masked where the reader may not see them."""
        formats.conceal(rows, hidden)
        builders = self.builders
        return [{name: row[build] if isinstance(build, str) else build(row) for name, build in builders} for row in rows]


class RecordFilterBackend(DjangoFilterBackend):
    """The record type's own FilterSet. What is wrong is collected; the pagination adds its own and refuses all at once."""

    def get_filterset_class(self, view: Any, queryset: QuerySet | None = None) -> Any:
        return view.dataview.filters

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        declared: DataView = view.dataview
        data = request.query_params.copy()
        for word in (*WORDS, *view.api_words):
            data.pop(word, None)
        view.hidden = declared.hidden(request.user)
        found = declared.filters(data, queryset, user=request.user, hidden=view.hidden)
        known = ", ".join(sorted({*WORDS, *view.api_words, *declared.filters.base_filters}))
        view.wrong = {name: [_("Unknown parameter. Known: %s.") % known] for name in found.unknown}
        view.wrong |= {name: [problem] for name, problem in found.problems.items()}
        view.canonical = found.canonical()
        view.lists = found.lists
        return found.qs if not view.wrong else queryset.none()


class KeysetPagination(BasePagination):
    """limit 1–200, sort from the allow-list, signed cursors both ways, a total only on request."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        declared: DataView = view.dataview
        sort = self._sort(request, view)
        limit = self._limit(request, view)
        wants_count = self._wants_count(request, view)
        if view.wrong:
            raise ValidationError(view.wrong)
        self.request = request
        self.ks = keyset.keys(declared.model, declared.sorts, sort)
        self.bound = cursors.binding("api", declared.name, context.business_id(), sort, view.canonical)
        self.cursor = self._cursor(request)
        self.shape = Shape(view.api_columns, request.user, view.lists)
        rows = self.shape.select(queryset, self.ks)
        anchor = self.cursor.values if self.cursor else None
        self.back = bool(self.cursor and self.cursor.back)
        self.rows, self.more = keyset.fetch(rows, self.ks, limit, anchor, back=self.back)
        self.count = queryset.order_by().count() if wants_count else None
        self.links = self._links()
        return self.shape.answers(self.rows, view.hidden)

    def _sort(self, request: Request, view: Any) -> str:
        declared: DataView = view.dataview
        sort = request.query_params.get("sort") or ""
        if not sort:
            searched = "search" in view.canonical and declared.search_sort.removeprefix("-") in declared.sorts
            return declared.search_sort if searched else declared.sort
        if bad_sorts(declared, sort, view.hidden):
            names = ", ".join(name for name, path in declared.sorts.items() if path not in view.hidden)
            view.wrong["sort"] = [_("At most %(most)d of: %(names)s, id. A '-' in front reverses.") % {"most": MOST_SORTS, "names": names}]
        return sort

    def _limit(self, request: Request, view: Any) -> int:
        given = request.query_params.get("limit", str(LIMIT))
        if given.isascii() and given.isdigit() and len(given) <= 3 and 1 <= int(given) <= MOST:
            return int(given)
        view.wrong["limit"] = [_("Give a number from 1 to %d.") % MOST]
        return LIMIT

    def _wants_count(self, request: Request, view: Any) -> bool:
        given = request.query_params.get("count", "false")
        if given not in ("true", "false"):
            view.wrong["count"] = [_("Give true or false.")]
        return given == "true"

    def _cursor(self, request: Request) -> Cursor | None:
        token = request.query_params.get("cursor", "")
        if not token:
            return None
        try:
            return cursors.decode(token, self.ks, self.bound)
        except BadCursor:
            raise ValidationError({"cursor": [_("This cursor is damaged or belongs to another list, sort or filter.")]}) from None

    def _links(self) -> dict[str, str | None]:
        has_next = self.cursor is not None if self.back else self.more
        has_previous = self.more if self.back else self.cursor is not None
        # Read before answers() masks the rows: a cursor holds real values, and never a hidden column's.
        return {
            "next": self._link(self.rows[-1], back=False) if self.rows and has_next else None,
            "previous": self._link(self.rows[0], back=True) if self.rows and has_previous else None,
        }

    def _link(self, row: Mapping[str, Any], *, back: bool) -> str:
        query = self.request.query_params.copy()
        query["cursor"] = cursors.encode(row, self.ks, self.bound, back=back)
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    def get_paginated_response(self, data: Any) -> Response:
        answer = {"results": data, **self.links}
        if self.count is not None:
            answer["count"] = self.count
        return Response(answer)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link, "count": {"type": "integer"}},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        sorts = ", ".join(view.dataview.sorts)
        return [
            _parameter("sort", {"type": "string"}, f"At most {MOST_SORTS} of: {sorts}, id. A '-' in front reverses."),
            _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}, "Rows per page."),
            _parameter("cursor", {"type": "string"}, "From `next` or `previous`, unchanged."),
            _parameter("count", {"type": "boolean", "default": False}, "Whether to count all matching rows."),
        ]


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


class RecordListing:
    """Mixed into a GenericViewSet: list(), and one(pk) for a single record in the same shape.

    dataview: the declared list. api_columns: output field -> path, Related, Listed or Computed. api_words: further query
    parameters that the viewset reads itself.
    """

    dataview: ClassVar[DataView]
    api_columns: ClassVar[Mapping[str, Column]]
    api_words: ClassVar[tuple[str, ...]] = ()
    filter_backends: Any = [RecordFilterBackend]
    pagination_class: Any = KeysetPagination
    request: Any

    def get_queryset(self) -> QuerySet:
        """The rows that the asker may see."""
        return self.dataview.model.objects.visible_to(self.request.user)  # type: ignore[attr-defined]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of rows."""
        rows = self.filter_queryset(self.get_queryset())  # type: ignore[attr-defined]
        return self.get_paginated_response(self.paginate_queryset(rows))  # type: ignore[attr-defined]

    def one(self, pk: int | str, rows: QuerySet | None = None) -> dict[str, Any]:
        """The record as the list shows it. Raises Http404 where the asker may not see it."""
        user = self.request.user
        shape = Shape(self.api_columns, user)
        found = list(shape.select((self.get_queryset() if rows is None else rows).filter(pk=pk))[:1])
        if not found:
            raise Http404
        return shape.answers(found, self.dataview.hidden(user))[0]
