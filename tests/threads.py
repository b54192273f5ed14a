"""Doing the same at the very same moment, in as many threads with database connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from core.context import in_business


def at_once(business: Any, *works: Callable[[], Any]) -> list[Any]:
    """Start every work in a thread and transaction of its own, all let go together. Gives results, or the exceptions."""
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        try:
            gate.wait(timeout=30)
            with in_business(business):
                results[place] = works[place]()
        except Exception as problem:
            results[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def problems(results: list[Any]) -> list[Exception]:
    """Those of the results that are exceptions."""
    return [result for result in results if isinstance(result, Exception)]
