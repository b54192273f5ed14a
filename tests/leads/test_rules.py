"""Rules of leads, without a database."""

import datetime as dt

import pytest

from core.errors import RuleBroken
from leads import rules


@pytest.mark.parametrize(("email", "phone", "is_fine"), [("a@b.example", "", True), ("", "0151", True), ("", "", False)])
def test_a_lead_can_be_reached(email: str, phone: str, is_fine: bool) -> None:
    if is_fine:
        rules.check_reachable(email, phone)
    else:
        with pytest.raises(RuleBroken):
            rules.check_reachable(email, phone)


def test_a_converted_lead_is_read_only() -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert rules.can_change(None)
    assert not rules.can_change(now)
    rules.check_not_converted(None)
    with pytest.raises(RuleBroken):
        rules.check_not_converted(now)


def test_only_the_machine_leaves_a_lead_unassigned() -> None:
    rules.check_owner(None, by_machine=True)
    with pytest.raises(RuleBroken):
        rules.check_owner(None, by_machine=False)


@pytest.mark.parametrize(
    ("status", "reason", "is_fine"), [("lost", object(), True), ("lost", None, False), ("new", None, True), ("new", object(), False)]
)
def test_a_lost_lead_says_why(status: str, reason: object, is_fine: bool) -> None:
    if is_fine:
        rules.check_loss(status, reason)
    else:
        with pytest.raises(RuleBroken):
            rules.check_loss(status, reason)


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("Anna Weber", ("Anna", "Weber")),
        ("  Anna Maria  Weber ", ("Anna Maria", "Weber")),
        ("Weber", ("", "Weber")),
        ("x" * 200, ("", "x" * 100)),
    ],
)
def test_a_name_becomes_first_and_last_name(name: str, names: tuple[str, str]) -> None:
    assert rules.person_names(name) == names
