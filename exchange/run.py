"""An import, chunk by chunk through the services of the kind's app.

Every chunk is one transaction: its records with their external ids commit together, so an import that was cut off goes
on where it stood when it is started again, and a second run of the same file makes nothing twice. References are taken
in a block before each chunk, so that nobody else who creates has to wait for it.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from core import events, references
from core.errors import Conflict
from core.models import ExternalId
from core.permissions import require
from exchange.declare import Importer
from exchange.mapping import Map
from exchange.reading import Source
from exchange.report import Report
from exchange.resolve import Resolver, Unknown
from exchange.rows import Reason, Refused, Row, shaped

CHUNK = 200
PASSES = 20  # how deep rows of one file may hang on one another
HISTORY = "accounts.change_business"  # who may say what was: an administrator of the business

# What a service says no with. Anything else is a fault of ours and ends the import.
REFUSALS = (ValidationError, PermissionDenied, ObjectDoesNotExist, Conflict, DataError, IntegrityError)


def check_allowed(importer: Importer, plan: Map, *, by: Any) -> None:
    """Raise PermissionDenied unless the person may import this kind, with the defaults and the past that the map brings."""
    require(by, importer.permission)
    past = any(importer.by_name[name].history for name in plan.fields())
    if (past or plan.defaults or plan.setup) and not by.has_perm(HISTORY):
        raise PermissionDenied(_("Only an administrator's import may bring defaults, history or set-up of its own."))


class Run:
    """One file into one business. `by` is who imports; `zone` gives a date its time, noon."""

    def __init__(self, importer: Importer, plan: Map, source: Source, *, by: Any, zone: str) -> None:
        self.importer, self.plan, self.source, self.by = importer, plan, source, by
        self.zone = zoneinfo.ZoneInfo(zone)
        self.report = Report(unused=[name for name in source.columns if name and not _uses(plan, name)])
        self.resolver = Resolver(importer, by=by, added=self.report.added)
        self.seen: set[str] = set()
        self.block: list[str] = []
        self.rehearsed = 0

    def go(self, *, rehearsal: bool = False, progress: Callable[[Report, float], None] = lambda report, share: None) -> Report:
        """Do it. In a rehearsal everything happens in one transaction that is then taken back, and no number is used up.

        Raises PermissionDenied, and FileRefused where the file breaks off; what was committed before stays.
        """
        check_allowed(self.importer, self.plan, by=self.by)
        with events.operation():
            if not rehearsal:
                try:
                    self._passes(progress, references.take_block)
                finally:
                    if self.block:
                        references.give_back(self.importer.model, self.block)
            else:
                with transaction.atomic():
                    self._passes(progress, self._rehearsal_block)
                    transaction.set_rollback(True)
        return self.report

    def _rehearsal_block(self, model: Any, count: int) -> list[str]:
        self.rehearsed += count
        return [f"?{self.rehearsed - i}" for i in range(count)]

    def _passes(self, progress: Callable[[Report, float], None], take: Callable[..., list[str]]) -> None:
        if self.importer.prepare is not None:
            with transaction.atomic():
                self.report.made += self.importer.prepare(self.plan.setup, by=self.by)
        waiting: set[int] | None = None
        for number in range(PASSES):
            again: set[int] = set()
            last = number == PASSES - 1
            for chunk in self._chunks(waiting):
                self._chunk(chunk, again, take, last=last)
                progress(self.report, self.source.at / max(self.source.size, 1))
            # Rows that name one another in a circle, or one that never came, would wait for ever.
            if again and again == waiting:
                for chunk in self._chunks(again):
                    self._chunk(chunk, set(), take, last=True)
                again = set()
            waiting = again
            if not waiting:
                break
        self.report.empty_rows = self.source.empty_rows
        progress(self.report, 1.0)

    def _chunks(self, only: set[int] | None) -> Iterator[list[Row]]:
        """Rows with a shape, at most CHUNK at once; the others are refused on the way. `only`: lines of a further pass."""
        chunk: list[Row] = []
        for line, cells in self.source:
            if only is not None and line not in only:
                continue
            self.report.read += only is None
            row = shaped(line, cells, self.importer, self.plan)
            if isinstance(row, Refused):
                self.report.refuse(row)
                continue
            chunk.append(row)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _chunk(self, chunk: list[Row], again: set[int], take: Callable[..., list[str]], *, last: bool) -> None:
        with transaction.atomic():
            known = self._known([row.key for row in chunk])
        new = len({row.key for row in chunk} - set(known))
        if self.importer.known is None and new > len(self.block):
            self.block += take(self.importer.model, new - len(self.block))
        with references.reserved(self.importer.model, self.block), transaction.atomic():
            self.resolver.learn(chunk)
            for row in chunk:
                try:
                    self._take(row, known, again, last=last)
                except REFUSALS as problem:
                    self.report.refuse(Refused(row.line, list(_reasons(problem)), row.cells))

    def _take(self, row: Row, known: Mapping[str, Any], again: set[int], *, last: bool) -> None:
        there = known.get(row.key)
        if row.key in self.seen:
            self.report.skipped[_("stands in the file twice")] += 1
            return
        if there is not None and not (self.plan.update and self.importer.update):
            self.report.skipped[_("is there already")] += 1
            return
        try:
            values = self.resolver.values(row)
        except Unknown as unknown:
            if unknown.own and not last:
                again.add(row.line)
            else:
                self.report.refuse(Refused(row.line, unknown.reasons, row.cells))
            return
        with transaction.atomic():
            self._write(row, there, values)
        self.seen.add(row.key)

    def _write(self, row: Row, there: Any, values: dict[str, Any]) -> None:
        if there is None:
            record = self.importer.create(values=values, by=self.by, moment=self.moment)
            if self.importer.known is None:
                ExternalId.objects.create(system=self.plan.system, external_id=row.key, **{record._meta.model_name: record})
            self.resolver.remember(record)
            self.report.took(row, new=True)
            return
        assert self.importer.update is not None
        if self.importer.update(record=there, values=values, by=self.by):
            self.report.took(row, new=False)
        else:
            self.report.skipped[_("is there already, the same")] += 1

    def _known(self, keys: list[str]) -> Mapping[str, Any]:
        """{key: record} of what an earlier run, or the work of people, made already. The trash counts as there."""
        if self.importer.known is not None:
            return self.importer.known(keys, by=self.by)
        kind = self.importer.model._meta.model_name
        rows = ExternalId.objects.filter(system=self.plan.system, external_id__in=keys, **{f"{kind}__isnull": False})
        return {row.external_id: getattr(row, kind) for row in rows.select_related(kind)}

    def moment(self, day: dt.date) -> dt.datetime:
        """A day of the past as a time: noon where the business is, so that it is the same day for its neighbours too."""
        return dt.datetime.combine(day, dt.time(12), self.zone)


def _uses(plan: Map, column: str) -> bool:
    return column in plan.columns or any(f"{{{column}}}" in text or f"{{{column}:" in text for text in plan.templates())


def _reasons(problem: Exception) -> Iterator[Reason]:
    if isinstance(problem, ValidationError):
        if hasattr(problem, "error_dict"):
            for field, errors in problem.message_dict.items():
                for message in errors:
                    yield Reason(message if field == "__all__" else f"{field}: {message}")
        else:
            for message in problem.messages:
                yield Reason(message)
    elif isinstance(problem, PermissionDenied):
        yield Reason(str(problem) or _("Your role does not allow this."))
    elif isinstance(problem, Conflict):
        yield Reason(_("Somebody is changing this record."))
    elif isinstance(problem, ObjectDoesNotExist):
        yield Reason(_("It names a record that is not there."))
    else:
        yield Reason(_("The database cannot hold a value of this row."))
