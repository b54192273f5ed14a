"""The small lists of a business: one query, in the reader's language, nobody else's."""

from __future__ import annotations

from typing import Any

from core.context import in_business
from dataviews.lists import Lists
from pipelines.models import Stage
from tests.factories.people import World


def test_all_lists_come_in_one_query(in_halden: World, django_assert_num_queries: Any) -> None:
    lists = Lists(in_halden.owner, "en")
    with django_assert_num_queries(1):
        assert [item.key for item in lists.items("stage") if item.kind == "won"][:1] == ["won"]
        assert lists.label("user", in_halden.owner.pk) == in_halden.owner.name
        assert lists.items("lead_status")
        assert lists.items("pipeline")
        assert lists.items("branch")


def test_labels_are_in_the_readers_language(in_halden: World) -> None:
    stage = Stage.objects.get(key="won", pipeline__kind="opportunity", pipeline__key="sales")
    assert Lists(in_halden.owner, "en").label("stage", stage.pk) == "Won"
    assert Lists(in_halden.owner, "de").label("stage", stage.pk) == "Gewonnen"


def test_lists_hold_the_readers_business_alone(world: World) -> None:
    with in_business(world.business):
        ours = Lists(world.owner, "en")
        people = {item.label for item in ours.items("user")}
        stages = {item.id for item in ours.items("stage")}
    with in_business(world.other):
        theirs = Lists(world.outsider, "en")
        assert not {item.label for item in theirs.items("user")} & people
        assert not {item.id for item in theirs.items("stage")} & stages


def test_a_stage_brings_what_boards_need(in_halden: World) -> None:
    proposal = next(item for item in Lists(in_halden.owner, "en").items("stage") if item.key == "proposal")
    stage = Stage.objects.get(pk=proposal.id)
    expected = (stage.probability, stage.rotting_days, stage.pipeline_id, stage.color, "open")
    assert (proposal.number, proposal.limit, proposal.parent, proposal.tone, proposal.kind) == expected


def test_my_team_is_the_people_of_my_branch(in_halden: World) -> None:
    team = Lists(in_halden.owner, "en").team()
    assert in_halden.owner.pk in team and in_halden.teammate.pk in team
    assert in_halden.colleague.pk not in team
