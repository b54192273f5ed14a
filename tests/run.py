"""Runs the whole suite on SQLite, then on PostgreSQL: `python -m tests.run`, further arguments go to pytest.

PostgreSQL is the one that DATABASE_URL names, else a throwaway server where `initdb` is found. CRM_REQUIRE=postgres,browser
turns what would be left out into a failure. The summary at the end says what ran and what did not.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.chromium import executable
from tests.postgres import binaries, database_url, postgres

PROCESSES = os.environ.get("TEST_PROCESSES", "2")


def required() -> set[str]:
    """Return what must not be left out."""
    return {name.strip() for name in os.environ.get("CRM_REQUIRE", "").split(",") if name.strip()}


def pytest(arguments: list[str], url: str) -> int:
    """Run the suite on the database at `url` (empty: SQLite) and return pytest's exit code."""
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.call([sys.executable, "-m", "pytest", "-n", PROCESSES, *arguments], env=environment)


@contextlib.contextmanager
def postgresql_url() -> Iterator[str]:
    """Yield the URL of the PostgreSQL to test on; empty where there is none."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
    elif binaries() is None:
        yield ""
    else:
        with postgres() as home:
            yield database_url(home)


def main(arguments: list[str]) -> int:
    """Run both halves and say what ran; returns 0 only when all of it passed and nothing required was left out."""
    results = {}
    print("== The suite on SQLite", flush=True)
    results["SQLite"] = "passed" if pytest(arguments, "") == 0 else "FAILED"
    with postgresql_url() as url:
        if url:
            print("== The suite on PostgreSQL", flush=True)
            results["PostgreSQL"] = "passed" if pytest(arguments, url) == 0 else "FAILED"
        else:
            missing = "left out: no PostgreSQL here (Debian: apt-get install postgresql) and no DATABASE_URL"
            results["PostgreSQL"] = f"FAILED, {missing}" if "postgres" in required() else missing
    if executable() is None:
        missing = "left out: no Chromium here (Debian: apt-get install chromium)"
        results["Browser"] = f"FAILED, {missing}" if "browser" in required() else missing
    else:
        results["Browser"] = "included on each database above"
    print("== Summary")
    for name, result in results.items():
        print(f"   {name}: {result}")
    return 1 if any(result.startswith("FAILED") for result in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
