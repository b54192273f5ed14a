"""Rules of opportunities, without a database."""

from types import SimpleNamespace

import pytest

from core.errors import RuleBroken
from opportunities import rules

STATES = ("open", "won", "lost")


@pytest.mark.parametrize("now", STATES)
@pytest.mark.parametrize("wanted", STATES)
def test_what_is_closed_is_reopened_before_it_ends_differently(now: str, wanted: str) -> None:
    is_fine = now == "open" or wanted in ("open", now)
    assert rules.can_close(now, wanted) is is_fine
    if is_fine:
        rules.check_change_of_outcome(now, wanted)
    else:
        with pytest.raises(RuleBroken):
            rules.check_change_of_outcome(now, wanted)


@pytest.mark.parametrize(
    ("outcome", "reason", "note", "is_fine"),
    [
        ("lost", object(), "", True),
        ("lost", object(), "They chose another", True),
        ("lost", None, "", False),
        ("won", None, "", True),
        ("won", object(), "", False),
        ("open", None, "A note", False),
    ],
)
def test_losing_needs_a_reason_and_nothing_else_has_one(outcome: str, reason: object, note: str, is_fine: bool) -> None:
    if is_fine:
        rules.check_loss(outcome, reason, note)
    else:
        with pytest.raises(RuleBroken):
            rules.check_loss(outcome, reason, note)


def test_an_outcome_is_won_or_lost() -> None:
    for outcome in ("open", "", "cancelled"):
        with pytest.raises(RuleBroken):
            rules.check_outcome(outcome)


def test_another_pipeline_comes_with_one_of_its_stages() -> None:
    pipeline = SimpleNamespace(pk=1)
    with pytest.raises(RuleBroken) as refused:
        rules.check_new_stage_named(pipeline, None)
    assert refused.value.needs == ("stage",)
    with pytest.raises(RuleBroken):
        rules.check_new_stage_named(pipeline, SimpleNamespace(pipeline_id=2))
    rules.check_new_stage_named(pipeline, SimpleNamespace(pipeline_id=1))
    rules.check_new_stage_named(None, SimpleNamespace(pipeline_id=2))
