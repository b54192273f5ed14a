"""Filter fields that point to other rows: values of small lists, people, tags, records of another kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from dataviews.keyset import NEVER
from dataviews.kinds import Kind, Label, Wrong, boolean
from dataviews.lists import Item

if TYPE_CHECKING:
    from dataviews.filters import RecordFilter

MOST_VALUES = 50
BIGGEST_ID = 2**63 - 1
MANY = 200  # from here "is not" is cheaper as a negation than as the list of all others


def _split(raw: str) -> list[str]:
    parts = list(dict.fromkeys(part.strip() for part in raw.split(",") if part.strip()))
    if len(parts) > MOST_VALUES:
        raise Wrong(_("At most %d values.") % MOST_VALUES)
    return parts


def _identifier(part: str) -> int:
    if not (part.isascii() and part.isdigit()) or int(part) > BIGGEST_ID:
        raise Wrong(_("Give a record's id."))
    return int(part)


class Ref(Kind):
    """A small list (stage, lookup value, branch): any of, none of, empty. Keys in the URL, never ids.

    A key that stands in several pipelines means all of them; `pipeline=` narrows by itself.
    """

    suffixes: tuple[str, ...] = ("", "_not", "_empty")
    control = "choices"

    def __init__(self, label: Label, list_name: str, path: str = "") -> None:
        super().__init__(label, path)
        self.list = list_name

    def items(self, fs: RecordFilter) -> list[Item]:
        """The values that may be named, retired ones too."""
        return fs.lists.items(self.list)

    def known(self, fs: RecordFilter) -> dict[str, list[Any]]:
        """URL key -> values of the column."""
        found: dict[str, list[Any]] = {}
        for item in self.items(fs):
            found.setdefault(item.key, []).append(item.id)
        return found

    def clean(self, suffix: str, raw: str, fs: RecordFilter) -> Any:
        if suffix == "_empty":
            return boolean(raw)
        parts = _split(raw)
        known = self.known(fs)
        strange = [part for part in parts if part not in known]
        if strange:
            raise Wrong(
                _("Unknown: %(strange)s. Known: %(known)s.")
                % {"strange": ", ".join(strange)[:200], "known": ", ".join(list(known)[:20]) or "–"}
            )
        return parts

    def q(self, suffix: str, value: Any, fs: RecordFilter) -> Q:
        if suffix == "_empty":
            return self.is_null(value)
        chosen = self.chosen(value, fs)
        return self._others(chosen, fs) if suffix == "_not" else Q(**{f"{self.path}__in": chosen})

    def chosen(self, keys: list[str], fs: RecordFilter) -> list[Any]:
        known = self.known(fs)
        return [value for key in keys for value in known[key]]

    def _others(self, chosen: list[Any], fs: RecordFilter) -> Q:
        # A positive list can use the index; rows without a value are "not won" too.
        rest = [value for values in self.known(fs).values() for value in values if value not in set(chosen)]
        condition = Q(**{f"{self.path}__in": rest}) if len(rest) <= MANY else ~Q(**{f"{self.path}__in": chosen})
        nullable = fs.queryset.model._meta.get_field(self.path.split("__")[0]).null
        return condition | Q(**{f"{self.path}__isnull": True}) if nullable else condition

    def options(self, fs: RecordFilter) -> list[tuple[str, str]]:
        """(key, label) of what the filter form offers."""
        found: dict[str, str] = {}
        for item in self.items(fs):
            if item.is_active:
                found.setdefault(item.key, item.label)
        return list(found.items())

    def say(self, suffix: str, value: Any, fs: RecordFilter) -> str:
        return " / ".join(self._label(key, fs) for key in value)

    def _label(self, key: str, fs: RecordFilter) -> str:
        return next((item.label for item in self.items(fs) if item.key == key), key)

    def schema(self, suffix: str) -> dict[str, Any]:
        if suffix == "_empty":
            return {"type": "boolean"}
        return {"type": "string", "description": "one key, or several separated by commas"}


class Choice(Ref):
    """A column with fixed values (TextChoices)."""

    def __init__(self, label: Label, choices: Callable[[], list[tuple[str, Any]]], path: str = "") -> None:
        super().__init__(label, "", path)
        self.choices = choices

    def known(self, fs: RecordFilter) -> dict[str, list[Any]]:
        return {key: [key] for key, _label in self.choices()}

    def options(self, fs: RecordFilter) -> list[tuple[str, str]]:
        return [(key, str(label)) for key, label in self.choices()]

    def _label(self, key: str, fs: RecordFilter) -> str:
        return str(dict(self.choices())[key])


class Owner(Ref):
    """A person: ids, `me`, `my_team`."""

    def __init__(self, label: Label, path: str = "") -> None:
        super().__init__(label, "user", path)

    def is_own(self, suffix: str, value: Any, fs: RecordFilter) -> bool:
        return suffix == "" and self.path == "owner" and set(self.chosen(value, fs)) == {fs.user.pk}

    def known(self, fs: RecordFilter) -> dict[str, list[Any]]:
        return super().known(fs) | {"me": [fs.user.pk], "my_team": fs.lists.team()}

    def options(self, fs: RecordFilter) -> list[tuple[str, str]]:
        return [("me", _("me")), ("my_team", _("my team")), *super().options(fs)]

    def _label(self, key: str, fs: RecordFilter) -> str:
        return {"me": _("me"), "my_team": _("my team")}.get(key) or super()._label(key, fs)


class Tagged(Ref):
    """Tags through their table: `through` is a callable that gives its model, `record` its key to the record."""

    suffixes = ("", "_not")

    def __init__(self, label: Label, through: type[Model], record: str) -> None:
        super().__init__(label, "tag", "id")
        self.through = through
        self.record = record

    def q(self, suffix: str, value: Any, fs: RecordFilter) -> Q:
        hung = self.through._default_manager.filter(tag_id__in=self.chosen(value, fs))
        condition = Q(pk__in=hung.values(f"{self.record}_id"))
        return ~condition if suffix == "_not" else condition


class Relation(Kind):
    """A record of another kind by id, among those that the reader may see.

    An id that never was and one that the reader may not see answer the same: no rows. `also` adds further ways to be
    related, such as the other people of a deal.
    """

    control = "record"

    def __init__(self, label: Label, model: type[Model], path: str = "", *, also: Callable[[list[int]], Q] | None = None) -> None:
        super().__init__(label, path)
        self.model = model
        self.also = also

    def clean(self, suffix: str, raw: str, fs: RecordFilter) -> Any:
        return [_identifier(part) for part in _split(raw)]

    def visible(self, value: list[int], fs: RecordFilter) -> QuerySet:
        return self.model._default_manager.visible_to(fs.user).filter(pk__in=value)  # type: ignore[attr-defined]

    def q(self, suffix: str, value: Any, fs: RecordFilter) -> Q:
        if self.also is not None:
            seen = list(self.visible(value, fs).values_list("pk", flat=True))
            return Q(**{f"{self.path}__in": seen}) | self.also(seen) if seen else NEVER
        # The plain list beside the sub-select is what an index is walked by.
        return Q(**{f"{self.path}__in": value}) & Q(**{f"{self.path}__in": self.visible(value, fs).values("pk")})

    def say(self, suffix: str, value: Any, fs: RecordFilter) -> str:
        titles = {record.pk: record.title for record in self.visible(value, fs)}
        return " / ".join(titles.get(pk, f"#{pk}") for pk in value)

    def schema(self, suffix: str) -> dict[str, Any]:
        return {"type": "string", "description": "one id, or several separated by commas"}
