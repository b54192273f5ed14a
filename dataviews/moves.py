"""Moving a card, and taking the move back. The engine knows "lane value → service" and three refusals; every answer is
made of the same fragments, so the client decides nothing: it follows where the server says the card is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import context
from core.errors import Conflict, RuleBroken
from core.pages import done, refused
from core.permissions import require
from dataviews import board
from dataviews.declare import REGISTRY, DataView, GroupBy, Lane
from dataviews.pages import fragments, origin, toast, view_of
from dataviews.state import State

UNDO_SECONDS = 600
SALT = "dataviews.undo"
PREFIX = "f"  # of the fields that a refused move asks for


@dataclass(slots=True)
class Asked:
    """A move as it was asked for: the record as the reader sees it, and where it is to go."""

    view: DataView
    current: State
    group: GroupBy
    record: Any
    lane: Lane
    version: int | None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, path: str, pk: int) -> HttpResponse:
    """GET: a small form, for those without JavaScript. POST {group, lane, version, f-…}: move the card.

    200 with Undo · 403 not yours to change · 404 not visible · 409 changed since · 422 something is missing, with a form
    that asks for it · 400 no such lane.
    """
    view = view_of(request, path)
    current = _on_board(request, view)
    group = view.group(request.POST.get("group", "")) or current.group
    record = view.visible(request.user).filter(pk=pk).first()
    if record is None or group is None or group.move is None:
        raise Http404
    current.group = group
    if request.method != "POST":
        require(request.user, view.permission("change"), record)
        return _page(request, Asked(view, current, group, record, Lane("", "", None), record.version), None, "", 200)
    lane = board.find_lane(current, request.POST.get("lane", ""))
    if lane is None or not lane.drop:
        return HttpResponse(status=400)
    return _move(request, Asked(view, current, group, record, lane, _version(request)))


def _move(request: HttpRequest, asked: Asked) -> HttpResponse:
    before = _before(asked)
    form = _form(request, asked)
    if form is not None and not form.is_valid():
        return _refused(request, asked, form, _("Please check what you filled in."))
    try:
        with transaction.atomic():
            moved = asked.group.move(  # type: ignore[misc]
                pk=asked.record.pk,
                to=asked.lane.value,
                by=request.user,
                version=asked.version,
                values=_filled(form),
            )
    except ObjectDoesNotExist:
        raise Http404 from None
    except PermissionDenied as error:
        return _answer(request, asked, str(error) or _("You may see this record but not change it."), 403)
    except Conflict as error:
        return _stale(request, asked, error)
    except RuleBroken as error:
        return _refused(request, asked, _needed(request, asked, error.needs), " ".join(error.messages))
    text = _("%(name)s moved to %(lane)s") % {"name": moved.title, "lane": asked.lane.label}
    undo_url = _undo_url(request, asked, moved, before)
    if not request.headers.get("HX-Request"):
        return done(request, asked.current.url(layout="board"), text, undo=undo_url)
    return _answer(request, asked, text, 200, undo_url=undo_url)


def _stale(request: HttpRequest, asked: Asked, error: Conflict) -> HttpResponse:
    last = error.last
    who = _("Somebody changed it.")
    if last is not None and last.actor is not None:
        who = _("%(name)s changed it at %(time)s.") % {"name": last.actor.name, "time": f"{timezone.localtime(last.at):%H:%M}"}
    text = _("Not moved: %s The card shows where it is now.") % who
    if not request.headers.get("HX-Request"):
        asked.record = error.record
        asked.version = error.record.version
        return _page(request, asked, None, text, 409)
    return _answer(request, asked, text, 409)


def _refused(request: HttpRequest, asked: Asked, form: forms.BaseForm | None, message: str) -> HttpResponse:
    """422: what is missing is asked for in a dialog, or on the page of the move; a plain refusal is a toast."""
    if not request.headers.get("HX-Request"):
        return _page(request, asked, form, message, 422)
    if form is None:
        return _answer(request, asked, message, 422)
    dialog = {
        "heading": _("Fill in to move to %s") % asked.lane.label,
        "action": _address(asked),
        "submit": _("Move"),
        "form": form,
        "text": message,
        "fields": [
            ("group", asked.group.name),
            ("lane", asked.lane.key),
            ("version", asked.record.version),
            ("needs", _names(form)),
        ],
        "back": f"cl-{asked.record.pk}",
    }
    return _answer(request, asked, message, 422, dialog=render_to_string("components/dialog.html", dialog, request))


def _answer(request: HttpRequest, asked: Asked, text: str, status: int, *, undo_url: str = "", dialog: str = "") -> HttpResponse:
    """The fragments as things are now, and a toast or a dialog that says what happened."""
    if not request.headers.get("HX-Request"):
        return refused(request, text, status)
    tail = dialog or toast(request, text, tone="green" if status == 200 else "red", undo_url=undo_url)
    response = HttpResponse(fragments(request, asked.current, {asked.record.pk}) + tail, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _page(request: HttpRequest, asked: Asked, form: forms.BaseForm | None, message: str, status: int) -> HttpResponse:
    now = getattr(asked.record, asked.group.field)
    lanes = [lane for lane in asked.group.lanes(asked.current) if lane.drop]
    page = {
        "view": asked.view,
        "record": asked.record,
        "group": asked.group,
        "lanes": lanes,
        "now": next((lane.key for lane in lanes if lane.value == now), ""),
        "chosen": asked.lane.key,
        "version": asked.version,
        "form": form,
        "needs": _names(form),
        "message": message,
        "action": _address(asked),
        "from": asked.current.query(layout="board"),
        "back_url": asked.current.url(layout="board"),
    }
    return render(request, "dataviews/move.html", page, status=status)


def _on_board(request: HttpRequest, view: DataView) -> State:
    current = origin(request, view)
    if request.headers.get("HX-Request"):
        return current
    # A form without JavaScript always goes back to the board.
    current.layout = "board" if view.has_board else current.layout
    return current


def _form(request: HttpRequest, asked: Asked) -> forms.BaseForm | None:
    """The fields that an earlier refusal asked for, as they were filled in."""
    names = [name for name in request.POST.get("needs", "").split(",") if name]
    if not names or asked.view.ask is None:
        return None
    return asked.view.ask(asked.record, names, user=request.user, data=request.POST, prefix=PREFIX)


def _needed(request: HttpRequest, asked: Asked, needs: tuple[str, ...]) -> forms.BaseForm | None:
    """A form with the fields that are missing; None where there is none."""
    if not needs or asked.view.ask is None:
        return None
    return asked.view.ask(asked.record, needs, user=request.user, data=None, prefix=PREFIX)


def _names(form: Any) -> str:
    return ",".join(field.name for field in form.visible_fields()) if form else ""


def _filled(form: Any) -> dict[str, Any]:
    """What goes to the service."""
    if form is None:
        return {}
    return form.values if hasattr(form, "values") else {name: value for name, value in form.cleaned_data.items() if name != "version"}


def _address(asked: Asked) -> str:
    return reverse("dataviews:move", args=[asked.view.path, asked.record.pk])


def _version(request: HttpRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _before(asked: Asked) -> tuple[Any, dict[str, Any]]:
    """The lane the card comes from, and the values that the move may empty."""
    kept = {name: getattr(asked.record, column) for name, column in asked.group.keep.items()}
    return getattr(asked.record, asked.group.field), {name: value for name, value in kept.items() if value not in (None, "")}


def _undo_url(request: HttpRequest, asked: Asked, moved: Any, before: tuple[Any, dict[str, Any]]) -> str:
    """An address that takes the move back once: it names the version that the move left, which undoing raises."""
    value, kept = before
    if not isinstance(value, int):
        return ""
    said = [asked.view.path, asked.group.name, moved.pk, value, kept, moved.version, request.user.pk, context.business_id()]
    return reverse("dataviews:undo", args=[signing.dumps(said, salt=SALT)])


@login_required
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back a move of one's own, within ten minutes, once, through the service. 409 when it is too late or the record
    was changed since; 403, 404 and 422 as for the move itself."""
    try:
        path, name, pk, before, kept, version, user_pk, business = signing.loads(token, salt=SALT, max_age=UNDO_SECONDS)
    except signing.BadSignature:
        return _undone(request, None, _("This can no longer be undone."), 409)
    view = REGISTRY.get(path)
    group = view.group(name) if view else None
    if view is None or group is None or group.move is None or user_pk != request.user.pk or business != context.business_id():
        raise Http404
    record = view.visible(request.user).filter(pk=pk).first()
    if record is None:
        raise Http404
    asked = Asked(view, _on_board(request, view), group, record, Lane("", "", before), version)
    try:
        with transaction.atomic():
            group.move(pk=pk, to=before, by=request.user, version=version, values=kept)
    except PermissionDenied as error:
        return _undone(request, asked, str(error), 403)
    except Conflict:
        return _undone(request, asked, _("Not undone: it was changed since."), 409)
    except RuleBroken as error:
        return _undone(request, asked, " ".join(error.messages), 422)
    return _undone(request, asked, _("Undone: %s is back where it was.") % record.title, 200)


def _undone(request: HttpRequest, asked: Asked | None, text: str, status: int) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        messages.add_message(request, messages.SUCCESS if status == 200 else messages.ERROR, text)
        return HttpResponseRedirect(asked.current.url(layout="board") if asked else "/")
    parts = fragments(request, asked.current, {asked.record.pk}) if asked else ""
    response = HttpResponse(parts + toast(request, text, tone="" if status == 200 else "red"), status=status)
    response["Cache-Control"] = "no-store"
    if asked is not None and asked.current.layout != "board":
        response["HX-Trigger"] = "list:changed"
    return response
