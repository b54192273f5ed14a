"""Walls 1 and 2: every row belongs to one business, and no query is made without one."""

from __future__ import annotations

from typing import Any

from django.db import connection, models

from core import context
from core.errors import NoBusiness


class BusinessKey(models.ForeignKey):
    """The tenant column: stamped from the context, checked against it on every insert and save.

    pre_save runs in save() and bulk_create() alike, so no save() override is needed. No index of its own:
    the unique (business, id) that core/walls.py makes serves.
    """

    FIXED = ("to", "on_delete", "default", "editable", "related_name", "db_index")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(
            to="accounts.Business",
            on_delete=models.PROTECT,
            default=context.business_id,
            editable=False,
            related_name="+",
            db_index=False,
        )
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {key: value for key, value in kwargs.items() if key not in self.FIXED}

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False, **kwargs: Any) -> None:
        # A model of a migration's past has no business in context: data migrations give it by hand (walls.md §1).
        if cls.__module__ == "__fake__":
            self.default = models.NOT_PROVIDED
        super().contribute_to_class(cls, name, private_only, **kwargs)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        served = context.current()
        if served != context.ALL and value != served:
            raise NoBusiness(f"{model_instance._meta.label} of business {value} written while {served} is served")
        return value


class TenantQuerySet(models.QuerySet):
    """Reads and writes inside one business; a row never changes its business."""

    def update(self, **kwargs: Any) -> int:
        if "business" in kwargs or "business_id" in kwargs:
            raise NoBusiness("a record never changes its business")
        return super().update(**kwargs)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        # Matching by id alone would overwrite another business's row on SQLite, which has no row-level security.
        if kwargs.get("update_conflicts") and not {"business", "business_id"} & set(kwargs.get("unique_fields") or ()):
            raise NoBusiness("an upsert must match by business too")
        return super().bulk_create(objs, *args, **kwargs)


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Default deny: raises without a business, and on PostgreSQL outside a transaction (which would see no rows)."""

    def get_queryset(self) -> Any:
        served = context.current()
        if served is None:
            raise NoBusiness(f"{self.model._meta.label} read without a business")
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            raise NoBusiness("a tenant's rows are read inside a transaction: use in_business(...)")
        rows = super().get_queryset()
        return rows if served == context.ALL else rows.filter(business_id=served)


class TenantModel(models.Model):
    """Base of every table that belongs to a business. core/walls.py gives it its policy and composite keys.

    walls_exempt: foreign keys to people who may belong to no business (a platform operator).
    walls_keys: further composite keys, as ((own columns), "app.Model", (target columns)).
    """

    business = BusinessKey()

    objects = TenantManager()

    walls_exempt: tuple[str, ...] = ()
    walls_keys: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = ()

    class Meta:
        abstract = True
        base_manager_name = "objects"
