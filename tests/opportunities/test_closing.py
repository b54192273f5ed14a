"""Winning, losing and reopening, by every door."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import Role, User
from core.context import in_business
from core.errors import Conflict, RuleBroken
from core.models import Event
from core.permissions import SYSTEM
from opportunities.models import Opportunity
from opportunities.services import (
    close_opportunity,
    create_opportunity,
    move_opportunity,
    reopen_opportunity,
    update_opportunity,
)
from pipelines.models import LookupValue, StageChange
from tests.factories.people import World
from tests.factories.records import make_company, make_contact, make_opportunity
from tests.threads import at_once, problems


def told(deal: Opportunity, kind: str) -> int:
    return Event.objects.filter(record_type="opportunity", record=deal.pk, type=kind).count()


def reason(key: str = "price") -> LookupValue:
    return LookupValue.objects.get(list="loss_reason", key=key)


Act = Callable[[Opportunity, User, dict[str, Any]], Opportunity]
DOORS: dict[str, Act] = {
    "close": lambda deal, by, why: close_opportunity(opportunity_id=deal.pk, outcome="lost", by=by, **why),
    "board": lambda deal, by, why: move_opportunity(opportunity_id=deal.pk, stage="lost", by=by, values=why),
    "patch": lambda deal, by, why: update_opportunity(opportunity_id=deal.pk, by=by, values={"stage": "lost", **why}),
    "new": lambda deal, by, why: create_opportunity(by=by, values={"name": "Gone", "company": deal.company, "stage": "lost", **why}),
}


@pytest.mark.parametrize("door", DOORS)
def test_losing_needs_a_reason_by_every_door(owner: User, door: str) -> None:
    deal = make_opportunity(by=owner, probability=40)
    with pytest.raises(RuleBroken) as refused:
        DOORS[door](deal, owner, {})
    assert refused.value.needs == ("loss_reason",)
    deal.refresh_from_db()
    assert (deal.version, deal.closed_at) == (1, None)
    lost = DOORS[door](deal, owner, {"loss_reason": reason(), "loss_note": "Too dear"})
    assert (lost.stage.key, lost.loss_reason, lost.loss_note, lost.probability) == ("lost", reason(), "Too dear", 0)
    assert lost.closed_at is not None
    assert told(lost, "opportunity.lost") == 1


@pytest.mark.parametrize("door", ["close", "board", "patch"])
def test_winning_by_every_door_is_the_same_act(owner: User, door: str) -> None:
    contact = make_contact(by=owner)
    deal = make_opportunity(by=owner, amount="84000.00", probability=40, primary_contact=contact)
    if door == "close":
        deal = close_opportunity(opportunity_id=deal.pk, outcome="won", by=owner)
    elif door == "board":
        deal = move_opportunity(opportunity_id=deal.pk, stage="won", by=owner)
    else:
        deal = update_opportunity(opportunity_id=deal.pk, by=owner, values={"stage": "won"})
    assert (deal.stage.key, deal.probability, deal.probability_before, deal.version) == ("won", 100, 40, 2)
    event = Event.objects.get(record=deal.pk, type="erp.opportunity.won")
    assert event.data == {
        "reference": deal.reference,
        "name": deal.name,
        "company": deal.company_id,
        "company_name": deal.company.name,
        "contact": contact.pk,
        "contact_name": contact.name,
        "amount": "84000.00",
        "currency": "EUR",
        "closed_at": event.data["closed_at"],
    }
    change = StageChange.objects.filter(opportunity=deal).latest("id")
    assert (change.to_stage.key, change.at) == ("won", deal.closed_at)


@pytest.mark.parametrize("key", ["nothing", "referral"])
def test_a_reason_is_a_value_of_its_list(owner: User, key: str) -> None:
    deal = make_opportunity(by=owner)
    with pytest.raises(RuleBroken):
        close_opportunity(opportunity_id=deal.pk, outcome="lost", by=owner, loss_reason=key)
    wrong_list = LookupValue.objects.get(list="lead_source", key="referral")
    with pytest.raises(RuleBroken):
        close_opportunity(opportunity_id=deal.pk, outcome="lost", by=owner, loss_reason=wrong_list)
    assert close_opportunity(opportunity_id=deal.pk, outcome="lost", by=owner, loss_reason="price").loss_reason == reason()


def test_a_won_deal_has_no_reason(owner: User) -> None:
    deal = make_opportunity(by=owner)
    with pytest.raises(RuleBroken):
        close_opportunity(opportunity_id=deal.pk, outcome="won", by=owner, loss_reason="price")


def test_the_machine_may_leave_the_reason_unknown(in_halden: World) -> None:
    deal = make_opportunity(by=in_halden.owner)
    assert close_opportunity(opportunity_id=deal.pk, outcome="lost", by=SYSTEM).loss_reason == reason("unknown")


def test_closing_twice_gives_the_first_result_even_to_who_read_an_older_row(owner: User) -> None:
    deal = make_opportunity(by=owner)
    first = close_opportunity(opportunity_id=deal.pk, outcome="won", by=owner, version=1)
    second = close_opportunity(opportunity_id=deal.pk, outcome="won", by=owner, version=1)
    assert (second.version, second.closed_at) == (first.version, first.closed_at)
    assert told(deal, "erp.opportunity.won") == 1


def test_a_stale_closing_is_refused(owner: User) -> None:
    deal = make_opportunity(by=owner)
    update_opportunity(opportunity_id=deal.pk, by=owner, values={"amount": 1})
    with pytest.raises(Conflict):
        close_opportunity(opportunity_id=deal.pk, outcome="won", by=owner, version=1)


def test_a_closed_deal_does_not_end_differently_by_any_door(owner: User) -> None:
    deal = close_opportunity(opportunity_id=make_opportunity(by=owner).pk, outcome="won", by=owner)
    for door in ("close", "board", "patch"):
        with pytest.raises(RuleBroken):
            DOORS[door](deal, owner, {"loss_reason": reason()})
    deal.refresh_from_db()
    assert (deal.stage.key, deal.version) == ("won", 2)


def test_reopening_goes_back_to_the_last_open_stage_with_the_old_probability(owner: User) -> None:
    deal = make_opportunity(by=owner, probability=35)
    move_opportunity(opportunity_id=deal.pk, stage="negotiation", by=owner)
    close_opportunity(opportunity_id=deal.pk, outcome="lost", by=owner, loss_reason="price", loss_note="x")
    deal = reopen_opportunity(opportunity_id=deal.pk, by=owner)
    assert (deal.stage.key, deal.probability, deal.probability_before) == ("negotiation", 35, None)
    assert (deal.closed_at, deal.loss_reason, deal.loss_note) == (None, None, "")
    event = Event.objects.get(record=deal.pk, type="erp.opportunity.reopened")
    assert event.data == {"outcome": "lost", "stage": "negotiation"}
    again = reopen_opportunity(opportunity_id=deal.pk, by=owner, version=1)
    assert again.version == deal.version
    assert told(deal, "erp.opportunity.reopened") == 1


def test_a_deal_that_was_never_open_is_reopened_at_the_entry(owner: User) -> None:
    deal = make_opportunity(by=owner, stage="won")
    assert told(deal, "erp.opportunity.won") == 1
    deal = reopen_opportunity(opportunity_id=deal.pk, by=owner)
    assert (deal.stage.key, deal.probability, deal.chance) == ("new", None, 10)


def test_a_closed_card_dragged_to_an_open_column_is_reopened_there(owner: User) -> None:
    deal = close_opportunity(opportunity_id=make_opportunity(by=owner).pk, outcome="won", by=owner)
    deal = move_opportunity(opportunity_id=deal.pk, stage="proposal", by=owner)
    assert (deal.stage.key, deal.closed_at) == ("proposal", None)
    assert told(deal, "erp.opportunity.reopened") == 1


def test_each_closing_tells_that_it_was_won(owner: User) -> None:
    deal = make_opportunity(by=owner)
    for _ in range(2):
        close_opportunity(opportunity_id=deal.pk, outcome="won", by=owner)
        reopen_opportunity(opportunity_id=deal.pk, by=owner)
    assert told(deal, "erp.opportunity.won") == 2


def test_a_closed_deal_is_certain(owner: User) -> None:
    deal = close_opportunity(opportunity_id=make_opportunity(by=owner).pk, outcome="won", by=owner)
    with pytest.raises(RuleBroken):
        update_opportunity(opportunity_id=deal.pk, by=owner, values={"probability": 50})
    assert update_opportunity(opportunity_id=deal.pk, by=owner, values={"probability": 100, "amount": 7}).amount == 7


def test_what_was_set_by_hand_in_the_act_of_closing_is_kept_for_a_reopening(owner: User) -> None:
    deal = make_opportunity(by=owner)
    deal = update_opportunity(opportunity_id=deal.pk, by=owner, values={"stage": "won", "probability": 60})
    assert (deal.probability, deal.probability_before) == (100, 60)


def test_a_probability_set_in_the_act_of_reopening_counts(owner: User) -> None:
    deal = close_opportunity(opportunity_id=make_opportunity(by=owner, probability=40).pk, outcome="won", by=owner)
    deal = update_opportunity(opportunity_id=deal.pk, by=owner, values={"stage": "proposal", "probability": 60})
    assert (deal.probability, deal.probability_before) == (60, None)
    deal.refresh_from_db()
    assert deal.probability == 60


def test_the_reason_of_a_lost_deal_may_be_corrected_but_not_taken_away(owner: User) -> None:
    deal = close_opportunity(opportunity_id=make_opportunity(by=owner).pk, outcome="lost", by=owner, loss_reason="price")
    deal = update_opportunity(opportunity_id=deal.pk, by=owner, values={"loss_reason": "competitor"})
    assert deal.loss_reason == reason("competitor")
    with pytest.raises(RuleBroken):
        update_opportunity(opportunity_id=deal.pk, by=owner, values={"loss_reason": None})


def test_who_may_not_close_does_not_win_by_a_move_either(in_halden: World) -> None:
    role = Role.objects.get(business=in_halden.business, key="sales")
    role.permissions.remove(*role.permissions.filter(codename="close_opportunity"))
    by = User.objects.select_related("role", "branch", "business").get(pk=in_halden.owner.pk)
    deal = make_opportunity(by=by)
    for act in (
        lambda: close_opportunity(opportunity_id=deal.pk, outcome="won", by=by),
        lambda: move_opportunity(opportunity_id=deal.pk, stage="won", by=by),
        lambda: update_opportunity(opportunity_id=deal.pk, by=by, values={"stage": "won"}),
        lambda: make_opportunity(by=by, stage="won"),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert move_opportunity(opportunity_id=deal.pk, stage="proposal", by=by).stage.key == "proposal"


def test_history_is_imported_with_its_own_dates(in_halden: World) -> None:
    began, ended = timezone.now() - timedelta(days=90), timezone.now() - timedelta(days=30)
    company = make_company(by=in_halden.owner)
    values = {"name": "Old deal", "company": company, "stage": "won", "owner": in_halden.owner, "amount": 5}
    deal = create_opportunity(by=SYSTEM, values=values, now=began, closed_at=ended)
    assert (deal.created_at, deal.closed_at) == (began, ended)
    assert StageChange.objects.get(opportunity=deal).at == ended


def test_one_deal_closed_by_many_at_once_is_closed_once(live_world: World) -> None:

    with in_business(live_world.business):
        deal = make_opportunity(by=live_world.owner, amount=10)
    work = lambda: close_opportunity(opportunity_id=deal.pk, outcome="won", by=live_world.owner, version=1)  # noqa: E731
    results = at_once(live_world.business, *[work] * 8)
    assert problems(results) == []
    assert len({(result.version, result.closed_at) for result in results}) == 1
    with in_business(live_world.business):
        assert told(deal, "erp.opportunity.won") == 1
        assert StageChange.objects.filter(opportunity=deal).count() == 2


def test_one_card_moved_by_many_at_once_is_moved_once_and_the_others_are_told(live_world: World) -> None:

    with in_business(live_world.business):
        deal = make_opportunity(by=live_world.owner)
    stages = ["discovery", "proposal", "negotiation", "discovery", "proposal", "negotiation"]
    results = at_once(
        live_world.business,
        *(lambda key=key: move_opportunity(opportunity_id=deal.pk, stage=key, by=live_world.owner, version=1) for key in stages),
    )
    assert [type(problem) for problem in problems(results)] == [Conflict] * 5
    winner = next(result for result in results if isinstance(result, Opportunity))
    with in_business(live_world.business):
        deal.refresh_from_db()
        assert (deal.stage_id, deal.version) == (winner.stage_id, 2)
        assert StageChange.objects.filter(opportunity=deal).count() == 2


def test_references_taken_by_many_at_once_are_all_different(live_world: World) -> None:

    with in_business(live_world.business):
        company = make_company(by=live_world.owner)
    work = lambda: [make_opportunity(by=live_world.owner, company=company).reference for _ in range(5)]  # noqa: E731
    results = at_once(live_world.business, *[work] * 8)
    assert problems(results) == []
    assert sorted(reference for found in results for reference in found) == sorted(f"D-{n}" for n in range(1, 41))
