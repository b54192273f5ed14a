"""Error pages: each says what to do next and names the request; those for our own mistakes ask nothing of the database."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from crm_project import urls

REFERENCE = "made-up-id-1234"


@pytest.mark.parametrize(("status", "words"), [(500, "Something went wrong"), (400, "Not understood")])
def test_a_mistake_is_answered_without_a_query(rf: RequestFactory, status: int, words: str) -> None:
    request: Any = rf.get("/leads/")
    request.id = REFERENCE
    module, name = getattr(urls, f"handler{status}").rsplit(".", 1)
    handler = getattr(__import__(module, fromlist=[name]), name)
    # The database is blocked in this test: a query would fail it.
    answer = handler(request) if status == 500 else handler(request, SuspiciousOperation())
    assert answer.status_code == status
    shown = answer.content.decode()
    assert words in shown
    assert REFERENCE in shown


@pytest.mark.django_db
def test_a_stranger_sees_a_page_that_is_missing(client: Client) -> None:
    answer = client.get("/there-is-no-such-page/", headers={"X-Request-Id": REFERENCE})
    assert answer.status_code == 404
    assert answer["X-Request-Id"] == REFERENCE
    shown = answer.content.decode()
    assert "There is nothing here" in shown
    assert REFERENCE in shown


@pytest.mark.django_db
def test_a_form_that_is_too_old_says_so() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login/", {"login": "a@b.example", "password": "x"})
    assert answer.status_code == 403
    assert "Please send it again" in answer.content.decode()


@pytest.mark.django_db
def test_what_is_not_allowed_names_no_reason_of_the_code(rf: RequestFactory) -> None:
    request: Any = rf.get("/leads/")
    request.id = REFERENCE
    module, name = urls.handler403.rsplit(".", 1)
    handler = getattr(__import__(module, fromlist=[name]), name)
    with CaptureQueriesContext(connection) as queries:
        answer = handler(request, PermissionDenied("internal detail"))
    assert answer.status_code == 403
    assert "internal detail" not in answer.content.decode()
    assert REFERENCE in answer.content.decode()
    assert len(queries) == 0


def test_there_is_no_address_to_sign_up() -> None:
    with pytest.raises(Exception, match="signup"):
        resolve("/signup/")
