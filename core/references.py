"""References such as D-1042: from one row per business and kind, locked as the last thing before the insert.

Taken first, the same lock makes twenty creators queue (144 a second against 903, walls.md §6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction

from core import context
from core.models import Sequence

_reserved: ContextVar[Mapping[str, list[str]] | None] = ContextVar("reserved", default=None)


def _locked(kind: str, pattern: str) -> Sequence:
    row = Sequence.objects.select_for_update().filter(kind=kind).first()
    if row is None:
        Sequence.objects.bulk_create([Sequence(kind=kind, pattern=pattern)], ignore_conflicts=True)
        row = Sequence.objects.select_for_update().get(kind=kind)
    return row


def take(wanted: Mapping[str, tuple[str, int]]) -> dict[str, list[str]]:
    """{kind: (pattern, how many)} -> {kind: references}. Kinds are locked in sorted order, so two callers never wait
    for each other in a circle. A rollback gives the numbers back."""
    taken: dict[str, list[str]] = {}
    for kind in sorted(wanted):
        pattern, count = wanted[kind]
        row = _locked(kind, pattern)
        taken[kind] = [(row.pattern or pattern).format(n=row.next + i) for i in range(count)]
        Sequence.objects.filter(pk=row.pk).update(next=row.next + count)
    return taken


def take_one(kind: str, pattern: str) -> str:
    """The next reference of a sequence: from what was reserved of it, while there is some."""
    waiting = (_reserved.get() or {}).get(kind)
    if waiting:
        return waiting.pop(0)
    return take({kind: (pattern, 1)})[kind][0]


def take_block(model: Any, count: int) -> list[str]:
    """`count` references in a short transaction of their own, for imports: one long chunk would stop every creator.

    Numbers of a chunk that then fails are not used again. Call it outside a transaction of your own.
    """
    with context.in_business(context.business_id()), transaction.atomic():
        return take({model._meta.model_name: (model.reference_pattern, count)})[model._meta.model_name]


def give_back(model: Any, block: list[str]) -> None:
    """The rest of a block that was not needed, if nobody took a number after it; else it stays a gap."""
    with context.in_business(context.business_id()), transaction.atomic():
        row = _locked(model._meta.model_name, model.reference_pattern)
        first = row.next - len(block)
        if block == [(row.pattern or model.reference_pattern).format(n=first + i) for i in range(len(block))]:
            Sequence.objects.filter(pk=row.pk).update(next=first)


@contextmanager
def reserved(model: Any, block: list[str]) -> Iterator[None]:
    """Records of this type made inside take their references from the block, first to last. What is left stays in it."""
    token = _reserved.set({**(_reserved.get() or {}), model._meta.model_name: block})
    try:
        yield
    finally:
        _reserved.reset(token)
