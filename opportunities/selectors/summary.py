"""The pipeline in figures: what stands in each stage, how deals go on from there, and how often they are won.

All sums are the database's. Amounts are per currency and never added across; an empty amount counts as a deal and adds 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, ExpressionWrapper, F, IntegerField, Max, Q, QuerySet, Sum, Value, When

from accounts.models import Business
from core import context
from core.money import rounded
from opportunities.models import Opportunity
from pipelines.choices import StageKind
from pipelines.models import Pipeline, Stage, StageChange

ZERO = Decimal("0.00")
FOUR = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class StageSummary:
    """One stage in one currency. weighted_value: sum of amount × probability / 100, rounded half up once, at the end.

    conversion_rate: of the deals that ever reached the stage, the share (0 to 1, four places) that went on to a later
    open stage or was won; None where none reached it and for closed stages.
    """

    stage: Stage
    currency: str
    count: int
    total_value: Decimal
    weighted_value: Decimal
    conversion_rate: Decimal | None


@dataclass(frozen=True, slots=True)
class Total:
    currency: str
    count: int
    total_value: Decimal
    weighted_value: Decimal


@dataclass(frozen=True, slots=True)
class PipelineSummary:
    pipeline: Pipeline
    rows: list[StageSummary]
    totals: list[Total]


@dataclass(frozen=True, slots=True)
class WinRate:
    """Of the deals closed in a period. Rates are shares from 0 to 1, None where nothing was closed (or had no value)."""

    won: int
    lost: int
    by_count: Decimal | None
    won_value: dict[str, Decimal]
    lost_value: dict[str, Decimal]
    by_value: dict[str, Decimal | None]


def pipeline_summary(user: Any, *, pipeline: Pipeline, owner: Any = None, with_conversion: bool = True) -> PipelineSummary:
    """Every stage of the pipeline in its order, empty ones too, over the deals that the user may see (of one owner).

    One row per stage and currency; an empty stage has one in the business's. Retired stages come only with deals in them.
    Two queries and the business's; the rates cost one more.
    """
    deals = _of(Opportunity.objects.visible_to(user).filter(pipeline=pipeline), owner)
    stages = list(Stage.objects.filter(pipeline=pipeline).order_by("order", "id"))
    found = _figures(deals, stages)
    rates = conversion_rates(user, pipeline=pipeline, stages=stages, owner=owner) if with_conversion else {}
    home = Business.objects.values_list("default_currency", flat=True).get(pk=context.business_id())
    rows = []
    for stage in stages:
        figures = found.get(stage.pk)
        if not figures:
            if not stage.is_active:
                continue
            figures = {home: (0, ZERO, ZERO)}
        for currency in sorted(figures, key=lambda code: (code != home, code)):
            rows.append(StageSummary(stage, currency, *figures[currency], rates.get(stage.pk)))
    return PipelineSummary(pipeline, rows, _totals(rows, home))


def _of(deals: QuerySet, owner: Any) -> QuerySet:
    return deals if owner is None else deals.filter(owner=owner)


Figures = dict[int, dict[str, tuple[int, Decimal, Decimal]]]


def _figures(deals: QuerySet, stages: Iterable[Stage]) -> Figures:
    """{stage: {currency: (count, value, weighted)}} in one GROUP BY that reads nothing but the covering index.

    A deal without a probability of its own takes its stage's, which is the same for the whole group: so the stage's
    table need not be joined.
    """
    by_hand = ExpressionWrapper(F("amount") * F("probability"), output_field=DecimalField(max_digits=24, decimal_places=4))
    grouped = (
        deals.order_by()
        .values_list("stage_id", "currency")
        .annotate(n=Count("pk"), value=Sum("amount"), own=Sum(by_hand), of_stage=Sum("amount", filter=Q(probability=None)))
    )
    chances = {stage.pk: stage.probability for stage in stages}
    found: Figures = {}
    for stage, currency, count, value, own, of_stage in grouped:
        weighted = exact(own) + exact(of_stage) * chances.get(stage, 0)
        found.setdefault(stage, {})[currency] = (count, rounded(exact(value)), rounded(weighted / 100))
    return found


def exact(summed: Any) -> Decimal:
    """A database's sum as it is in decimal: SQLite adds in binary, and the rest beyond four places is its noise."""
    return Decimal(summed or 0).quantize(FOUR)


def _totals(rows: Iterable[StageSummary], home: str) -> list[Total]:
    found: dict[str, Total] = {}
    for row in rows:
        so_far = found.get(row.currency, Total(row.currency, 0, ZERO, ZERO))
        found[row.currency] = Total(
            row.currency,
            so_far.count + row.count,
            so_far.total_value + row.total_value,
            so_far.weighted_value + row.weighted_value,
        )
    with_deals = [total for total in found.values() if total.count] or [Total(home, 0, ZERO, ZERO)]
    return sorted(with_deals, key=lambda total: (total.currency != home, total.currency))


def conversion_rates(user: Any, *, pipeline: Pipeline, stages: list[Stage], owner: Any = None) -> dict[int, Decimal | None]:
    """{open stage: share of the deals that ever reached it which went on to a later open stage, or were won}. One query.

    Read from StageChange, over the deals the user may see. Being lost is not going on.
    """
    deals = _of(Opportunity.objects.visible_to(user), owner)
    ranks = {stage.pk: rank for rank, stage in enumerate(sorted(stages, key=_course), start=1) if stage.kind != StageKind.LOST}
    asked = [stage for stage in stages if stage.kind == StageKind.OPEN]
    if not asked:
        return {}
    rank = Case(*(When(to_stage=pk, then=Value(place)) for pk, place in ranks.items()), default=Value(0), output_field=IntegerField())
    been = {f"been_{stage.pk}": Max(Case(When(to_stage=stage.pk, then=Value(1)), default=Value(0))) for stage in asked}
    changes = StageChange.objects.filter(opportunity__in=deals.order_by().values("pk"), to_stage__pipeline=pipeline)
    per_deal = changes.order_by().values("opportunity").annotate(furthest=Max(rank), **been)
    counts = {}
    for stage in asked:
        reached = Q(**{f"been_{stage.pk}": 1})
        counts[f"reached_{stage.pk}"] = Count("opportunity", filter=reached)
        counts[f"on_{stage.pk}"] = Count("opportunity", filter=reached & Q(furthest__gt=ranks[stage.pk]))
    found = per_deal.aggregate(**counts)
    return {stage.pk: _share(found[f"on_{stage.pk}"], found[f"reached_{stage.pk}"]) for stage in asked}


def _course(stage: Stage) -> tuple[bool, int, int]:
    """Open stages in their order, then the won ones."""
    return (stage.kind != StageKind.OPEN, stage.order, stage.pk)


def _share(part: Any, whole: Any) -> Decimal | None:
    return (Decimal(part) / Decimal(whole)).quantize(FOUR) if whole else None


def win_rate(user: Any, *, start: datetime, end: datetime, owner: Any = None, pipeline: Pipeline | None = None) -> WinRate:
    """won / (won + lost), by count and by value per currency, of the deals closed from `start` until before `end`."""
    deals = _of(Opportunity.objects.visible_to(user).filter(closed_at__gte=start, closed_at__lt=end), owner)
    if pipeline is not None:
        deals = deals.filter(pipeline=pipeline)
    counts = {StageKind.WON: 0, StageKind.LOST: 0}
    values: dict[Any, dict[str, Decimal]] = {StageKind.WON: {}, StageKind.LOST: {}}
    for kind, currency, count, value in deals.order_by().values_list("stage__kind", "currency").annotate(Count("pk"), Sum("amount")):
        counts[kind] += count
        values[kind][currency] = rounded(exact(value))
    won, lost = counts[StageKind.WON], counts[StageKind.LOST]
    won_value, lost_value = values[StageKind.WON], values[StageKind.LOST]
    by_value = {
        currency: _share(won_value.get(currency, ZERO), won_value.get(currency, ZERO) + lost_value.get(currency, ZERO))
        for currency in sorted({*won_value, *lost_value})
    }
    return WinRate(won, lost, _share(won, won + lost), won_value, lost_value, by_value)
