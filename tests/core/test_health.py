"""What load balancers and monitoring are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from core import events, health, jobs
from core.models import Event
from tests.factories.people import World

PARTS = {"database", "cache", "broker", "worker", "feed"}


@pytest.fixture(autouse=True)
def no_beat_yet(db: None) -> None:
    """The cache outlives a test."""
    cache.delete(jobs.ALIVE)


def test_a_living_process_says_so_and_asks_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


def test_every_part_is_named_and_all_is_well_with_a_worker(client: Client, world: World) -> None:
    jobs.beat()
    for business in (world.business, world.other):
        events.number(business.pk)
    told = client.get("/health").json()
    assert told == {"status": "ok", "checks": dict.fromkeys(PARTS, "ok"), "feed_lag_seconds": 0}


@pytest.mark.parametrize("silence", [None, timedelta(seconds=31)])
def test_without_a_worker_it_is_degraded_but_serves(client: Client, silence: timedelta | None) -> None:
    if silence is not None:
        cache.set(jobs.ALIVE, timezone.now() - silence)
    response = client.get("/health")
    told = response.json()
    assert (response.status_code, told["status"], told["checks"]["worker"], told["checks"]["database"]) == (200, "degraded", "silent", "ok")


def test_a_feed_that_nobody_numbers_is_late(client: Client, in_halden: World) -> None:
    jobs.beat()
    Event.objects.filter(position=None).update(at=timezone.now() - timedelta(minutes=5))
    told = client.get("/health").json()
    assert (told["status"], told["checks"]["feed"]) == ("degraded", "late")
    assert 300 <= told["feed_lag_seconds"] < 400


def test_without_its_database_it_is_503_and_says_nothing_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> Any:
        raise OperationalError("connection to server at db.internal failed")

    monkeypatch.setattr(connection, "cursor", refused)
    monkeypatch.setattr(connection, "close", lambda: None)
    client.cookies["sessionid"] = "of somebody who looks with a browser"
    response = client.get("/health")
    monkeypatch.undo()
    assert (response.status_code, response.json()) == (503, {"status": "down", "checks": {"database": "down"}})


def test_nobody_learns_versions_or_hosts(client: Client) -> None:
    for path in ("/health", "/health/live"):
        assert client.post(path).status_code == 405
        assert set(client.get(path).json()) <= {"status", "checks", "feed_lag_seconds"}


def test_a_worker_says_every_few_seconds_that_it_is_alive() -> None:
    assert jobs.last_beat() is None
    jobs.beat()
    beat = jobs.last_beat()
    assert beat is not None and timezone.now() - beat < health.SILENT
