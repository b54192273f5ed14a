"""From what a row names to the rows that are meant: one question per field and chunk, remembered for the whole run."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from exchange.declare import Field, Importer
from exchange.rows import Reason, Row

REMEMBERED = 200_000  # texts per field


class Unknown(Exception):
    """A row names something that is not there, or that is there twice. own: only rows of its own kind are missing."""

    def __init__(self, reasons: list[Reason], *, own: bool) -> None:
        super().__init__(reasons)
        self.reasons = reasons
        self.own = own


class Resolver:
    """Finds, remembers and, where the importer may, makes what rows name."""

    def __init__(self, importer: Importer, *, by: Any, added: Counter[str]) -> None:
        self.by, self.added = by, added
        self.fields = [one for one in importer.fields if one.reference is not None]
        self.found: dict[str, dict[str, list[Any]]] = {one.name: {} for one in self.fields}

    def learn(self, chunk: list[Row]) -> None:
        """Ask for everything that these rows name and that was not asked for before."""
        for field in self.fields:
            assert field.reference is not None
            known = self.found[field.name]
            if len(known) > REMEMBERED:
                known.clear()
            asked = {text for row in chunk for text in self._texts(field, row)} - {text for text, rows in known.items() if rows}
            if asked:
                known.update({text: [] for text in asked})
                known.update(field.reference.find(asked, by=self.by))

    def remember(self, record: Any) -> None:
        """A record that was just made may be named by the next row: ask again for what was missing of its kind."""
        for field in self.fields:
            assert field.reference is not None
            if field.reference.own:
                known = self.found[field.name]
                name = str(getattr(record, "name", ""))
                if name in known:
                    known[name] = [*known[name], record]

    def values(self, row: Row) -> dict[str, Any]:
        """The row's values with rows in place of texts. Raises Unknown."""
        values = dict(row.values)
        problems: list[tuple[Field, Reason]] = []
        for field in self.fields:
            assert field.reference is not None
            if field.name not in values:
                continue
            rows = [self._one(field, text, problems) for text in self._texts(field, row)]
            values[field.name] = rows if field.reference.many else rows[0]
        if problems:
            own = all(field.reference is not None and field.reference.own for field, _reason in problems)
            raise Unknown([reason for _field, reason in problems], own=own)
        return values

    def _texts(self, field: Field, row: Row) -> list[str]:
        said = row.values.get(field.name)
        if said in (None, "", []):
            return []
        assert field.reference is not None
        scope = f"{row.values.get(field.reference.scope, '')}:" if field.reference.scope else ""
        return [scope + text for text in said] if isinstance(said, list) else [f"{scope}{said}"]

    def _one(self, field: Field, text: str, problems: list[tuple[Field, Reason]]) -> Any:
        reference, known = field.reference, self.found[field.name]
        assert reference is not None
        candidates = known.get(text, [])
        if len(candidates) == 1:
            return candidates[0]
        shown = text.partition(":")[2] if reference.scope else text
        if candidates:
            problems.append((field, Reason(_("%(field)s: means several records") % {"field": field.name}, shown[:40])))
        elif reference.make is None:
            problems.append((field, Reason(_("%(field)s: is not known") % {"field": field.name}, shown[:40])))
        else:
            try:
                made = reference.make(text, by=self.by)
            except PermissionDenied:
                problems.append(
                    (field, Reason(_("%(field)s: is not known, and only an administrator adds it") % {"field": field.name}, shown[:40]))
                )
                return None
            known[text] = [made]
            self.added[f"{field.name}: {shown}"] += 1
            return made
        return None
