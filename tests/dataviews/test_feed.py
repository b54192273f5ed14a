"""The board's poll: silent while nothing happened, exact when something did, whatever the order of commits."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from core import events
from core.models import Event
from dataviews import feed
from opportunities.models import Opportunity
from opportunities.services import delete_opportunity, move_opportunity
from tests.factories.people import World
from tests.factories.records import make_lead, make_opportunity

ADDRESS = "/opportunities/board/?layout=board"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def tag_of(client: Client, query: str = "layout=board") -> str:
    """The tag that the board's page carries."""
    html = client.get(f"/opportunities/?{query}").content.decode()
    found = re.search(r'data-etag="([^"]+)"', html)
    assert found is not None
    return found[1].replace("&quot;", '"')


def poll(client: Client, tag: str, address: str = ADDRESS) -> HttpResponse:
    return client.get(address, headers={"HX-Request": "true", "If-None-Match": tag})


@pytest.fixture
def deal(in_halden: World) -> Opportunity:
    found = make_opportunity(by=in_halden.owner, name="Pump station")
    events.number(in_halden.business.pk)
    return found


def test_nothing_changed_is_304_by_one_query_of_its_own(in_halden: World, deal: Opportunity, django_assert_num_queries: Any) -> None:
    client = signed_in(in_halden.manager)
    tag = tag_of(client)
    # Session, person, the feed's spot; and the savepoint of a test.
    with django_assert_num_queries(5):
        response = poll(client, tag)
    assert (response.status_code, response.content, response["ETag"]) == (304, b"", tag)


@pytest.mark.parametrize("numbered", [True, False])
def test_a_change_brings_its_card_all_heads_and_a_new_tag(in_halden: World, deal: Opportunity, numbered: bool) -> None:
    client = signed_in(in_halden.manager)
    tag = tag_of(client)
    other = make_opportunity(by=in_halden.owner)
    events.number(in_halden.business.pk)
    tag = tag_of(client)
    move_opportunity(opportunity_id=deal.pk, stage="discovery", by=in_halden.owner)
    if numbered:
        events.number(in_halden.business.pk)
    response = poll(client, tag)
    html = response.content.decode()
    assert response.status_code == 200
    assert f'id="card-{deal.pk}"' in html and 'data-lane="discovery"' in html
    assert f'id="card-{other.pk}"' not in html
    assert len(re.findall(r'id="lh-[^"]+" hx-swap-oob="true"', html)) == 6
    assert response["ETag"] != tag
    assert poll(client, response["ETag"]).status_code == 304


def test_an_event_that_commits_late_with_a_smaller_id_is_not_missed(in_halden: World, deal: Opportunity) -> None:
    client = signed_in(in_halden.manager)
    late = make_opportunity(by=in_halden.owner)
    move_opportunity(opportunity_id=deal.pk, stage="discovery", by=in_halden.owner)
    # As if the first act's transaction had not committed when the second was numbered.
    Event.objects.filter(record=late.pk, record_type="opportunity").update(position=None)
    waiting = Event.objects.filter(record=late.pk, record_type="opportunity")
    hidden = list(waiting.values_list("pk", flat=True))
    waiting._raw_delete("default")
    events.number(in_halden.business.pk)
    tag = tag_of(client)
    Event(pk=hidden[0], type="x", record_type="opportunity", record=late.pk, at=deal.created_at).save(force_insert=True)
    response = poll(client, tag)
    assert response.status_code == 200
    assert f'id="card-{late.pk}"' in response.content.decode()


def test_a_trashed_card_is_taken_out(in_halden: World, deal: Opportunity) -> None:
    client = signed_in(in_halden.manager)
    tag = tag_of(client)
    delete_opportunity(opportunity_id=deal.pk, by=in_halden.manager)
    assert f'<li id="card-{deal.pk}" hx-swap-oob="delete"></li>' in poll(client, tag).content.decode()


def test_other_kinds_and_other_businesses_do_not_wake_the_board(in_halden: World, deal: Opportunity) -> None:
    client = signed_in(in_halden.manager)
    tag = tag_of(client)
    make_lead(by=in_halden.owner)
    assert poll(client, tag).status_code == 304


def test_the_tag_knows_reader_day_language_and_filters(in_halden: World, deal: Opportunity) -> None:
    client = signed_in(in_halden.manager)
    tag = tag_of(client)
    assert poll(signed_in(in_halden.owner), tag).status_code == 200
    assert poll(client, tag, "/opportunities/board/?layout=board&owner=me").status_code == 200
    with time_machine.travel(deal.created_at + dt.timedelta(days=1)):
        assert poll(client, tag).status_code == 200
    User.objects.filter(pk=in_halden.manager.pk).update(language="de")
    assert poll(client, tag).status_code == 200


@pytest.mark.parametrize("tag", ["", "x", '"x-y"', '"99999999999999999999-x"', "W/*"])
def test_without_a_tag_of_ours_the_whole_board_is_asked_for(in_halden: World, deal: Opportunity, tag: str) -> None:
    response = poll(signed_in(in_halden.manager), tag)
    assert (response.status_code, response["HX-Trigger"]) == (204, "board:stale")


def test_too_much_at_once_asks_for_the_whole_board(in_halden: World, deal: Opportunity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST", 2)
    client = signed_in(in_halden.manager)
    tag = tag_of(client)
    for _number in range(3):
        make_opportunity(by=in_halden.owner)
    response = poll(client, tag)
    assert (response.status_code, response["HX-Trigger"]) == (204, "board:stale")


def test_a_poll_shows_nobody_a_card_that_they_may_not_see(in_halden: World, deal: Opportunity) -> None:
    client = signed_in(in_halden.colleague)
    tag = tag_of(client)
    move_opportunity(opportunity_id=deal.pk, stage="discovery", by=in_halden.owner)
    html = poll(client, tag).content.decode()
    assert f"card-{deal.pk}" not in html
    assert "Pump station" not in html
