"""Kinds of job for the tests of the job runner, known to the test process and to the worker it starts."""

from __future__ import annotations

import time
from typing import Any

from core import jobs
from pipelines.models import Tag


@jobs.handler("tests.fill")
def fill(checkpoint: dict[str, Any], *, rows: int, chunk: int, nap: float) -> tuple[dict[str, Any] | None, int]:
    """Make `rows` tags, `chunk` in a step: a step done twice would break the unique name."""
    start = checkpoint.get("at", 0)
    count = min(chunk, rows - start)
    Tag.objects.bulk_create([Tag(name=f"job {n}") for n in range(start, start + count)])
    time.sleep(nap)
    end = start + count
    return (None if end >= rows else {"at": end}), count


@jobs.handler("tests.fail")
def fail(checkpoint: dict[str, Any]) -> tuple[dict[str, Any] | None, int]:
    Tag.objects.create(name="must not stay")
    raise ValueError("always")
