"""Fill, measure, print. ROWS and DATABASE_URL come from the environment; `--help` says the rest."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib import import_module

import django

from tests.postgres import database_url, postgres

FULL = 1_000_000
# Durable, and with memory for the whole set: what is measured is the product, not a disk.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "fsync": "on",
    "synchronous_commit": "on",
    "max_connections": "50",
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "8GB",
    "random_page_cost": "1.1",
    "jit": "off",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure our requests against the bare operation.")
    parser.add_argument("--rows", type=int, default=int(os.environ.get("ROWS") or FULL), help="opportunities; default ROWS, else a million")
    parser.add_argument("--rounds", type=int, default=0, help="rounds of each run; default 40, few below 100,000 rows")
    parser.add_argument("--runs", type=int, default=0, help="runs whose median counts; default 3, one below 100,000 rows")
    parser.add_argument("--markdown", action="store_true", help="print the table as docs/performance.md has it")
    given = parser.parse_args()
    is_full = given.rows >= 100_000
    given.rounds = given.rounds or (40 if is_full else 5)
    given.runs = given.runs or (3 if is_full else 1)
    return given


def beside_a_server() -> int:
    """Start a server of our own and do everything again beside it, so that the settings read its address."""
    with postgres(SERVER_OPTIONS) as home:
        environment = {**os.environ, "DATABASE_URL": database_url(home), "BENCH_SUPERUSER": "postgres"}
        return subprocess.call([sys.executable, "-m", "bench", *sys.argv[1:]], env=environment)


def main() -> int:
    given = arguments()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return beside_a_server()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm_project.settings")
    django.setup()
    report = import_module("bench.report")  # reads models, so it waits for the settings
    return int(report.run(given))


if __name__ == "__main__":
    sys.exit(main())
