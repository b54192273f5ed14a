"""The board: exact lanes, values that nobody knows any more, further cards, folded ends."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from dataviews import board, state
from dataviews.cursors import BadCursor
from dataviews.declare import REGISTRY
from leads.models import Lead
from opportunities.models import Opportunity
from pipelines.models import Pipeline, Stage
from tests.dataviews.conftest import lookups, stages, stock_leads, stock_opportunities
from tests.factories.people import World


def parsed(query: str, user: Any, path: str = "opportunities") -> state.State:
    return state.parse(REGISTRY[path], user, QueryDict(f"layout=board&{query}"))


def read(query: str, user: Any, path: str = "opportunities") -> board.Board:
    return board.read(parsed(query, user, path))


def cards_in(lane: board.LaneView) -> int:
    return lane.html.count('class="deal"')


def test_lanes_are_the_stages_with_won_and_lost_folded_at_the_right(stock: World) -> None:
    found = read("", stock.manager)
    assert [view.lane.key for view in found.lanes] == [stage.key for stage in stages()]
    assert [view.lane.key for view in found.lanes if view.lane.folded] == ["won", "lost"]
    assert [cards_in(view) for view in found.lanes] == [15, 15, 15, 15, 0, 0]


def test_lane_heads_are_exact_and_weighted_by_the_deals_own_chance_else_the_stages(stock: World) -> None:
    found = read("", stock.manager)
    expected: dict[str, board.Tally] = defaultdict(board.Tally)
    for deal in Opportunity.objects.select_related("stage"):
        tally = expected[deal.stage.key]
        tally.count += 1
        tally.amounts[deal.currency] += deal.amount or 0
        tally.weighted[deal.currency] += deal.weighted or Decimal(0)
    tallies = board._tallies(parsed("", stock.manager), REGISTRY["opportunities"].groups[0])
    by_id = {stage.pk: stage.key for stage in stages()}
    assert {by_id[value]: tally.count for value, tally in tallies.items()} == {key: tally.count for key, tally in expected.items()}
    for value, tally in tallies.items():
        for currency, amount in tally.amounts.items():
            assert amount == expected[by_id[value]].amounts[currency]
            assert round(tally.weighted[currency], 4) == round(expected[by_id[value]].weighted[currency], 4)
    open_count = sum(tally.count for key, tally in expected.items() if key not in ("won", "lost"))
    assert found.total.count == open_count


def test_heads_count_the_whole_lane_and_more_cards_come_by_cursor(in_halden: World) -> None:
    entry = stages()[0]
    stock_opportunities(in_halden, 47, stage=entry, closed_at=None)
    lane = read("", in_halden.manager).lanes[0]
    assert (lane.count, cards_in(lane), lane.step) == (47, board.PER_LANE, 20)
    seen = lane.html
    while lane.more:
        query = QueryDict(lane.more.partition("?")[2])
        current = parsed(f"after={query['after']}", in_halden.manager)
        found = board.find_lane(current, entry.key)
        assert found is not None
        lane = board.more(current, found)
        seen += lane.html
    assert lane.shown == 47
    assert len(set(seen.split('data-testid="kanban-card-')) - {""}) == 48


def test_a_lanes_cursor_belongs_to_its_lane(in_halden: World) -> None:
    stock_opportunities(in_halden, 47, stage=stages()[0], closed_at=None)
    lane = read("", in_halden.manager).lanes[0]
    after = QueryDict(lane.more.partition("?")[2])["after"]
    current = parsed(f"after={after}", in_halden.manager)
    other = board.find_lane(current, stages()[1].key)
    assert other is not None
    with pytest.raises(BadCursor):
        board.more(current, other)
    client = Client()
    client.force_login(in_halden.manager)
    assert client.get(f"/opportunities/lane/stage/{stages()[1].key}/?after={after}").status_code == 400


def test_values_that_are_retired_stand_after_the_known_ones_and_take_no_card(stock: World) -> None:
    retired = stages()[1]
    Stage.objects.filter(pk=retired.pk).update(is_active=False)
    lanes = read("", stock.manager).lanes
    assert [view.lane.key for view in lanes] == ["new", "proposal", "negotiation", "won", "lost", "discovery"]
    assert (lanes[-1].lane.drop, lanes[-1].count, cards_in(lanes[-1])) == (False, 15, 15)


def test_rows_without_a_value_stand_in_the_last_lane(in_halden: World) -> None:
    stock_leads(in_halden, 10)
    Lead.objects.filter(pk__in=Lead.objects.values("pk")[:3]).update(owner=None)
    last = read("group=owner", in_halden.manager, "leads").lanes[-1]
    assert (last.lane.key, last.lane.label, last.count, cards_in(last)) == ("unassigned", "Unassigned", 3, 3)


def test_leads_group_by_their_status(in_halden: World) -> None:
    stock_leads(in_halden, 30)
    lanes = read("group=status", in_halden.manager, "leads").lanes
    assert {view.lane.key for view in lanes} == {value.key for value in lookups("lead_status")}
    assert [view.lane.key for view in lanes if view.lane.folded] == ["won", "lost"]


def test_a_board_shows_one_pipeline_and_leads_to_the_others(in_halden: World) -> None:
    other = Pipeline.objects.create(kind="opportunity", key="second", name="Second", order=9)
    Stage.objects.create(pipeline=other, key="offer", name="Offer", is_entry=True)
    stock_opportunities(in_halden, 6)
    assert [view.lane.key for view in read("pipeline=second", in_halden.manager).lanes] == ["offer"]
    assert "offer" not in [view.lane.key for view in read("", in_halden.manager).lanes]
    client = Client()
    client.force_login(in_halden.manager)
    html = client.get("/opportunities/?layout=board").content.decode()
    assert "/opportunities/?layout=board&amp;pipeline=second" in html


def test_filters_narrow_lanes_sums_and_cards_alike(stock: World) -> None:
    lanes = read(f"owner={stock.owner.pk}", stock.manager).lanes
    expected = [Opportunity.objects.filter(stage=stage, owner=stock.owner).count() for stage in stages()]
    assert [view.count for view in lanes] == expected


def test_the_first_cards_of_all_lanes_are_one_query(stock: World, django_assert_num_queries: Any) -> None:
    current = parsed("", stock.manager)
    stock.manager.has_perm("opportunities.view_opportunity")
    current.ctx.lists.items("stage")
    with django_assert_num_queries(2):  # totals, cards
        board.read(current)


@pytest.mark.parametrize("who", ["manager", "owner"])
def test_a_board_of_one_card_and_of_thirty_costs_the_same_queries(in_halden: World, who: str, django_assert_num_queries: Any) -> None:
    client = Client()
    client.force_login(getattr(in_halden, who))
    for count in (1, 30):
        stock_opportunities(in_halden, count, owner=in_halden.owner)
        # Session, person with rights, small lists, the feed's spot, totals, cards; and the savepoint of a test.
        with django_assert_num_queries(8):
            html = client.get("/opportunities/?layout=board").content.decode()
        assert html.count('data-testid="kanban-card-') == {1: 1, 30: 20}[count]
        Opportunity.objects.all()._raw_delete("default")


def test_a_reader_sees_cards_that_do_not_lift(stock: World) -> None:
    client = Client()
    client.force_login(stock.reader)
    html = client.get("/opportunities/?layout=board").content.decode()
    assert "kanban-card-" in html
    assert 'class="deal__move"' not in html
