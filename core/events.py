"""The event log: one append-only row per change, written in the change's own transaction.

History, timeline, board polling, change feed and webhooks read it. Other apps react through subscribe(); what must
happen outside the transaction is a job. The feed position is given after commit by number(), since ids are not commit
order: a slow transaction commits smaller ids late (walls.md §8).
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.db import connection, transaction

from core import context
from core.models import Event, Sequence
from core.permissions import person
from core.values import plain

Changes = Mapping[str, tuple[Any, Any]]
FEED = "feed"
STEP = 5000

_subscribers: dict[type, list[Callable[..., None]]] = defaultdict(list)
_watchers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)
_operation: ContextVar[UUID | None] = ContextVar("operation", default=None)


class Occurred(Protocol):
    """A frozen dataclass in the past tense with a `type` that the feed calls it by."""

    type: str


def subscribe(*kinds: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run the function in the same transaction when one of these events is published: f(event, record=, by=)."""

    def keep(function: Callable[..., None]) -> Callable[..., None]:
        for kind in kinds:
            _subscribers[kind].append(function)
        return function

    return keep


def watch(model: type, function: Callable[[Any], None]) -> None:
    """Call f(record) in the same transaction for every event of a record of this model, whatever happened to it."""
    _watchers[model].append(function)


@contextmanager
def operation(key: UUID | None = None) -> Any:
    """Everything published inside belongs to one act, which can be undone as a whole. Nested: the outer one."""
    token = _operation.set(_operation.get() or key or uuid4())
    try:
        yield _operation.get()
    finally:
        _operation.reset(token)


def publish(event: Any, *, record: Any, by: Any, changes: Changes | None = None) -> Event:
    """Append the event and run its subscribers. Inside the change's transaction."""
    row = unsaved(event, record=record, by=by, changes=changes)
    row.save(force_insert=True)
    _run(event, record, by)
    return row


def publish_many(items: Iterable[tuple[Any, Any, Changes | None]], *, by: Any) -> None:
    """(event, record, changes) each, as one insert; then the subscribers, one by one."""
    items = list(items)
    Event.objects.bulk_create([unsaved(event, record=record, by=by, changes=changes) for event, record, changes in items])
    for event, record, _changes in items:
        _run(event, record, by)


def _run(event: Any, record: Any, by: Any) -> None:
    for function in _watchers[type(record)]:
        function(record)
    for function in _subscribers[type(event)]:
        function(event, record=record, by=by)


def unsaved(event: Any, *, record: Any, by: Any, changes: Changes | None = None) -> Event:
    """The row of an event as publish() stores it, for who writes many at once without subscribers (manage.py load)."""
    data = {field.name: plain(getattr(event, field.name)) for field in dataclasses.fields(event)}
    return Event(
        type=event.type,
        record_type=record._meta.model_name,
        record=record.pk,
        name=str(getattr(record, "title", record))[:200],
        actor=person(by),
        at=context.now(),
        changes={name: [plain(before), plain(after)] for name, (before, after) in (changes or {}).items()},
        data=data,
        operation=_operation.get(),
    )


def last_event(record: Any) -> Event | None:
    """The newest event of a record: who changed it last, for a refused stale write."""
    rows = Event.objects.filter(record_type=record._meta.model_name, record=record.pk)
    return rows.select_related("actor").order_by("-id").first()


def number(business: int, *, limit: int = STEP) -> int:
    """Give the next feed positions of a business, gapless and right per record. Returns how many.

    Right per record because a record's events are written under its row lock; one numberer at a time because it holds
    the feed's sequence row.
    """
    with context.in_business(business), transaction.atomic():
        waiting = Event.objects.filter(position=None)
        if not waiting.exists():
            return 0
        feed = Sequence.objects.select_for_update().filter(kind=FEED).first()
        if feed is None:
            Sequence.objects.bulk_create([Sequence(kind=FEED)], ignore_conflicts=True)
            feed = Sequence.objects.select_for_update().get(kind=FEED)
        table = connection.ops.quote_name(Event._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""update {table} set position = n.position from (
                      select id, %s + row_number() over (order by id) - 1 as position from (
                        select id from {table} where business_id = %s and position is null order by id limit %s) w) n
                    where {table}.id = n.id""",
                [feed.next, business, limit],
            )
            given = cursor.rowcount
        Sequence.objects.filter(pk=feed.pk).update(next=feed.next + given)
        return given
