"""Is it alive, is it well: for load balancers and monitoring. No login, no versions, no host names.

/health/live: the process answers. /health: database, carrier of jobs, worker, and how far the event feeds lag. 503 only
where nothing can be served, that is without the database; else a part that fails is named and the whole is `degraded`.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import context, jobs
from core.models import Event

log = logging.getLogger("core.health")

SILENT = timedelta(seconds=30)  # a worker says every five seconds that it is alive
LAG = timedelta(seconds=60)  # feeds are numbered every second


@login_not_required
@never_cache
@require_safe
@transaction.non_atomic_requests
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
@transaction.non_atomic_requests
def ready(request: HttpRequest) -> JsonResponse:
    """Every part by name: `ok`, or what is wrong with it in one word."""
    if not database_answers():
        return JsonResponse({"status": "down", "checks": {"database": "down"}}, status=503)
    lag = feed_lag()
    checks = {
        "database": "ok",
        "cache": "ok" if cache_answers() else "down",
        "broker": "ok" if jobs.carrier_answers() else "down",
        "worker": worker(),
        "feed": "ok" if lag < LAG else "late",
    }
    status = "ok" if set(checks.values()) == {"ok"} else "degraded"
    return JsonResponse({"status": status, "checks": checks, "feed_lag_seconds": int(lag.total_seconds())})


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            return bool(cursor.fetchone()[0] == 1)
    except DatabaseError:
        log.exception("the database does not answer")
        connection.close()
        return False


def cache_answers() -> bool:
    try:
        cache.get("core.health")
    except DatabaseError:
        log.exception("the cache does not answer")
        return False
    return True


def worker() -> str:
    """'ok', or 'silent' when no worker said for half a minute that it is alive."""
    try:
        beat: Any = jobs.last_beat()
    except DatabaseError:
        return "silent"
    return "ok" if beat is not None and timezone.now() - beat < SILENT else "silent"


def feed_lag() -> timedelta:
    """How old the oldest event without a feed position is, over all businesses."""
    with context.everywhere("health: lag of the feeds"):
        oldest = Event.objects.filter(position=None).order_by().aggregate(oldest=Min("at"))["oldest"]
    return timezone.now() - oldest if oldest else timedelta(0)
