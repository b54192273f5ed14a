"""Speaking to pages as a browser does: who is signed in, what htmx says, what a form would send back, how many queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

# Everybody that tables of rights name, in one order.
PEOPLE = ("owner", "team_lead", "manager", "administrator", "reader", "teammate", "colleague", "outsider")


def signed_in(user: Any, **kwargs: Any) -> Client:
    client = Client(**kwargs)
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return client


def htmx(target: str) -> dict[str, Any]:
    """What htmx sends along when it wants this region."""
    return {"headers": {"HX-Request": "true", "HX-Target": target}}


def form_of(html: str) -> dict[str, Any]:
    """What the first guarded or plain form of the page's content would send if nothing were touched."""
    body = html[html.index('<main class="main"') :]
    form = re.search(r'<form class="form"[^>]*>(.*?)</form>', body, re.DOTALL)
    assert form, "there is no form"
    return dict(_inputs(form[1]))


def _inputs(form: str) -> Iterator[tuple[str, Any]]:
    form = re.sub(r"<noscript>.*?</noscript>", "", form, flags=re.DOTALL)
    for tag in re.findall(r"<input\b[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" not in attributes or (attributes.get("type") in ("checkbox", "radio") and " checked" not in tag):
            continue
        yield attributes["name"], unescape(attributes.get("value", ""))
    for name, text in re.findall(r'<textarea\b[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        yield name, unescape(text).removeprefix("\n").removeprefix("\r\n")
    for name, options in re.findall(r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]*\sselected', options) or re.search(r'<option value="([^"]*)"', options)
        yield name, unescape(chosen[1]) if chosen else ""


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that were sent to the database inside, without the beginning and end of transactions."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield found
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    found += [query["sql"] for query in captured if not query["sql"].startswith(marks) and "JSON('{" not in query["sql"]]
