"""Background work. The Job row is the truth; huey only carries ids. The one module that knows huey.

A handler does one step of a second or two: (checkpoint, **payload) -> (next checkpoint or None, rows done). Its rows,
its checkpoint, its progress and the lease commit together, so that every step counts once however often the worker
dies. Measured recipe: walls.md §7.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import close_old_connections, transaction
from django.db.models import F, Q
from django.utils import timezone
from huey import SqliteHuey

from core import context, events
from core.models import Event, Job, JobStatus
from core.permissions import person

log = logging.getLogger("core.jobs")

LEASE = timedelta(seconds=15)  # a step must be shorter
REMIND = timedelta(seconds=10)  # how long a delivery may take before the sweeper sends another
SWEEP = 5  # seconds
NUMBER = 1  # seconds between two givings of feed positions
ATTEMPTS = 5
ALIVE = "core.jobs.alive"  # the cache key of the worker's sign of life
LONGEST_WAIT = 300  # seconds between two attempts

Step = Callable[..., tuple[dict[str, Any] | None, int]]
_handlers: dict[str, Step] = {}
_rounds: list[tuple[int, Callable[[], None]]] = []

carrier = SqliteHuey("crm", filename=str(settings.CRM_DATA_DIR / "jobs.db"), results=False, timeout=20)


class TakenOverError(Exception):
    """Another worker holds the job now: this step is rolled back."""


def handler(kind: str) -> Callable[[Step], Step]:
    """Register the step function of a kind of job, in an app's tasks.py."""

    def keep(step: Step) -> Step:
        _handlers[kind] = step
        return step

    return keep


def every(seconds: int) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Let each worker call this function every so many seconds. It must be harmless when two workers do at once."""

    def keep(function: Callable[[], None]) -> Callable[[], None]:
        _rounds.append((seconds, function))
        return function

    return keep


@carrier.task(name="core.jobs.deliver")
def deliver(job_id: int) -> None:
    run(job_id)


def wake(job_id: int) -> None:
    """Ask the worker to look at the job now. A carrier that fails costs time, never the job: the sweeper comes by."""
    try:
        deliver(job_id)
    except Exception:
        log.exception("job %s waits for the sweeper", job_id)


def enqueue(kind: str, *, by: Any, total: int = 0, business_id: int | None = None, **payload: Any) -> Job:
    """Start work by name after commit. The row is written in the caller's transaction; payload holds ids and values."""
    job = Job.objects.create(
        kind=kind,
        business_id=business_id or context.current() or None,
        by=person(by),
        payload=payload,
        total=total,
        run_after=timezone.now() + REMIND,
    )
    transaction.on_commit(lambda: wake(job.pk))
    return job


def cancel(job: Job) -> None:
    """Ask a job to stop: before its next step when it runs, at once when it waits."""
    Job.objects.filter(pk=job.pk).update(cancel=True)
    Job.objects.filter(pk=job.pk, status=JobStatus.READY).update(status=JobStatus.CANCELLED, finished_at=timezone.now())


def _claim(job_id: int) -> Job | None:
    """One conditional update: any number of deliveries is harmless."""
    now, lease = timezone.now(), uuid.uuid4().hex
    free = Q(status=JobStatus.READY) | Q(status=JobStatus.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, pk=job_id, cancel=False).update(
        status=JobStatus.RUNNING, lease=lease, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    if not taken:
        Job.objects.filter(free, pk=job_id, cancel=True).update(status=JobStatus.CANCELLED, finished_at=now)
        return None
    return Job.objects.get(pk=job_id, lease=lease)


def run(job_id: int) -> None:
    """Take the job, if it is free, and do its steps until it ends, is cancelled, fails or is taken over."""
    job = _claim(job_id)
    if job is None:
        return
    mine = Job.objects.filter(pk=job.pk, lease=job.lease, status=JobStatus.RUNNING)
    try:
        while _step(job, mine):
            pass
    except TakenOverError:
        log.warning("job %s was taken over", job_id)
    except Exception as problem:
        log.exception("job %s", job_id)
        _give_back(job, mine, problem)


def _step(job: Job, mine: Any) -> bool:
    """One step in one transaction. False when there is nothing more to do."""
    if mine.filter(cancel=True).update(status=JobStatus.CANCELLED, finished_at=timezone.now(), lease_until=None):
        return False
    with context.serving(job.business_id), transaction.atomic():
        following, done = _handlers[job.kind](job.checkpoint, **job.payload)
        change: dict[str, Any] = {
            "done": F("done") + done,
            "checkpoint": following or {},
            "lease_until": timezone.now() + LEASE,
            "attempts": 1,
        }
        if following is None:
            change |= {"status": JobStatus.DONE, "lease_until": None, "finished_at": timezone.now()}
        # The fence stands at the end, so that a cancel never waits for a step.
        if not mine.update(**change):
            raise TakenOverError(job.pk)
    job.checkpoint = following or {}
    return following is not None


def _give_back(job: Job, mine: Any, problem: Exception) -> None:
    job.refresh_from_db(fields=["attempts"])
    failed = job.attempts >= ATTEMPTS
    mine.update(
        error=repr(problem)[:2000],
        status=JobStatus.FAILED if failed else JobStatus.READY,
        finished_at=timezone.now() if failed else None,
        run_after=timezone.now() + timedelta(seconds=min(2**job.attempts, LONGEST_WAIT)),
        lease_until=None,
    )


@every(SWEEP)
def sweep() -> None:
    """Send again what is due: a lost delivery, a lapsed lease, a wait that is over."""
    now = timezone.now()
    due = Q(status=JobStatus.READY, run_after__lt=now) | Q(status=JobStatus.RUNNING, lease_until__lt=now)
    for pk in Job.objects.filter(due).order_by("run_after").values_list("pk", flat=True)[:200]:
        if Job.objects.filter(due, pk=pk).update(run_after=now + REMIND):
            wake(pk)


@every(NUMBER)
def number_feeds() -> None:
    """Give feed positions in every business that has new events."""
    with context.everywhere("feed positions"):
        waiting = list(Event.objects.filter(position=None).order_by().values_list("business_id", flat=True).distinct())
    for business in waiting:
        while events.number(business) == events.STEP:
            pass


@every(SWEEP)
def beat() -> None:
    """Say that a worker is alive, in the cache that all processes share."""
    cache.set(ALIVE, timezone.now(), timeout=3600)


def last_beat() -> datetime | None:
    """When a worker last said that it is alive; None where none did for an hour."""
    return cache.get(ALIVE)


def carrier_answers() -> bool:
    """Can the carrier be reached?"""
    try:
        carrier.pending_count()
    except Exception:
        log.exception("the carrier of jobs does not answer")
        return False
    return True


def watch(stop: threading.Event) -> None:
    """The worker's own thread, for what every() registered. huey's crontab knows only minutes: too slow for the sweeper."""
    second = 0
    while not stop.wait(NUMBER):
        close_old_connections()
        second += NUMBER
        for seconds, function in _rounds:
            if second % seconds == 0:
                try:
                    function()
                except Exception:  # one that fails must not stop the others
                    log.exception("%s", function.__name__)


def consumer(workers: int) -> Any:
    """huey's consumer, with fresh connections around every job. Its default idle wait of ten seconds is cut to one."""
    carrier.pre_execute(name="connections_before")(lambda task: close_old_connections())
    carrier.post_execute(name="connections_after")(lambda task, value, problem: close_old_connections())
    return carrier.create_consumer(workers=workers, periodic=False, initial_delay=0.1, backoff=1.3, max_delay=1.0)
