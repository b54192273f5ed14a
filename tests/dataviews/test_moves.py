"""Moving a card over HTTP: every refusal by its status, the board as it is in every answer, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from leads.models import Lead
from leads.services import convert_lead
from opportunities.models import Opportunity
from opportunities.services import move_opportunity, update_opportunity
from pipelines.models import LookupValue
from tests.factories.people import World
from tests.factories.records import make_lead, make_opportunity

BOARD = "http://testserver/opportunities/?layout=board"
HX = {"HX-Request": "true", "HX-Current-URL": BOARD}

Post = Callable[..., HttpResponse]


@pytest.fixture
def deal(in_halden: World) -> Opportunity:
    return make_opportunity(by=in_halden.owner, name="Pump station")


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def move(user: Any, deal: Opportunity, lane: str, *, headers: dict[str, str] | None = None, **fields: Any) -> HttpResponse:
    data = {"group": "stage", "lane": lane, "version": deal.version, **fields}
    return client_of(user).post(f"/opportunities/{deal.pk}/move/", data, headers=HX if headers is None else headers)


def stage_of(deal: Opportunity) -> str:
    return Opportunity.objects.select_related("stage").get(pk=deal.pk).stage.key


def undo_of(html: str) -> str:
    found = re.search(r'action="(/undo/[^"]+/)"', html)
    assert found is not None
    return found[1]


def test_a_move_answers_the_card_all_heads_the_total_and_an_undo(in_halden: World, deal: Opportunity) -> None:
    response = move(in_halden.owner, deal, "discovery")
    html = response.content.decode()
    assert response.status_code == 200
    assert stage_of(deal) == "discovery"
    card = re.search(rf'<li hx-swap-oob="true" [^>]*data-testid="kanban-card-{deal.pk}"[^>]*>', html)
    assert card is not None
    assert 'data-lane="discovery"' in card[0] and 'data-version="2"' in card[0]
    assert len(re.findall(r'id="lh-[^"]+" hx-swap-oob="true"', html)) == 6
    assert re.search(r'id="count" hx-swap-oob="true"', html)
    assert "Pump station moved to Discovery" in html
    undo_of(html)


def test_whoever_may_only_see_is_refused_and_gets_the_card_as_it_is(in_halden: World, deal: Opportunity) -> None:
    response = move(in_halden.reader, deal, "discovery")
    assert response.status_code == 403
    assert stage_of(deal) == "new"
    assert f'data-pk="{deal.pk}" data-version="1" data-lane="new"' in response.content.decode()


def test_what_one_may_not_see_is_not_there(in_halden: World, deal: Opportunity) -> None:
    never = client_of(in_halden.colleague).post("/opportunities/999999999/move/", {"lane": "won"}, headers=HX)
    for user in (in_halden.colleague, in_halden.outsider):
        response = move(user, deal, "discovery")
        assert (response.status_code, never.status_code) == (404, 404)
    assert stage_of(deal) == "new"


def test_a_stale_move_says_who_was_faster_and_shows_where_the_card_is(in_halden: World, deal: Opportunity) -> None:
    move_opportunity(opportunity_id=deal.pk, stage="proposal", by=in_halden.manager, values={"amount": 5})
    response = move(in_halden.owner, deal, "discovery")
    html = response.content.decode()
    assert response.status_code == 409
    assert f"Not moved: {in_halden.manager.name} changed it at" in html
    assert 'data-lane="proposal"' in html
    assert stage_of(deal) == "proposal"


def test_a_stage_that_lacks_something_asks_for_it_and_takes_it_with_the_move(in_halden: World, deal: Opportunity) -> None:
    stage = deal.stage.pipeline.stages.get(key="proposal")
    stage.required_fields = ["amount"]
    stage.save()
    response = move(in_halden.owner, deal, "proposal")
    html = response.content.decode()
    assert response.status_code == 422
    assert 'id="dialog-body" hx-swap-oob="true"' in html and 'name="f-amount"' in html
    assert f'data-return="cl-{deal.pk}"' in html
    assert 'data-lane="new"' in html
    again = move(in_halden.owner, deal, "proposal", **{"needs": "amount", "f-amount": "9900"})
    assert again.status_code == 200
    assert stage_of(deal) == "proposal"
    assert Opportunity.objects.get(pk=deal.pk).amount == 9900


def test_what_is_filled_in_wrongly_is_asked_again(in_halden: World, deal: Opportunity) -> None:
    response = move(in_halden.owner, deal, "proposal", **{"needs": "amount", "f-amount": "lots"})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert stage_of(deal) == "new"


def test_losing_asks_why_and_undoing_reopens(in_halden: World, deal: Opportunity) -> None:
    response = move(in_halden.owner, deal, "lost")
    assert response.status_code == 422
    assert 'name="f-loss_reason"' in response.content.decode()
    reason = LookupValue.objects.filter(list="loss_reason").first()
    assert reason is not None
    done = move(in_halden.owner, deal, "lost", **{"needs": "loss_reason", "f-loss_reason": reason.pk})
    assert done.status_code == 200
    assert stage_of(deal) == "lost"
    back = client_of(in_halden.owner).post(undo_of(done.content.decode()), headers=HX)
    assert back.status_code == 200
    fresh = Opportunity.objects.get(pk=deal.pk)
    assert (stage_of(deal), fresh.closed_at, fresh.loss_reason) == ("new", None, None)


def test_undoing_a_move_out_of_lost_gives_the_reason_back(in_halden: World, deal: Opportunity) -> None:
    reason = LookupValue.objects.filter(list="loss_reason").first()
    values = {"stage": "lost", "loss_reason": reason, "loss_note": "Too dear"}
    lost = update_opportunity(opportunity_id=deal.pk, by=in_halden.owner, values=values)
    response = move(in_halden.owner, lost, "discovery")
    client_of(in_halden.owner).post(undo_of(response.content.decode()), headers=HX)
    fresh = Opportunity.objects.get(pk=deal.pk)
    assert (stage_of(deal), fresh.loss_reason, fresh.loss_note) == ("lost", reason, "Too dear")


@pytest.mark.parametrize("lane", ["nowhere", "", "unassigned"])
def test_a_lane_that_is_not_on_the_board_is_a_bad_request(in_halden: World, deal: Opportunity, lane: str) -> None:
    assert move(in_halden.owner, deal, lane).status_code == 400
    assert stage_of(deal) == "new"


def test_a_card_that_leaves_the_board_by_its_move_is_taken_out(in_halden: World, deal: Opportunity) -> None:
    headers = {**HX, "HX-Current-URL": f"{BOARD}&stage=new"}
    html = move(in_halden.owner, deal, "discovery", headers=headers).content.decode()
    assert f'<li id="card-{deal.pk}" hx-swap-oob="delete"></li>' in html


def test_a_card_moves_to_another_persons_lane_where_the_role_may_assign(in_halden: World, deal: Opportunity) -> None:
    client = client_of(in_halden.manager)
    data = {"group": "owner", "lane": in_halden.teammate.pk, "version": deal.version}
    url = f"/opportunities/{deal.pk}/move/"
    response = client.post(url, data, headers={**HX, "HX-Current-URL": f"{BOARD}&group=owner"})
    assert response.status_code == 200
    assert Opportunity.objects.get(pk=deal.pk).owner == in_halden.teammate
    assert client.post(undo_of(response.content.decode()), headers=HX).status_code == 200
    assert Opportunity.objects.get(pk=deal.pk).owner == in_halden.owner


class TestUndo:
    """One's own moves, within ten minutes, once, unless somebody changed the record since."""

    @pytest.fixture
    def address(self, in_halden: World, deal: Opportunity) -> str:
        return undo_of(move(in_halden.owner, deal, "discovery").content.decode())

    def test_it_takes_the_card_back_and_shows_the_board_as_it_is(self, in_halden: World, deal: Opportunity, address: str) -> None:
        response = client_of(in_halden.owner).post(address, headers=HX)
        assert response.status_code == 200
        assert stage_of(deal) == "new"
        html = response.content.decode()
        assert 'data-lane="new"' in html and "Undone: Pump station is back where it was." in html

    def test_it_works_once(self, in_halden: World, deal: Opportunity, address: str) -> None:
        client = client_of(in_halden.owner)
        assert [client.post(address, headers=HX).status_code for _time in range(2)] == [200, 409]

    def test_it_refuses_when_the_record_was_changed_since(self, in_halden: World, deal: Opportunity, address: str) -> None:
        update_opportunity(opportunity_id=deal.pk, by=in_halden.manager, values={"amount": 5})
        response = client_of(in_halden.owner).post(address, headers=HX)
        assert response.status_code == 409
        assert "it was changed since" in response.content.decode()
        assert stage_of(deal) == "discovery"

    def test_it_ends_after_ten_minutes(self, in_halden: World, deal: Opportunity, address: str) -> None:
        with time_machine.travel(timezone.now() + timezone.timedelta(minutes=10, seconds=2)):
            assert client_of(in_halden.owner).post(address, headers=HX).status_code == 409
        assert stage_of(deal) == "discovery"

    def test_it_is_for_whoever_made_the_move(self, in_halden: World, deal: Opportunity, address: str) -> None:
        assert client_of(in_halden.manager).post(address, headers=HX).status_code == 404
        assert client_of(in_halden.outsider).post(address, headers=HX).status_code == 404
        assert stage_of(deal) == "discovery"

    def test_a_token_that_was_never_given_does_nothing(self, in_halden: World, deal: Opportunity, address: str) -> None:
        for wrong in (address[:-2] + "/", "/undo/x/", f"/undo/{'a' * 3000}/"):
            assert client_of(in_halden.owner).post(wrong, headers=HX).status_code == 409
        assert client_of(in_halden.owner).get(address).status_code == 405


class TestWithoutJavaScript:
    """A small form does what dragging does."""

    def test_the_form_names_the_lanes_and_where_the_card_is(self, in_halden: World, deal: Opportunity) -> None:
        html = client_of(in_halden.owner).get(f"/opportunities/{deal.pk}/move/").content.decode()
        assert "<h1>Move Pump station</h1>" in html
        assert re.search(r'value="new" required checked', html)
        assert len(re.findall(r'type="radio"', html)) == 6

    def test_sending_it_moves_the_card_and_leads_back_to_the_board(self, in_halden: World, deal: Opportunity) -> None:
        response = move(in_halden.owner, deal, "discovery", headers={}, **{"from": "layout=board&owner=me"})
        assert response.status_code in (302, 303)
        assert response["Location"] == "/opportunities/?owner=me&layout=board"
        assert stage_of(deal) == "discovery"

    def test_what_is_missing_is_asked_for_on_the_same_page(self, in_halden: World, deal: Opportunity) -> None:
        response = move(in_halden.owner, deal, "lost", headers={})
        html = response.content.decode()
        assert response.status_code == 422
        assert 'name="f-loss_reason"' in html and re.search(r'value="lost" required checked', html)

    def test_a_stale_form_shows_the_card_as_it_is(self, in_halden: World, deal: Opportunity) -> None:
        update_opportunity(opportunity_id=deal.pk, by=in_halden.manager, values={"amount": 5})
        response = move(in_halden.owner, deal, "discovery", headers={})
        assert response.status_code == 409
        assert 'name="version" value="2"' in response.content.decode()

    def test_whoever_may_not_change_the_card_gets_no_form(self, in_halden: World, deal: Opportunity) -> None:
        assert client_of(in_halden.reader).get(f"/opportunities/{deal.pk}/move/").status_code == 403
        assert client_of(in_halden.colleague).get(f"/opportunities/{deal.pk}/move/").status_code == 404
        assert move(in_halden.reader, deal, "discovery", headers={}).status_code == 403


class TestLeads:
    """Leads stand on boards by status, stage and owner."""

    @pytest.fixture
    def lead(self, in_halden: World) -> Lead:
        return make_lead(by=in_halden.owner, name="Anna Weber")

    def send(self, user: Any, lead: Lead, lane: Any, group: str = "status", **fields: Any) -> HttpResponse:
        headers = {**HX, "HX-Current-URL": f"http://testserver/leads/?layout=board&group={group}"}
        data = {"group": group, "lane": lane, "version": lead.version, **fields}
        return client_of(user).post(f"/leads/{lead.pk}/move/", data, headers=headers)

    def test_a_card_takes_the_status_of_its_lane_and_back(self, in_halden: World, lead: Lead) -> None:
        response = self.send(in_halden.owner, lead, "contacted")
        assert response.status_code == 200
        assert Lead.objects.get(pk=lead.pk).status.key == "contacted"
        assert client_of(in_halden.owner).post(undo_of(response.content.decode()), headers=HX).status_code == 200
        assert Lead.objects.get(pk=lead.pk).status.key == "new"

    def test_losing_one_asks_why(self, in_halden: World, lead: Lead) -> None:
        response = self.send(in_halden.owner, lead, "lost")
        assert response.status_code == 422
        assert 'name="f-loss_reason"' in response.content.decode()
        reason = LookupValue.objects.filter(list="loss_reason").first()
        assert reason is not None
        assert self.send(in_halden.owner, lead, "lost", **{"needs": "loss_reason", "f-loss_reason": reason.pk}).status_code == 200
        assert Lead.objects.get(pk=lead.pk).status.key == "lost"

    def test_a_converted_lead_does_not_move(self, in_halden: World, lead: Lead) -> None:
        convert_lead(lead_id=lead.pk, by=in_halden.owner)
        lead.refresh_from_db()
        response = self.send(in_halden.owner, lead, "contacted")
        assert response.status_code == 422
        html = client_of(in_halden.owner).get("/leads/?layout=board&include_converted=true").content.decode()
        assert f'data-testid="kanban-card-{lead.pk}"' in html
        assert 'class="deal__move"' not in html

    def test_nobody_gives_a_lead_away_without_the_right(self, in_halden: World, lead: Lead) -> None:
        assert self.send(in_halden.manager, lead, in_halden.teammate.pk, "owner").status_code == 200
        lead.refresh_from_db()
        assert lead.owner == in_halden.teammate
        assert self.send(in_halden.teammate, lead, in_halden.owner.pk, "owner").status_code == 403
        assert self.send(in_halden.manager, lead, "unassigned", "owner").status_code == 400
