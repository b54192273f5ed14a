"""The pages of every list: the list itself as table or board, its filter form, a lane's further cards, the board's poll."""

from __future__ import annotations

import hashlib

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core import context
from core.htmx import render_page
from dataviews import board, controls, feed, pages, state, table
from dataviews.cursors import BadCursor
from dataviews.declare import DataView
from dataviews.pages import fragments, view_of

POLL = "board/"


@login_required
@require_safe
def records(request: HttpRequest, path: str) -> HttpResponse:
    """The list. Forms without JavaScript send empty inputs along; their address is put in order first."""
    current = state.parse(view_of(request, path), request.user, request.GET)
    if current.untidy:
        return HttpResponseRedirect(current.url())
    context_ = pages.frame(current)
    if current.layout == "board":
        address = current.address(POLL)
        # The tag is read before the cards: what commits in between is then sent twice, not never.
        tag = _tag(request, current.view, address)
        context_ |= {"board": board.read(current), "etag": tag, "poll_url": address}
    else:
        page = table.read(current)
        current.notices += page.notices
        context_ |= {"page": page, **pages.emptiness(current, page)}
    return render_page(request, "dataviews/records.html", context_, partials=("results",), oob=("count", "chips", "tools", "tabs"))


@login_required
@require_safe
def filter_form(request: HttpRequest, path: str) -> HttpResponse:
    """Every field with its operators: in the dialog, or as a page of its own."""
    current = state.parse(view_of(request, path), request.user, request.GET)
    context_ = {
        "view": current.view,
        "controls": controls.controls(current),
        "carried": controls.hidden_fields(current),
        "list_url": current.url(),
    }
    return render_page(request, "dataviews/filter.html", context_, partials=("dialog-body",))


@login_required
@require_safe
def totals(request: HttpRequest, path: str) -> HttpResponse:
    """The exact foot of a list that is too long to add up on the way."""
    current = state.parse(view_of(request, path), request.user, request.GET)
    found = table.count_and_totals(current, capped=False)
    context_ = {
        "view": current.view,
        "foot": found,
        "count_text": table.count_text(found, current.ctx.lang),
        "heads": table.heads(current),
        "list_url": current.url(),
    }
    return render_page(request, "dataviews/totals.html", context_, partials=("totals",))


@login_required
@require_safe
def lane(request: HttpRequest, path: str, group: str, key: str) -> HttpResponse:
    """A lane's cards from the cursor on: appended to the lane, or a page of this lane alone."""
    view = view_of(request, path)
    query = request.GET.copy()
    query.update({"layout": "board", "group": group})
    current = state.parse(view, request.user, query)
    found = board.find_lane(current, key) if current.group is not None and current.group.name == group else None
    if found is None:
        raise Http404
    try:
        cards = board.more(current, found)
    except BadCursor:
        return HttpResponse(status=400)
    context_ = {"view": view, "lane": cards, "list_url": current.url(layout="board")}
    if not request.headers.get("HX-Request"):
        return render_page(request, "dataviews/lane.html", context_)
    response = HttpResponse(cards.html + render_to_string("dataviews/board.html#lane-more", {**context_, "oob": True}, request))
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["HX-Request"])
    return response


@login_required
@require_safe
def poll(request: HttpRequest, path: str) -> HttpResponse:
    """304 by one indexed query; else what changed since the tag, out of band. Too much at once: load the board anew."""
    view = view_of(request, path)
    tag = _tag(request, view, request.get_full_path())
    known = request.headers.get("If-None-Match", "")
    since = known.strip('"').split("-")[0]
    if tag == known:
        response = HttpResponse(status=304)
    elif not (since.isascii() and since.isdigit() and len(since) < 19):
        response = HttpResponse(status=204, headers={"HX-Trigger": "board:stale"})
    else:
        ids = feed.changed(str(view.model._meta.model_name), int(since))
        if len(ids) > feed.MOST:
            response = HttpResponse(status=204, headers={"HX-Trigger": "board:stale"})
        else:
            current = state.parse(view, request.user, request.GET)
            told = feed.known(ids, model=view.model, user=request.user, lists=current.ctx.lists, since=int(since))
            response = HttpResponse(fragments(request, current, told))
    response["ETag"] = tag
    response["Cache-Control"] = "no-store"
    return response


def _tag(request: HttpRequest, view: DataView, address: str) -> str:
    """The board's version: the feed's spot, and everything else by which the same rows look different."""
    at = feed.spot(str(view.model._meta.model_name))
    parts = (context.business_id(), request.user.pk, get_language(), timezone.localdate(), address, at)
    return f'"{at.position}-{hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()}"'
