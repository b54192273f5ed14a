"""Every refusal in one form: RFC 9457 application/problem+json, with a code to program against and the request's id.

type, title, status, detail, instance, code, request_id, errors: [{field, code, detail}]. A refused rule adds `needs`,
a stale write adds `current`, the record as it is now. Never a trace, never another record's values.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.api.wire import dumps
from core.errors import Conflict, RuleBroken, SearchRefused
from core.values import plain

log = logging.getLogger("core.api")

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 100
PREFIX = "/api/"
_CODES = {400: "bad_request", 401: "not_authenticated", 403: "permission_denied", 404: "not_found", 500: "error"}


def body(status: int, request: Any, *, detail: str, code: str, errors: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """The members of a problem. `instance` is the path asked for, without the query, which may hold personal data."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "code": code,
        "request_id": getattr(request, "id", ""),
        "errors": errors or [],
        **more,
    }


def problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: what every refusal of a view becomes. None (hence 500) for what nobody foresaw."""
    found = _translated(exc)
    if found is None:
        return None
    request = context["request"]
    headers: dict[str, str] = {}
    more: dict[str, Any] = {}
    if isinstance(exc, Conflict):
        # Read before the rollback is marked: nothing can be read after it.
        more, headers = _as_it_is_now(exc, context.get("view"))
    if isinstance(exc, RuleBroken) and exc.needs:
        more["needs"] = list(exc.needs)
    if getattr(found, "auth_header", None):
        headers["WWW-Authenticate"] = found.auth_header  # type: ignore[attr-defined]
    if getattr(found, "wait", None):
        headers["Retry-After"] = str(int(found.wait))  # type: ignore[attr-defined]
    errors = list(_errors(exc if isinstance(exc, ValidationError) else found))
    detail, code = _said(found, errors)
    set_rollback()
    data = body(found.status_code, request, detail=detail, code=code, errors=errors, **more)
    return Response(data, status=found.status_code, headers=headers, content_type=MEDIA_TYPE)


def _translated(exc: Exception) -> exceptions.APIException | None:
    """The exceptions of services and of Django as those of the API."""
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, Http404 | ObjectDoesNotExist):
        # One sentence for hidden, foreign, deleted and never there.
        return exceptions.NotFound(_("There is no such record."))
    if isinstance(exc, PermissionDenied):
        return exceptions.PermissionDenied(str(exc) or None)
    if isinstance(exc, Conflict):
        stale = exceptions.APIException(_("Somebody changed this record meanwhile. Read it again, then repeat your change."), "stale")
        stale.status_code = 412
        return stale
    if isinstance(exc, SearchRefused):
        return exceptions.ValidationError({"search": [str(exc)]})
    if isinstance(exc, ValidationError):
        return exceptions.ValidationError()
    return None


def _as_it_is_now(exc: Conflict, view: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The record as the asker may see it, who changed it last and when."""
    more: dict[str, Any] = {"changed_at": plain(exc.last.at), "changed_by": _actor(exc.last)} if exc.last else {}
    try:
        current, tag = view.shown(exc.record.pk)
    except (AttributeError, Http404):  # no view of records, or a record in the trash
        return more, {}
    return {"current": current, **more}, {"ETag": tag}


def _actor(event: Any) -> dict[str, Any] | None:
    return {"id": event.actor.pk, "name": event.actor.name} if event.actor else None


def _errors(exc: Any) -> Iterator[dict[str, Any]]:
    """{field, code, detail} of each thing that is wrong; `field` is null where it is no single field's fault."""
    if isinstance(exc, ValidationError):
        yield from _django_errors(exc)
    elif isinstance(exc, exceptions.ValidationError):
        yield from list(_nested(exc.get_full_details(), ()))[:MOST_ERRORS]


def _django_errors(exc: ValidationError) -> Iterator[dict[str, Any]]:
    by_field = exc.error_dict if hasattr(exc, "error_dict") else {NON_FIELD_ERRORS: exc.error_list}
    outer = getattr(exc, "code", None)
    for name, found in by_field.items():
        for error in found:
            # RuleBroken gives its code to the whole; Django's own errors carry one each.
            yield {
                "field": None if name == NON_FIELD_ERRORS else name,
                "code": error.code or outer or "invalid",
                "detail": error.messages[0],
            }


def _nested(details: Any, path: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """DRF's tree of details, flat: 'company.name' for a field inside a field, 'links.2.id' inside a list."""
    if isinstance(details, dict) and set(details) == {"message", "code"} and isinstance(details["code"], str):
        named = [name for name in path if name != "non_field_errors"]
        yield {"field": ".".join(named) or None, "code": details["code"], "detail": str(details["message"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _nested(inner, (*path, str(name)))
    elif isinstance(details, list):
        # A list of messages stands at its field; a list of dicts holds one entry per item sent.
        items = any(isinstance(inner, dict) and set(inner) != {"message", "code"} for inner in details)
        for index, inner in enumerate(details):
            yield from _nested(inner, (*path, str(index)) if items else path)


def _said(exc: exceptions.APIException, errors: list[dict[str, Any]]) -> tuple[str, str]:
    if errors:
        whole = next((error for error in errors if error["field"] is None), None)
        first = whole or errors[0]
        return (first["detail"] if first["field"] is None else f"{first['field']}: {first['detail']}"), first["code"]
    code = exc.get_codes()
    return str(exc.detail), code if isinstance(code, str) else "invalid"


# --- outside of a view: an address that does not exist, a body that Django refused, a mistake of ours


def answer(request: HttpRequest, status: int, detail: str, code: str = "") -> HttpResponse:
    """A problem from where DRF is not at work."""
    data = body(status, request, detail=detail, code=code or _CODES.get(status, "error"))
    return HttpResponse(dumps(data), status=status, content_type=MEDIA_TYPE)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django refused the request before any view saw it."""
    if request.path.startswith(PREFIX):
        return answer(request, 400, _("The request cannot be read."))
    return _page(request, 400)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(PREFIX):
        return answer(request, 403, str(exception) or _("You may not do this."))
    return defaults.permission_denied(request, exception)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(PREFIX):
        return answer(request, 404, _("There is nothing at this address."))
    return defaults.page_not_found(request, exception)


def handler500(request: HttpRequest) -> HttpResponse:
    """A mistake of ours: the log has the trace under this request's id, the answer has the id alone."""
    if request.path.startswith(PREFIX):
        return answer(request, 500, _("Something went wrong on our side. Name the request_id when you report it."))
    return _page(request, 500)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    """A page that asks neither the user nor the database, either of which may be what failed; it names the request."""
    return HttpResponse(render_to_string(f"{status}.html", {"request_id": getattr(request, "id", "")}), status=status)
