"""A job is done exactly once, whatever happens to the process that does it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core import jobs
from core.context import in_business
from core.models import Job, JobStatus
from core.permissions import SYSTEM
from pipelines.models import Tag
from tests.core import jobkinds
from tests.factories.people import World

assert jobkinds  # the kinds are known


def tags(world: World) -> list[str]:
    with in_business(world.business):
        return list(Tag.objects.filter(name__startswith="job ").values_list("name", flat=True))


def start(world: World, kind: str = "tests.fill", **payload: Any) -> Job:
    with in_business(world.business):
        return jobs.enqueue(kind, by=SYSTEM, **payload)


def until(condition: Callable[[], bool], seconds: float) -> float:
    """Wait for the condition and return how long it took; fail when it takes longer than `seconds`."""
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - begin


def test_a_job_runs_to_its_end(live_world: World) -> None:
    job = start(live_world, rows=25, chunk=10, nap=0)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, len(tags(live_world))) == (JobStatus.DONE, 25, 25)


def test_a_job_of_a_rolled_back_change_never_was(live_world: World) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        start(live_world, rows=1, chunk=1, nap=0)
        raise ZeroDivisionError
    assert Job.objects.count() == 0


def test_many_deliveries_do_the_work_once(live_world: World) -> None:
    job = start(live_world, rows=60, chunk=10, nap=0.01)
    threads = [threading.Thread(target=lambda: (jobs.run(job.pk), connection.close())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(tags(live_world)) == sorted(f"job {n}" for n in range(60))
    assert Job.objects.get(pk=job.pk).done == 60


def test_a_failing_step_leaves_nothing_and_is_tried_again_later(live_world: World) -> None:
    job = start(live_world, "tests.fail")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.READY, 1)
    assert job.run_after > timezone.now()
    assert "always" in job.error
    for _ in range(jobs.ATTEMPTS - 1):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    with in_business(live_world.business):
        assert not Tag.objects.filter(name="must not stay").exists()


def test_a_cancelled_job_stops_before_its_next_step(live_world: World) -> None:
    waiting = start(live_world, rows=5, chunk=1, nap=0)
    jobs.cancel(waiting)
    jobs.run(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.status, tags(live_world)) == (JobStatus.CANCELLED, [])


def test_a_holder_that_was_taken_over_is_fenced(live_world: World) -> None:
    job = start(live_world, rows=20, chunk=10, nap=0)
    old = jobs._claim(job.pk)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())
    jobs.run(job.pk)
    assert Job.objects.get(pk=job.pk).status == JobStatus.DONE
    mine = Job.objects.filter(pk=old.pk, lease=old.lease, status=JobStatus.RUNNING)
    old.checkpoint = {"at": 20}
    with pytest.raises(jobs.TakenOverError):
        jobs._step(old, mine)
    assert len(tags(live_world)) == 20


@pytest.fixture
def worker(live_world: World) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start real workers on the test database; none is left at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start_one() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.core.worker", str(connection.settings_dict["NAME"])],
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield start_one
    for process in started:
        process.kill()
        process.wait(10)


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(live_world: World, worker: Callable[[], subprocess.Popen[bytes]]) -> None:
    rows = 400
    first = worker()
    job = start(live_world, rows=rows, chunk=10, nap=0.05)
    until(lambda: Job.objects.get(pk=job.pk).done >= 60, 30)
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    done = Job.objects.get(pk=job.pk).done
    assert 0 < done < rows
    assert len(tags(live_world)) == done
    worker()
    until(lambda: Job.objects.get(pk=job.pk).done > done, 30)
    until(lambda: Job.objects.get(pk=job.pk).status == JobStatus.DONE, 30)
    assert sorted(tags(live_world)) == sorted(f"job {n}" for n in range(rows))
    assert Job.objects.get(pk=job.pk).done == rows
