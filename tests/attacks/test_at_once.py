"""The same act by several hands at the very same moment: one effect, and nobody meets a mistake of ours."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from core.context import in_business
from core.models import Event
from opportunities.models import Opportunity
from tests.attacks.conftest import signed_in
from tests.factories.people import World
from tests.factories.records import make_opportunity
from tests.threads import at_once, problems

HANDS = 6


def posted(world: World, address: str, given: dict[str, str], kind: str = "") -> Counter[int]:
    """How the answers to the same POST by several hands fall out."""
    clients = [signed_in(world.owner) for _ in range(HANDS)]
    options: dict[str, Any] = {"content_type": kind} if kind else {"headers": {"HX-Request": "true"}}
    results = at_once(None, *(lambda client=client: client.post(address, given, **options).status_code for client in clients))
    assert problems(results) == []
    return Counter(results)


@pytest.fixture
def deal(live_world: World) -> Opportunity:
    with in_business(live_world.business):
        return make_opportunity(by=live_world.owner)


def told(world: World, kind: str) -> int:
    with in_business(world.business):
        return Event.objects.filter(type__endswith=f"opportunity.{kind}").count()


def test_a_deal_is_won_once(live_world: World, deal: Opportunity) -> None:
    assert posted(live_world, f"/api/v1/opportunities/{deal.pk}/close", {"outcome": "won"}, "application/json") == {200: HANDS}
    assert told(live_world, "won") == 1


def test_a_card_is_moved_once_and_the_slower_hands_are_told(live_world: World, deal: Opportunity) -> None:
    move = {"group": "stage", "lane": "discovery", "version": str(deal.version)}
    answers = posted(live_world, f"/opportunities/{deal.pk}/move/", move)
    assert answers == {200: 1, 409: HANDS - 1}
    assert told(live_world, "moved") == 1


def test_a_move_is_taken_back_once(live_world: World, deal: Opportunity) -> None:
    move = {"group": "stage", "lane": "discovery", "version": str(deal.version)}
    answer = signed_in(live_world.owner).post(f"/opportunities/{deal.pk}/move/", move, headers={"HX-Request": "true"})
    undo = answer.content.decode().partition('"/undo/')[2].partition('"')[0]
    assert posted(live_world, f"/undo/{undo}", {}) == {200: 1, 409: HANDS - 1}
    assert told(live_world, "moved") == 2
