"""Every address of the product, filled with ids: read from the URL maps, so that a new one cannot be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.urls import get_resolver

from dataviews.declare import REGISTRY
from tests.architecture.test_urls import routes

# The first word of an address, and what kind of record its id is of.
KIND = {
    "activities": "activity",
    "tasks": "task",
    "calls": "call",
    "notes": "activity",
    "companies": "company",
    "contacts": "contact",
    "leads": "lead",
    "opportunities": "opportunity",
}
_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(\w+)>")
SET_UP = ("pipelines", "lookup-values", "tags", "users", "branches", "roles")


@cache
def all_routes() -> tuple[str, ...]:
    return tuple(sorted(set(routes(get_resolver().url_patterns))))


def record_routes() -> Iterator[tuple[str, str]]:
    """(address with {pk}, kind) of everything below one record, on pages and in the API."""
    for route in all_routes():
        if route.startswith("admin/") or "pk" not in route:
            continue
        for path in REGISTRY if "<list:path>" in route else [""]:
            found = _form(route, {"path": path, "contact": "{contact}"})
            word = found.removeprefix("/api/v1").split("/")[1]
            if word in KIND and "{pk}" in found:
                yield found, KIND[word]


def plain_routes() -> Iterator[str]:
    """Addresses without a record's id in them."""
    for route in all_routes():
        if route.startswith("admin/") or "pk" in route or "token" in route or "uidb36" in route:
            continue
        for path in REGISTRY if "<list:path>" in route else [""]:
            found = _form(route, {"path": path})
            if "{" not in found:
                yield found


def lanes() -> Iterator[str]:
    """One lane of every board."""
    for path, view in REGISTRY.items():
        for group in view.groups:
            for key in ("new", "unassigned", "nowhere"):
                yield f"/{path}/lane/{group.name}/{key}/"


def _form(route: str, words: Mapping[str, Any]) -> str:
    filled = _GROUP.sub(lambda found: str(words.get(found[1] or found[2], "{%s}" % (found[1] or found[2]))), route)
    return "/" + re.sub(r"[\^$?\\]", "", filled).removesuffix("/" if "api/v1" in route else "").removeprefix("/")


def admin_routes() -> list[str]:
    """Addresses of one row in the administration, with {object_id}."""
    return [_form(route, {}) for route in all_routes() if route.startswith("admin/") and "object_id" in route]


def lists() -> Iterator[str]:
    """Every list and board with everything that it can show, sort, search and sum up."""
    for path, view in REGISTRY.items():
        columns = ",".join(column.name for column in view.columns)
        yield f"/{path}/?cols={columns}"
        yield f"/{path}/?search=zz"
        yield f"/{path}/filter/"
        yield f"/{path}/totals/"
        for sort in view.sorts:
            yield f"/{path}/?sort=-{sort}"
        for group in view.groups:
            yield f"/{path}/?layout=board&group={group.name}"
            yield f"/{path}/board/?layout=board&group={group.name}"
        name = "activities" if path == "tasks" else path
        yield f"/api/v1/{name}?limit=200&count=true"
        yield f"/api/v1/{name}?search=zz&count=true"
