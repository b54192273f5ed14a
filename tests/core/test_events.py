"""The event log tells all that happened, once, in an order that no late commit can break."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import connection, transaction

from contacts.models import Company
from core import events
from core.context import in_business
from core.errors import NoBusiness
from core.models import Event
from core.permissions import SYSTEM
from pipelines.models import Tag
from tests.factories.people import World


@dataclass(frozen=True)
class TagSeen:
    type: ClassVar[str] = "tag.seen"
    times: int = 1


def tell(name: str) -> Event:
    """Of a company: an event of a small list's row also raises the business's lists_version, one writer at a time."""
    return events.publish(TagSeen(), record=Company(name=name), by=SYSTEM, changes={"name": (None, name)})


def feed() -> list[tuple[int, str]]:
    rows = Event.objects.filter(type="tag.seen", position__isnull=False).order_by("position")
    return list(rows.values_list("position", "name"))


def test_an_event_says_who_what_and_from_what_to_what(in_halden: World) -> None:
    event = events.publish(TagSeen(2), record=in_halden.business, by=in_halden.owner, changes={"name": ("a", "b")})
    row = Event.objects.get(pk=event.pk)
    assert (row.type, row.record_type, row.record) == ("tag.seen", "business", in_halden.business.pk)
    assert (row.actor_id, row.changes, row.data) == (in_halden.owner.pk, {"name": ["a", "b"]}, {"times": 2})


def test_a_subscriber_runs_in_the_same_transaction(in_halden: World) -> None:
    heard = []

    @dataclass(frozen=True)
    class Local:
        type: ClassVar[str] = "tag.local"

    @events.subscribe(Local)
    def hear(event: Local, *, record: Tag, by: object) -> None:
        heard.append((record.name, by, connection.in_atomic_block))

    events.publish(Local(), record=Tag.objects.create(name="x"), by=SYSTEM)
    assert heard == [("x", SYSTEM, True)]


def test_the_log_cannot_be_deleted(in_halden: World) -> None:
    tell("x")
    with pytest.raises(NoBusiness):
        Event.objects.all().delete()


def test_positions_are_gapless_and_per_business(live_world: World) -> None:
    for business, names in ((live_world.business, ("a", "b")), (live_world.other, ("c",))):
        with in_business(business):
            before = events.number(business.pk)
            for name in names:
                tell(name)
        assert events.number(business.pk) == len(names)
        assert events.number(business.pk) == 0
        with in_business(business):
            assert [position for position, _ in feed()] == list(range(before + 1, before + 1 + len(names)))
            assert [name for _, name in feed()] == list(names)


@pytest.mark.postgresql
def test_what_commits_late_is_not_missed(live_world: World) -> None:
    written, go_on = threading.Event(), threading.Event()
    events.number(live_world.business.pk)

    def slow() -> None:
        with in_business(live_world.business), transaction.atomic():
            tell("early id, late commit")
            written.set()
            go_on.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    with in_business(live_world.business):
        tell("late id, early commit")
    events.number(live_world.business.pk)
    with in_business(live_world.business):
        seen = feed()
    go_on.set()
    thread.join(20)
    events.number(live_world.business.pk)
    with in_business(live_world.business):
        later = [row for row in feed() if row[0] > seen[-1][0]]
    assert [name for _, name in seen] == ["late id, early commit"]
    assert [name for _, name in later] == ["early id, late commit"]


def test_events_of_one_act_share_an_operation(in_halden: World) -> None:
    with events.operation() as outer:
        tell("a")
        with events.operation() as inner:
            tell("b")
    assert inner == outer
    assert set(Event.objects.filter(type="tag.seen").values_list("operation", flat=True)) == {outer}
