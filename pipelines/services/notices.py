"""A change of the set-up is told twice: as history of the set-up row, and to the boards and lists that show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core import events
from core.events import Changes
from core.permissions import Actor
from pipelines import events as occurred
from pipelines.selectors import record_model


def publish_set_up(*, event: Any, record: Any, kinds: Iterable[str], by: Actor, changes: Changes | None = None) -> None:
    """Publish the event of the row, and one without a record for each kind of record whose boards show it."""
    events.publish(event, record=record, by=by, changes=changes)
    for kind in kinds:
        events.publish(occurred.SetUpChanged(by_change_of=event.type), record=record_model(kind)(), by=by)
