"""Who reaches which rows: once as SQL (reach) and once for one row (may). The two agree; a property test says so.

reach = same business AND (the role's scope reaches the row OR the row was shared with the user or the branch).
A share widens which rows, never which rights: it counts only where the role has the right for that kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.models import BigAutoField, Model, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.lookups import In

from core import context

# What a share of each kind carries. Never assign, share, delete, purge or export.
SHARE_CARRIES: dict[str, frozenset[str]] = {
    "view": frozenset({"view"}),
    "change": frozenset({"view", "change", "move", "close", "convert"}),
}
_also: dict[str, list[Callable[[Any], QuerySet]]] = defaultdict(list)


@BigAutoField.register_lookup
class Among(In):
    """id = any(array(subquery)) on PostgreSQL: computed once, so the planner may use it in an OR beside other indexes."""

    lookup_name = "among"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        sql, params = super().as_sql(compiler, connection)
        return sql.replace(" IN (SELECT", " = ANY(ARRAY(SELECT", 1) + ")", params

    def get_group_by_cols(self) -> list[Any]:
        return []


def also_visible(label: str, ids: Callable[[Any], QuerySet]) -> None:
    """Let another app widen who may VIEW the rows of a model (`app.Model`) by an id subquery of the user."""
    _also[label].append(ids)
    _statement.cache_clear()


def codename(model: type[Model], action: str) -> str:
    """('leads.Lead', 'change') -> 'leads.change_lead'. Moving a card is a change."""
    return f"{model._meta.app_label}.{'change' if action == 'move' else action}_{model._meta.model_name}"


def _shared(user: Any, model: Any, action: str) -> Iterator[QuerySet]:
    kinds = [kind for kind, carried in SHARE_CARRIES.items() if action in carried]
    if not kinds or not hasattr(model, "share_models"):
        return
    # Every share carries what all kinds carry: no need to ask which it is, and the planner has two tables less.
    names = [f"{kind}_{model._meta.model_name}" for kind in kinds]
    which = {} if len(kinds) == len(SHARE_CARRIES) else {"permission__codename__in": names}
    by_user, by_branch = model.share_models()
    yield by_user.objects.filter(user_id=user.pk, **which).values("content_object_id")
    if user.branch_id:
        yield by_branch.objects.filter(branch_id=user.branch_id, **which).values("content_object_id")


def _parts(user: Any, model: Any, action: str) -> Iterator[QuerySet]:
    yield from _shared(user, model, action)
    if action == "view":
        for ids in _also[model._meta.label]:
            yield ids(user)


# Stand for who asks, in statements that are made once.
SOMEBODY = SimpleNamespace(pk=-1, id=-1, branch_id=-2, business_id=-3)
NOBODY_S_BRANCH = SimpleNamespace(pk=-1, id=-1, branch_id=None, business_id=-3)


@cache
def _statement(model: Any, action: str, has_branch: bool, vendor: str) -> tuple[str, tuple[Any, ...]]:
    """One sub-select of the ids beyond a role's scope. Made once per process: making it anew for every list, record and
    relation took a third of a request."""
    asker = SOMEBODY if has_branch else NOBODY_S_BRANCH
    with context.serving(SOMEBODY.business_id):
        parts = [rows.order_by().query.sql_with_params() for rows in _parts(asker, model, action)]
    return " UNION ALL ".join(sql for sql, _params in parts), tuple(param for _sql, params in parts for param in params)


def _beyond_scope(user: Any, model: Any, action: str) -> RawSQL | None:
    """The ids that were shared with the user or the branch, or that another app lets them see; None where there can be none."""
    sql, params = _statement(model, action, user.branch_id is not None, connection.vendor)
    if not sql:
        return None
    given = {SOMEBODY.pk: user.pk, SOMEBODY.branch_id: user.branch_id, SOMEBODY.business_id: context.business_id()}
    return RawSQL(sql, [given.get(param, param) if isinstance(param, int) else param for param in params])


def reach(user: Any, model: Any, action: str = "view") -> Q:
    """Q of the rows of `model` on which the user may do the action. One SQL condition, no extra query."""
    everything = Q(pk__isnull=False)  # not Q(): When(Q()) raises
    if user.is_superuser:
        return everything
    if not user.is_active or not user.has_perm(codename(model, action)):
        return Q(pk__in=[])
    if hasattr(model, "own_reach"):  # activities are seen through their records
        return model.own_reach(user, action)
    scope = user.role.scope
    if scope == "business":
        return everything
    rows = Q(owner_id=user.pk)
    if scope == "branch":
        # Unassigned rows are seen by the scopes branch (their own branch, or none) and business.
        rows |= Q(owner_id__isnull=True, branch_id__isnull=True)
        if user.branch_id:
            rows |= Q(branch_id=user.branch_id)
    ids = _beyond_scope(user, model, action)
    return rows if ids is None else rows | Q(id__among=ids)


def reach_at(relation: str, user: Any, model: Any, action: str = "view") -> Q:
    """reach(), said of a related record of `model`: for rows that are joined with it anyway."""
    return _moved(reach(user, model, action), relation)


def _moved(condition: Any, relation: str) -> Q:
    children = [_moved(one, relation) if isinstance(one, Q) else (f"{relation}__{one[0]}", one[1]) for one in condition.children]
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


def may(user: Any, permission: str, row: Any) -> bool:
    """May the user do this to this row? The twin of reach(). `permission` is 'app.action_model'."""
    action = permission.split(".")[-1].rsplit("_", 1)[0]
    if user.is_superuser:
        return True
    if not user.is_active or row.business_id != user.business_id:
        return False
    model = type(row)
    if not user.has_perm(codename(model, action)):
        return False
    if hasattr(model, "own_may"):
        return model.own_may(user, action, row)
    scope = user.role.scope
    if scope == "business" or row.owner_id == user.pk:
        return True
    if scope == "branch":
        if user.branch_id and row.branch_id == user.branch_id:
            return True
        if row.owner_id is None and row.branch_id is None:
            return True
    ids = _beyond_scope(user, model, action)
    return ids is not None and model.objects.filter(id__among=ids, pk=row.pk).exists()
