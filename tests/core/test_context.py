"""Each request serves one business, whatever the request before it did to the connection."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client

from core import context
from core.context import in_business
from pipelines.models import Tag
from tests.factories.people import World

pytestmark = pytest.mark.urls("tests.core.urls")
ON_POSTGRESQL = pytest.mark.postgresql


@pytest.fixture
def one_of_ours(live_world: World) -> Iterator[World]:
    with in_business(live_world.business):
        Tag.objects.create(name="ours")
    yield live_world
    assert context.current() is None


def signed_in(user: object) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return client


def counts(client: Client) -> tuple[int, int]:
    answer = client.get("/count/").json()
    return answer["orm"], answer["raw"] if connection.vendor == "postgresql" else answer["orm"]


def test_each_person_is_served_their_own_business(one_of_ours: World) -> None:
    assert counts(signed_in(one_of_ours.owner)) == (1, 1)
    assert counts(signed_in(one_of_ours.outsider)) == (0, 0)


@pytest.mark.parametrize("path", ["/boom/", "/broken-sql/"])
def test_a_view_that_fails_leaves_nothing_behind(one_of_ours: World, path: str) -> None:
    ours, theirs = signed_in(one_of_ours.owner), signed_in(one_of_ours.outsider)
    assert ours.post(path).status_code == 500
    assert counts(theirs) == (0, 0)
    assert counts(ours) == (1, 1)


def test_outside_a_transaction_reading_is_refused_or_scoped(one_of_ours: World) -> None:
    answer = signed_in(one_of_ours.outsider).get("/naked/").json()
    assert answer == {"without": "refused" if connection.vendor == "postgresql" else 0, "inside": 0}


def test_a_stream_must_say_its_business_itself(one_of_ours: World) -> None:
    answer = b"".join(signed_in(one_of_ours.owner).get("/stream/").streaming_content)  # type: ignore[attr-defined]
    assert answer == b"refused 1"


@ON_POSTGRESQL
def test_a_get_cannot_write(one_of_ours: World) -> None:
    client = signed_in(one_of_ours.owner)
    assert client.get("/write/").status_code == 500
    assert client.post("/write/").status_code == 200
    assert counts(client) == (2, 2)


def test_an_operator_chooses_a_business_first(one_of_ours: World) -> None:
    client = signed_in(one_of_ours.operator)
    answer = client.get("/count/")
    assert (answer.status_code, answer["Location"]) == (302, "/business/")
    session = client.session
    session["business"] = one_of_ours.business.pk
    session.save()
    assert counts(client) == (1, 1)


def test_a_deactivated_person_is_out_at_once(one_of_ours: World) -> None:
    client = signed_in(one_of_ours.owner)
    assert client.get("/count/").status_code == 200
    one_of_ours.owner.is_active = False
    one_of_ours.owner.save(update_fields=["is_active"])
    assert client.get("/count/").status_code == 302


def test_a_new_thread_serves_nobody(one_of_ours: World) -> None:
    seen = []
    with in_business(one_of_ours.business):
        thread = threading.Thread(target=lambda: seen.append(context.current()))
        thread.start()
        thread.join()
    assert seen == [None]
