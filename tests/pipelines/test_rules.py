"""Rules of pipelines, stages and lists, without a database."""

from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import RuleBroken
from pipelines import rules


def having(*names: str) -> Any:
    return lambda name: name in names


def test_a_requirement_may_be_met_by_one_of_several_fields() -> None:
    assert rules.missing(["company|primary_contact"], having("primary_contact")) == []
    assert rules.missing(["company|primary_contact", "amount"], having("amount")) == [("company", "primary_contact")]


def test_a_refusal_names_everything_that_is_missing() -> None:
    with pytest.raises(RuleBroken) as refused:
        rules.check_required(["company|primary_contact", "amount", "name"], having("name"), label=str.title, stage="Proposal")
    assert refused.value.message_dict == {
        "company": ["Company or Primary_Contact is needed for the stage Proposal."],
        "amount": ["Amount is needed for the stage Proposal."],
    }
    assert refused.value.needs == ("company", "amount")


@pytest.mark.parametrize("has", [(), ("company",), ("amount",), ("company", "amount")])
def test_whether_a_record_can_enter_agrees_with_the_check(has: tuple[str, ...]) -> None:
    required = ["company", "amount"]
    if rules.can_enter(required, having(*has)):
        rules.check_required(required, having(*has), label=str, stage="x")
    else:
        with pytest.raises(RuleBroken):
            rules.check_required(required, having(*has), label=str, stage="x")


@pytest.mark.parametrize(("limit", "held", "fits"), [(None, 1000, True), (2, 1, True), (2, 2, False), (2, 3, False)])
def test_a_limited_stage_takes_no_more_than_its_limit(limit: int | None, held: int, fits: bool) -> None:
    if fits:
        rules.check_room(limit=limit, held=held, stage="x")
    else:
        with pytest.raises(RuleBroken):
            rules.check_room(limit=limit, held=held, stage="x")


ENTRY, OPEN, WON, LOST = ("open", True, True), ("open", False, True), ("won", False, True), ("lost", False, True)


@pytest.mark.parametrize(
    ("kind", "stages", "is_whole"),
    [
        ("opportunity", [ENTRY, OPEN, WON, LOST], True),
        ("opportunity", [ENTRY, WON], False),
        ("opportunity", [ENTRY, LOST], False),
        ("opportunity", [OPEN, WON, LOST], False),
        ("opportunity", [ENTRY, ENTRY, WON, LOST], False),
        ("opportunity", [("won", True, True), OPEN, LOST], False),
        ("opportunity", [ENTRY, WON, ("lost", False, False)], False),
        ("opportunity", [("open", True, False), OPEN, WON, LOST], False),
        ("lead", [ENTRY], True),
        ("contact", [], False),
    ],
)
def test_a_pipeline_has_one_entry_and_deals_have_an_end(kind: str, stages: list[tuple[str, bool, bool]], is_whole: bool) -> None:
    if is_whole:
        rules.check_stages(kind, stages)
    else:
        with pytest.raises(RuleBroken):
            rules.check_stages(kind, stages)


def stage(pk: int, kind: str = "open", *, pipeline: int = 1, active: bool = True) -> Any:
    return SimpleNamespace(pk=pk, kind=kind, pipeline_id=pipeline, is_active=active, label=f"Stage {pk}")


@pytest.mark.parametrize(
    "move_to",
    [stage(1), stage(2, "won"), stage(2, pipeline=2), stage(2, active=False), None],
    ids=["itself", "another outcome", "another pipeline", "a retired one", "nowhere"],
)
def test_records_of_a_deleted_stage_go_to_a_stage_like_it(move_to: Any) -> None:
    with pytest.raises(RuleBroken):
        rules.check_successor(stage=stage(1), move_to=move_to, holds=1)
    rules.check_successor(stage=stage(1), move_to=stage(3), holds=1)


@pytest.mark.parametrize("required", ["company", [1], ["nothing_like_it"], ["company|nothing_like_it"]])
def test_a_stage_requires_only_fields_that_there_are(required: Any) -> None:
    with pytest.raises(RuleBroken):
        rules.check_requirements(required, ["company", "amount"])
    rules.check_requirements(["company|amount"], ["company", "amount"])


def test_values_that_the_crm_sets_itself_are_not_retired() -> None:
    for list_name, key in [("lead_status", "new"), ("lead_status", "qualified"), ("lead_status", "lost"), ("loss_reason", "unknown")]:
        with pytest.raises(RuleBroken):
            rules.check_retirable(list_name, key)
    rules.check_retirable("lead_source", "unknown")


@pytest.mark.parametrize("order", [[1, 2], [1, 2, 3, 3], [1, 2, 4], []])
def test_a_new_order_names_each_once(order: list[int]) -> None:
    with pytest.raises(RuleBroken):
        rules.check_order(order, {1, 2, 3})
