"""What the pages of every record share: run one service for a form, turn its refusals into answers, tell what happened.

A page that changes something always answers a change that worked with a redirect. htmx follows it with its own headers,
so the page that it leads to gives the fragments (core/htmx.py), and without JavaScript the same redirect shows the page.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core.access import may
from core.errors import Conflict
from core.htmx import render_page

R = TypeVar("R")
View = Callable[..., HttpResponse]
UNPROCESSABLE, STALE = 422, 409


class Fillable(Protocol):
    """A form that can take a service's refusal."""

    conflict: Any
    is_bound: bool
    fields: Any

    @property
    def errors(self) -> Any: ...
    def is_valid(self) -> bool: ...
    def add_error(self, field: str | None, error: Any) -> None: ...
    def show_conflict(self, conflict: Conflict) -> None: ...


def attempt(form: Fillable, write: Callable[[], R]) -> R | None:
    """Run the service if the form's shape is right. None when it or the service refused: the form says why.

    Raises Http404 for a record that is gone; PermissionDenied passes through.
    """
    if not form.is_valid():
        return None
    try:
        return write()
    except Conflict as conflict:
        form.show_conflict(conflict)
    except ValidationError as refusal:
        refuse(form, refusal)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    return None


def refuse(form: Fillable, refusal: ValidationError) -> None:
    """Put a refusal beside the fields that it names; what names no field of this form stands on top.

    A form that can `ask` first shows the fields that would make it pass.
    """
    ask = getattr(form, "ask", None)
    if ask:
        ask(getattr(refusal, "needs", ()))
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal.messages)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, [message for error in errors for message in error.messages])


def status_of(form: Fillable) -> int:
    """200 to fill in, 422 refused, 409 somebody was faster."""
    if getattr(form, "conflict", None):
        return STALE
    return UNPROCESSABLE if form.is_bound and form.errors else 200


def form_page(request: HttpRequest, template: str, context: Mapping[str, Any], *, retarget: str = "") -> HttpResponse:
    """A page around a form, or what of it htmx asked for: the dialog. A refusal goes to `retarget` (an id), not into what
    a success would have replaced."""
    form = context["form"]
    status = status_of(form)
    if status == 200 or not retarget or "HX-Request" not in request.headers:
        return render_page(request, template, context, partials=(retarget,) if retarget else (), status=status)
    response = render_page(request, template, context, partials=(retarget,), status=status, target=retarget)
    response["HX-Retarget"] = f"#{retarget}"
    response["HX-Reswap"] = "outerHTML"
    return response


def sent(request: HttpRequest) -> Any:
    """What a form was sent, or None while it is only asked for: an empty POST is a form with everything missing."""
    return request.POST if request.method == "POST" else None


def done(request: HttpRequest, url: str, text: Any, *, undo: str = "", leave: bool = False) -> HttpResponse:
    """Go on to `url` and say what happened. `undo` is the address that takes it back by POST.

    `leave`: the page that the reader is on is no longer theirs, so htmx too goes to another one.
    """
    messages.success(request, text, extra_tags=undo)
    if leave and "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=303)


def back(request: HttpRequest, fallback: str) -> str:
    """Where the form said that it came from (`next`), when that is one of our own pages."""
    wanted = request.POST.get("next", "")
    return wanted if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else fallback


def acting(view: View) -> View:
    """For a view that only posts: what the service refuses becomes the page or the fragment that says so."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ObjectDoesNotExist as missing:
            raise Http404 from missing
        except Conflict as conflict:
            return refused(request, conflict_text(conflict), STALE)
        except ValidationError as refusal:
            return refused(request, " ".join(refusal.messages), UNPROCESSABLE)

    return answer


def refused(request: HttpRequest, text: str, status: int) -> HttpResponse:
    """A page with the reason and a way back, or for htmx a toast with it; what the reader sees stays as it was."""
    response = render_page(request, "refused.html", {"text": text}, partials=("toast",), status=status, target="toast")
    if "HX-Request" in request.headers:
        response["HX-Reswap"] = "none"
    return response


def conflict_text(conflict: Conflict) -> str:
    """Who was faster, and when."""
    last = conflict.last
    if last is None or last.actor is None:
        return _("This was changed in the meantime. Nothing of yours was saved.")
    return _("%(name)s changed this a moment ago. Nothing of yours was saved.") % {"name": last.actor.name}


def rights(user: Any, record: Any) -> dict[str, bool]:
    """What the page may offer: change, delete, assign. `record` was read with_may_change()."""
    label, name = record._meta.app_label, record._meta.model_name
    offered = {"change": bool(record.can_change)}
    return offered | {action: may(user, f"{label}.{action}_{name}", record) for action in ("delete", "assign")}


def entries_asked(request: HttpRequest, *, step: int, most: int) -> int:
    """How many timeline entries the address asks for (?entries=), within bounds."""
    asked = request.GET.get("entries", "")
    return max(step, min(most, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 6 else step


def choose(request: HttpRequest, name: str, allowed: Sequence[str]) -> str:
    """One of the allowed words of a query parameter, else the first."""
    return asked if (asked := request.GET.get(name, "")) in allowed else allowed[0]
