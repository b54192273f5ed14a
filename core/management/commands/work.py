"""The job worker: takes jobs, sweeps, numbers the event feed. `make run` starts it beside the web server."""

from __future__ import annotations

import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core import jobs


class Command(BaseCommand):
    help = "Run background jobs until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workers", type=int, default=2, help="jobs at the same time")

    def handle(self, *args: Any, workers: int, **options: Any) -> None:
        stop = threading.Event()
        threading.Thread(target=jobs.watch, args=(stop,), daemon=True).start()
        jobs.consumer(workers).run()
        stop.set()
