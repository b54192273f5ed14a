"""What every request carries: an id, the bearer of a token, the business served, language and time zone."""

from __future__ import annotations

import re
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation

from core.context import reading, serving
from core.errors import NoBusiness

SAFE = ("GET", "HEAD", "OPTIONS")
UNASKED = ("/health", "/static/")  # answered without asking who is there, also while the database is down
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
Handler = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """`request.id`, taken from X-Request-Id when it is well-formed, and given back: what an error page names."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request.id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        response = self.get_response(request)
        response["X-Request-Id"] = request.id
        return response


class BearerMiddleware:
    """`Authorization: Bearer …` under /api/: sets the user before the view, so that nothing inside a GET has to write."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        request.bearer = None  # None: none given; False: given and wrong; else the user's token
        if kind.lower() == "bearer" and request.path.startswith("/api/"):
            user: Any = authenticate(request, bearer=given.strip())
            request.bearer = user.token if user else False
            request.user = user or AnonymousUser()
        return self.get_response(request)


class GateMiddleware(LoginRequiredMiddleware):
    """Closed unless a view says @login_not_required; such a view is not asked who is there, so health answers without
    a database even to somebody with a session."""

    def process_view(self, request: Any, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class BusinessMiddleware:
    """Serve the business of the signed-in user; a platform operator's is the one chosen in the session.

    Also the reader's language and time zone, and whether the request only reads (PostgreSQL then refuses to write).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.path.startswith(UNASKED):
            return self.get_response(request)
        user = request.user
        business = user.business_id if user.is_authenticated else None
        if business is None and user.is_authenticated and user.is_superuser:
            business = request.session.get("business")
        if user.is_authenticated:
            translation.activate(user.language or "en")
            request.LANGUAGE_CODE = translation.get_language()
            timezone.activate(_zone(user.time_zone))
        token = reading.set(request.method in SAFE)
        try:
            with serving(business):
                return self.get_response(request)
        finally:
            reading.reset(token)
            timezone.deactivate()

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        """An operator who has chosen no business yet is asked to; everybody else's NoBusiness is a mistake of ours."""
        if isinstance(exception, NoBusiness) and request.user.is_superuser and request.user.business_id is None:
            return HttpResponseRedirect("/business/")
        return None


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
