"""The home page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from tests.clicking import counted, htmx, signed_in
from tests.factories.people import World
from tests.factories.records import make_opportunity, make_task


def test_home_shows_what_is_late_what_closes_and_what_changed(in_halden: World) -> None:
    owner, now = in_halden.owner, timezone.now()
    deal = make_opportunity(by=owner, name="Closes now", amount=Decimal(1000), expected_close_date=timezone.localdate())
    make_opportunity(by=owner, name="Closes later", expected_close_date=timezone.localdate() + dt.timedelta(days=40))
    make_task(by=owner, on=deal, subject="Was due", due_at=now - dt.timedelta(days=1))
    make_task(by=owner, on=deal, subject="Due later", due_at=now + dt.timedelta(days=3))
    html = signed_in(owner).get("/").content.decode()
    assert "Hello Owner" in html
    assert "Was due" in html
    assert "Due later" not in html
    closing = html[html.index("closing this month") : html.index("Recently changed")]
    assert "Closes now" in closing
    assert "Closes later" not in closing
    assert "Closes later" in html


def test_home_shows_nobody_what_they_may_not_see(in_halden: World) -> None:
    make_opportunity(by=in_halden.owner, name="Closes now", expected_close_date=timezone.localdate())
    for person in ("teammate", "colleague", "outsider"):
        assert "Closes now" not in signed_in(getattr(in_halden, person)).get("/").content.decode()
    assert "Closes now" in signed_in(in_halden.reader).get("/").content.decode()


def test_a_task_ticked_at_home_leaves_the_list(owner: Any) -> None:
    task = make_task(by=owner, subject="Was due", due_at=timezone.now() - dt.timedelta(days=1))
    html = signed_in(owner).post(f"/activities/{task.pk}/done/", {"next": "/"}, follow=True, **htmx("timeline")).content.decode()
    assert html.strip().startswith('<section class="card w6" id="timeline">')
    assert "Done: Was due" in html


@pytest.mark.parametrize("count", [1, 30])
def test_home_takes_the_same_queries_for_any_number_of_rows(owner: Any, count: int) -> None:
    for _ in range(count):
        deal = make_opportunity(by=owner, expected_close_date=timezone.localdate())
        make_task(by=owner, on=deal, due_at=timezone.now() - dt.timedelta(days=1))
    client = signed_in(owner)
    with counted() as queries:
        assert client.get("/").status_code == 200
    assert len(queries) == 6


@pytest.mark.parametrize(("address", "answer"), [("/nothing/", 404), ("/leads/99999999999999999999/", 404)])
def test_a_wrong_address_says_so_in_the_shell(owner: Any, address: str, answer: int) -> None:
    response = signed_in(owner).get(address)
    assert (response.status_code, b"There is nothing here" in response.content) == (answer, True)


@pytest.mark.parametrize(("language", "written"), [("en", "%A, %-d %B"), ("de", None)])
def test_home_says_what_day_it_is(in_halden: World, language: str, written: str | None) -> None:
    owner = in_halden.owner
    owner.language = language
    owner.save(update_fields=["language"])
    today = timezone.localdate()
    html = signed_in(owner).get("/").content.decode()
    months = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
    assert (today.strftime(written) if written else f"{today.day}. {months[today.month - 1]}") in html
