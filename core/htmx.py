"""One URL for a page and for its fragments.

A region that htmx swaps is a named partial inside the page that owns it, and one name serves three times:
partial name = DOM id = ``HX-Target``. The page lists its partials, so a header can never pick any other one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    partials: Sequence[str] = (),
    oob: Sequence[str] = (),
    status: int = 200,
    target: str = "",
) -> HttpResponse:
    """Render the page, or only the partial that htmx asked for with ``oob`` partials after it.

    An out-of-band partial is rendered with ``oob`` true, so that its root carries ``hx-swap-oob`` only
    then. A history restore gets the whole page: what htmx puts back into the body must be one.
    ``target`` is given where the answer goes elsewhere than htmx asked: a refusal.
    """
    target = target or request.headers.get("HX-Target", "")
    wanted = target if _is_fragment_request(request) and target in partials else None
    # `fragment` tells a shared partial whether it stands in a page or alone.
    context = {**context, "fragment": wanted}
    response = render(request, f"{template}#{wanted}" if wanted else template, context, status=status)
    if wanted:
        for name in oob:
            if name == wanted:
                continue
            response.write(render_to_string(f"{template}#{name}", {**context, "oob": True}, request))
        response["Cache-Control"] = "no-store"
    # The same address answers two bodies, so no cache may hand one out for the other.
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _is_fragment_request(request: HttpRequest) -> bool:
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"
