"""The run from the databases to the table."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from bench.bars import Line, Measure
from bench.clock import Clock
from bench.database import LEAST, SMALL, bare, beside, url_of
from bench.ours import Ours
from bench.raw import Raw

HEAD = ("bar", "operation", "against", "queries", "ours ms", "raw ms", "ratio", "cpu ratio", "limit", "")


def run(given: argparse.Namespace) -> int:
    """Fill, measure, print. Gives 1 when a bar is missed at full size; below that figures only show that all of it runs."""
    settings.ALLOWED_HOSTS = ["testserver"]
    with beside("bench", given.rows) as full, beside("bench_small", max(given.rows // SMALL, LEAST), first_business=1001) as other:
        ours, little = Ours(full), Ours(other)
        conn = bare(url_of(full, os.environ.get("BENCH_SUPERUSER", "")), ours.business.pk)
        wrappers = (full, other)

        def backends() -> list[int]:
            open_ones = [wrapper.connection for wrapper in wrappers if wrapper.connection is not None]
            return [one.info.backend_pid for one in open_ones if not one.closed] + [conn.info.backend_pid]

        measure = Measure(
            ours, little, Raw(conn, ours.business.pk, ours.stages), Clock(backends, wrappers), rounds=given.rounds, runs=given.runs
        )
        lines = measure.all(lambda group: print(f"Measuring: {group}", flush=True))
        conn.close()
    print(f"\n{given.rows:,} opportunities, {given.runs} × {given.rounds} rounds, {_machine()}\n")
    for text in _markdown(lines) if given.markdown else _table(lines):
        print(text)
    missed = [line for line in lines if not line.holds]
    print(f"\n{len(lines) - len(missed)} of {len(lines)} held." if missed else f"\nAll {len(lines)} held.")
    return 1 if missed and given.rows >= 1_000_000 else 0


def _cells(line: Line) -> tuple[str, ...]:
    raw, ratio, cpu = (f"{value:.2f}" if value is not None else "" for value in (line.raw, line.ratio, line.cpu))
    verdict = "; ".join(["pass" if line.holds else "FAIL", *line.notes])
    return (line.bar, line.operation, line.against, line.queries, f"{line.ours:.2f}", raw, ratio, cpu, line.limit, verdict)


def _table(lines: list[Line]) -> Iterator[str]:
    rows = [HEAD, *map(_cells, lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    for row in rows:
        yield "  ".join(
            cell.rjust(width) if 3 <= place <= 7 else cell.ljust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()


def _markdown(lines: list[Line]) -> Iterator[str]:
    yield "| " + " | ".join(HEAD) + " |"
    yield "|" + "---|" * len(HEAD)
    for line in lines:
        yield "| " + " | ".join(_cells(line)) + " |"


def _machine() -> str:
    model = next((text.partition(":")[2].strip() for text in _cpu() if text.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}"


def _cpu() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []
