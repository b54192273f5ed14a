"""The small lists of a business (stages, lookup values, people, branches, tags): ONE query per request, then look-ups.

The engine stands below the apps that own these lists, so they tell it where to read: `provide(Source(...))`.
Names are read once and put into cells by id, because a join per name costs more than all of them together. A process keeps
them for its reading requests until the business's `lists_version` says that one of them changed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, CharField, F, IntegerField, Model, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim
from django.utils.translation import get_language

from accounts.models import Branch, Business, User
from core import context, events


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a small list. `parent` is the id of its pipeline or branch, `number` a stage's probability in
    percent, `limit` its idle days, `flag` marks the default one."""

    id: int
    key: str
    label: str
    tone: str = "gray"
    order: int = 0
    is_active: bool = True
    parent: int | None = None
    kind: str = ""
    number: int | None = None
    limit: int | None = None
    flag: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list stands: its name (or the column that holds it) and the columns that fill an Item, "" for none.

    `rows` narrows the table; the default is the model's own manager, which is scoped to the business.
    """

    name: str
    model: type[Model]
    label: Any
    key: Any = ""
    label_de: str = ""
    name_column: str = ""
    tone: str = ""
    order: str = ""
    is_active: str = ""
    parent: str = ""
    kind: str = ""
    number: str = ""
    limit: str = ""
    flag: str = ""
    rows: Callable[[], QuerySet] | None = None

    def query(self, lang: str) -> QuerySet:
        """The rows as (list, id, key, label, tone, order, is_active, parent, kind, number, limit, flag)."""
        base = self.rows() if self.rows else self.model._default_manager.all()
        label = self.label_de if lang == "de" and self.label_de else self.label
        columns = {
            "l_list": _text(self.name_column, self.name),
            "l_id": F("pk"),
            "l_key": _text(self.key) if self.key else Cast("pk", CharField()),
            "l_label": _text(label),
            "l_fallback": _text(self.label),
            "l_tone": _text(self.tone, "gray"),
            "l_order": _number(self.order, 0),
            "l_active": F(self.is_active) if self.is_active else Value(True, output_field=BooleanField()),
            "l_parent": _number(self.parent, None),
            "l_kind": _text(self.kind),
            "l_number": _number(self.number, None),
            "l_limit": _number(self.limit, None),
            "l_flag": F(self.flag) if self.flag else Value(False, output_field=BooleanField()),
        }
        return base.order_by().annotate(**columns).values_list(*columns)


def _text(column: Any, constant: str = "") -> Any:
    if not isinstance(column, str):
        return column
    return Cast(F(column), CharField()) if column else Value(constant, output_field=CharField())


def _number(column: str, constant: int | None) -> Any:
    # The cast gives a NULL constant its type; PostgreSQL would take it for text in a UNION.
    return Cast(F(column), IntegerField()) if column else Cast(Value(constant), IntegerField())


_SOURCES: list[Source] = []
_kept: OrderedDict[tuple[int, str], tuple[Any, dict[str, list[Item]]]] = OrderedDict()


def provide(source: Source) -> None:
    """Add a list to those that every request reads at once. An event of one of its rows makes every process read anew."""
    _SOURCES.append(source)
    events.watch(source.model, _changed)


def _changed(record: Any) -> None:
    Business.objects.filter(pk=context.business_id()).update(lists_version=F("lists_version") + 1)


def _of_business(model: Any) -> Callable[[], QuerySet]:
    return lambda: model.objects.filter(business_id=context.business_id())


_FULL_NAME = Coalesce(NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value("")), "email", output_field=CharField())
provide(Source("user", User, label=_FULL_NAME, is_active="is_active", parent="branch_id", rows=_of_business(User)))
provide(Source("branch", Branch, label="name", key="code", is_active="is_active", rows=_of_business(Branch)))


class Lists:
    """All small lists of the reader's business in the reader's language. Reads nothing until it is asked."""

    def __init__(self, user: Any, lang: str | None = None) -> None:
        self.user = user
        self.lang = lang or (get_language() or "en")[:2]

    @cached_property
    def _all(self) -> dict[str, list[Item]]:
        business = self.user.business
        # A writing request reads for itself: it may have changed a list, and may yet be rolled back.
        if business is None or not context.reading.get() or not settings.LISTS_KEPT:
            return self._read()
        key, stamp = (business.pk, self.lang), (business.created_at, business.lists_version)
        kept = _kept.get(key)
        if kept is None or kept[0] != stamp:
            kept = _kept[key] = (stamp, self._read())
            while len(_kept) > settings.LISTS_KEPT:
                _kept.popitem(last=False)
        return kept[1]

    def _read(self) -> dict[str, list[Item]]:
        first, *others = [source.query(self.lang) for source in _SOURCES]
        return _sorted(first.union(*others, all=True) if others else first)

    @cached_property
    def _by_id(self) -> dict[str, dict[int, Item]]:
        return {name: {item.id: item for item in items} for name, items in self._all.items()}

    def items(self, name: str) -> list[Item]:
        """The values of a list in their order, retired ones too."""
        return self._all.get(name, [])

    def active(self, name: str) -> list[Item]:
        """The values that may still be chosen."""
        return [item for item in self.items(name) if item.is_active]

    def item(self, name: str, pk: int | None) -> Item | None:
        """The value with this id, or None."""
        return self._by_id.get(name, {}).get(pk) if pk is not None else None

    def label(self, name: str, pk: int | None) -> str:
        """What to call it; "" for none."""
        item = self.item(name, pk)
        return item.label if item else ""

    def by_key(self, name: str, key: str) -> Item | None:
        """The first value with this key, or None."""
        return next((item for item in self.items(name) if item.key == key), None)

    def team(self) -> list[int]:
        """Ids of the reader's branch's people, the reader included."""
        branch = self.user.branch_id
        mates = [item.id for item in self.items("user") if branch is not None and item.parent == branch]
        return mates or [self.user.pk]


def _sorted(rows: Iterable[tuple]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for name, pk, key, label, fallback, tone, order, active, parent, kind, number, limit, flag in rows:
        item = Item(pk, key, label or fallback or key, tone or "gray", order or 0, bool(active), parent, kind, number, limit, bool(flag))
        found.setdefault(name, []).append(item)
    for items in found.values():
        items.sort(key=lambda item: (item.order, item.label.casefold(), item.id))
    return found
