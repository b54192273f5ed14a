"""Every address asks who is there, and every viewset lists only what its user may see."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path

from crm_project.api import router
from tests.architecture import allowed

# What stands for a parameter of each converter.
SAMPLES = {"int": "1", "slug": "x", "str": "x", "path": "x", "list": "leads", "uuid": "00000000-0000-4000-8000-000000000000"}
REFUSED = {401, 403}


def routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """Yield the full route of every pattern, as written in the URL maps."""
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route


def address(route: str) -> str:
    """Return an address that the route matches, in form."""
    filled = re.sub(r"\(\?P<\w+>(?:[^()]|\([^()]*\))*\)", "1", route)
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "x"), filled)
    return "/" + re.sub(r"[\^$?\\]", "", filled).removeprefix("/")


def is_refused(response: Any) -> bool:
    """Tell whether an answer sends strangers away."""
    if response.status_code == 302:
        return "/login/" in response["Location"]
    return response.status_code in REFUSED


def open_routes(found: Iterator[str]) -> list[str]:
    """Return the routes that answer a stranger's GET or POST with something else than a refusal."""
    client = Client(raise_request_exception=False)
    answering = []
    for route in found:
        answers = {method: getattr(client, method)(address(route)) for method in ("get", "post")}
        # A method that does not exist here says nothing; the other one has to refuse.
        told = [answer for answer in answers.values() if answer.status_code != 405]
        if not told or not all(is_refused(answer) for answer in told):
            answering.append(route)
    return answering


def shows_only_what_is_visible(viewset: Any) -> bool:
    """Tell whether a viewset's rows go through `visible_to`, in its own class or in the base it inherits from."""
    own = [base for base in viewset.__mro__ if not base.__module__.startswith(("rest_framework", "builtins", "django"))]
    return any("visible_to(" in inspect.getsource(base) for base in own)


@pytest.mark.django_db
def test_every_address_asks_who_is_there() -> None:
    strangers = open_routes(routes(get_resolver().url_patterns))
    assert sorted(set(strangers) - set(allowed.PUBLIC_URLS)) == []
    assert sorted(set(allowed.PUBLIC_URLS) - set(strangers)) == [], "stale exceptions"


def test_every_viewset_reads_what_is_visible() -> None:
    blind = {viewset.__name__ for _, viewset, _ in router.registry if not shows_only_what_is_visible(viewset)}
    assert sorted(blind - set(allowed.UNSCOPED_VIEWSETS)) == []
    assert sorted(set(allowed.UNSCOPED_VIEWSETS) - blind) == [], "stale exceptions"


@login_not_required
def planted(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer anybody."""
    return HttpResponse("everything")


def closed(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer whoever is signed in."""
    return HttpResponse("everything")


urlpatterns = [path("planted/<int:pk>/", planted), path("closed/<int:pk>/", closed)]


@pytest.mark.django_db
@pytest.mark.urls("tests.architecture.test_urls")
def test_a_planted_open_address_is_found() -> None:
    assert open_routes(routes(get_resolver().url_patterns)) == ["planted/<int:pk>/"]


def test_a_planted_blind_viewset_is_found() -> None:
    class BlindViewSet:
        def get_queryset(self) -> None: ...

    class SeeingViewSet:
        def get_queryset(self) -> None:
            return self.rows.visible_to(self.user)  # type: ignore[attr-defined]

    assert not shows_only_what_is_visible(BlindViewSet)
    assert shows_only_what_is_visible(SeeingViewSet)
