"""The pipeline in figures."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from opportunities.models import Opportunity
from opportunities.selectors import pipeline_summary, win_rate
from opportunities.services import close_opportunity, delete_opportunity, move_opportunity
from pipelines.models import Pipeline
from pipelines.services import update_stage
from tests.factories.people import World
from tests.factories.records import make_company, make_opportunity


def sales() -> Pipeline:
    return Pipeline.objects.get(key="sales")


def rows(user: User, **asked: Any) -> list[tuple[Any, ...]]:
    found = pipeline_summary(user, pipeline=sales(), **asked).rows
    return [(row.stage.key, row.currency, row.count, row.total_value, row.weighted_value) for row in found]


def test_every_stage_is_there_in_its_order_even_when_empty(owner: User) -> None:
    zero = Decimal("0.00")
    assert rows(owner) == [(key, "EUR", 0, zero, zero) for key in ("new", "discovery", "proposal", "negotiation", "won", "lost")]


def test_counts_sums_and_weights_are_exact_and_never_mix_currencies(owner: User) -> None:
    company = make_company(by=owner)
    for values in (
        {"amount": "0.10"},
        {"amount": "0.20"},
        {"amount": "1000.05", "probability": 33},
        {},
        {"amount": "5000", "currency": "JPY"},
        {"amount": "0.01", "stage": "proposal"},
        {"amount": "9999999999999.99", "stage": "won"},
        {"amount": "77", "stage": "lost", "loss_reason": "price"},
    ):
        make_opportunity(by=owner, company=company, **values)
    assert rows(owner) == [
        ("new", "EUR", 4, Decimal("1000.35"), Decimal("330.05")),
        ("new", "JPY", 1, Decimal("5000.00"), Decimal("500.00")),
        ("discovery", "EUR", 0, Decimal("0.00"), Decimal("0.00")),
        ("proposal", "EUR", 1, Decimal("0.01"), Decimal("0.01")),
        ("negotiation", "EUR", 0, Decimal("0.00"), Decimal("0.00")),
        ("won", "EUR", 1, Decimal("9999999999999.99"), Decimal("9999999999999.99")),
        ("lost", "EUR", 1, Decimal("77.00"), Decimal("0.00")),
    ]


def test_totals_are_the_sums_of_the_rows_per_currency(owner: User) -> None:
    company = make_company(by=owner)
    for values in ({"amount": "10"}, {"amount": "30", "stage": "negotiation"}, {"amount": "5", "currency": "USD"}):
        make_opportunity(by=owner, company=company, **values)
    totals = pipeline_summary(owner, pipeline=sales()).totals
    assert [(total.currency, total.count, total.total_value, total.weighted_value) for total in totals] == [
        ("EUR", 2, Decimal("40.00"), Decimal("23.50")),
        ("USD", 1, Decimal("5.00"), Decimal("0.50")),
    ]


@pytest.mark.parametrize(
    ("who", "seen"), [("owner", 1), ("teammate", 1), ("team_lead", 2), ("colleague", 1), ("manager", 3), ("reader", 3)]
)
def test_the_summary_counts_what_its_reader_may_see(in_halden: World, who: str, seen: int) -> None:
    for maker in (in_halden.owner, in_halden.teammate, in_halden.colleague):
        make_opportunity(by=maker)
    assert sum(row[2] for row in rows(getattr(in_halden, who))) == seen


def test_the_summary_of_one_owner_leaves_the_others_out(in_halden: World) -> None:
    for maker in (in_halden.owner, in_halden.owner, in_halden.colleague):
        make_opportunity(by=maker)
    assert sum(row[2] for row in rows(in_halden.manager, owner=in_halden.owner)) == 2


def test_what_lies_in_the_trash_counts_for_nothing(owner: User) -> None:
    deal = make_opportunity(by=owner)
    delete_opportunity(opportunity_id=deal.pk, by=owner)
    assert sum(row[2] for row in rows(owner)) == 0


def test_a_retired_stage_is_shown_while_it_holds_deals(in_halden: World) -> None:
    deal = make_opportunity(by=in_halden.owner, stage="discovery")
    update_stage(stage_id=deal.stage_id, by=in_halden.administrator, values={"is_active": False})
    assert "discovery" in [row[0] for row in rows(in_halden.owner)]
    move_opportunity(opportunity_id=deal.pk, stage="proposal", by=in_halden.owner)
    assert "discovery" not in [row[0] for row in rows(in_halden.owner)]


def test_the_conversion_rate_is_the_share_that_went_on_from_a_stage(owner: User) -> None:
    company = make_company(by=owner)
    deals = [make_opportunity(by=owner, company=company) for _ in range(4)]
    for deal in deals[:3]:
        move_opportunity(opportunity_id=deal.pk, stage="proposal", by=owner)
    move_opportunity(opportunity_id=deals[2].pk, stage="new", by=owner)  # back again: it had gone on all the same
    close_opportunity(opportunity_id=deals[0].pk, outcome="won", by=owner)
    close_opportunity(opportunity_id=deals[1].pk, outcome="lost", by=owner, loss_reason="price")  # lost is not on
    rates = {row.stage.key: row.conversion_rate for row in pipeline_summary(owner, pipeline=sales()).rows}
    assert rates == {
        "new": Decimal("0.7500"),
        "discovery": None,
        "proposal": Decimal("0.3333"),
        "negotiation": None,
        "won": None,
        "lost": None,
    }


def test_a_summary_takes_the_same_few_queries_for_any_number_of_deals(in_halden: World, django_assert_num_queries: Any) -> None:
    pipeline = sales()
    company = make_company(by=in_halden.owner)
    for many in (1, 29):
        for _ in range(many):
            make_opportunity(by=in_halden.owner, company=company, amount=1)
        fresh = User.objects.select_related("business", "branch", "role").get(pk=in_halden.owner.pk)
        with django_assert_num_queries(5):  # permissions, stages, figures, rates, the business's currency
            assert sum(row.count for row in pipeline_summary(fresh, pipeline=pipeline).rows) == (1 if many == 1 else 30)


def test_the_win_rate_is_of_the_deals_closed_in_the_period(owner: User) -> None:
    company = make_company(by=owner)
    for values in (
        {"stage": "won", "amount": "300"},
        {"stage": "won", "amount": "1", "currency": "USD"},
        {"stage": "lost", "amount": "100", "loss_reason": "price"},
        {"stage": "lost", "loss_reason": "price"},
        {"amount": "1000"},
    ):
        make_opportunity(by=owner, company=company, **values)
    old = make_opportunity(by=owner, company=company, stage="won", amount="50")
    Opportunity.objects.filter(pk=old.pk).update(closed_at=timezone.now() - timedelta(days=100))
    start, end = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
    rate = win_rate(owner, start=start, end=end)
    assert (rate.won, rate.lost, rate.by_count) == (2, 2, Decimal("0.5000"))
    assert rate.won_value == {"EUR": Decimal("300.00"), "USD": Decimal("1.00")}
    assert rate.by_value == {"EUR": Decimal("0.7500"), "USD": Decimal("1.0000")}
    nothing = win_rate(owner, start=end, end=end + timedelta(days=1))
    assert (nothing.by_count, nothing.by_value) == (None, {})
