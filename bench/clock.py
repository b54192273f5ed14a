"""Measuring: variants in turn, round by round, on the clock and on the processors; queries counted."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test.utils import CaptureQueriesContext


@dataclass
class Sample:
    """wall, cpu: milliseconds per round. queries: of one call, those of Django's connection."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    queries: int | None = None

    @property
    def p50(self) -> float:
        return statistics.median(self.wall)

    @property
    def cpu50(self) -> float:
        return statistics.median(self.cpu)


class Clock:
    """Knows the database's processes whose work counts beside ours, and Django's connections whose queries count."""

    def __init__(self, backends: Callable[[], list[int]], wrappers: Sequence[Any]) -> None:
        self.backends, self.wrappers = backends, wrappers

    def processor_time(self) -> float:
        """Milliseconds of this process and of the database's processes that work for it."""
        total = time.process_time() * 1000
        for pid in self.backends():
            try:
                total += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
            except (OSError, ValueError):
                pass
        return total

    def interleaved(self, variants: Mapping[str, Callable[[], Any]], *, rounds: int, warm: int) -> dict[str, Sample]:
        """Each variant once per round, in turn, so that a busy neighbour disturbs all of them alike."""
        samples = {name: Sample() for name in variants}
        for name, run in variants.items():
            for _number in range(warm):
                run()
            with ExitStack() as stack:
                told = [stack.enter_context(CaptureQueriesContext(wrapper)) for wrapper in self.wrappers]
                run()
            samples[name].queries = len([query for one in told for query in one.captured_queries if not _is_frame(query["sql"])])
        gc.collect()
        gc.disable()
        try:
            for _number in range(rounds):
                for name, run in variants.items():
                    cpu, wall = self.processor_time(), time.perf_counter()
                    run()
                    samples[name].wall.append((time.perf_counter() - wall) * 1000)
                    samples[name].cpu.append(self.processor_time() - cpu)
        finally:
            gc.enable()
        return samples


def _is_frame(sql: str) -> bool:
    """BEGIN, COMMIT and savepoints are no queries of ours."""
    return sql.split(" ", 1)[0].upper().rstrip(";") in {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"}
