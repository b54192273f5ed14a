"""Rows of another table inside a row's own query, as one JSON list: a page that shows five small lists asks once."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, JSONField, QuerySet, Subquery
from django.db.models.functions import JSONObject


class JSONList(Aggregate):
    """All values of a group as a JSON list; the order is the reader's to make."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)


def gathered(rows: QuerySet, by: str, **fields: Any) -> Subquery:
    """A sub-select of these rows as [{name: value}], None where there are none.

    `rows` names the outer row by OuterRef; `by` is the column that then has one value in all of them, such as the key
    that points to the outer row. Decimals and dates come out as JSON has them: ask for text where that matters.
    """
    grouped = rows.order_by().values(by).annotate(_gathered=JSONList(JSONObject(**fields)))
    return Subquery(grouped.values("_gathered"))
