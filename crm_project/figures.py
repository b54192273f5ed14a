"""A pipeline's figures as the CRM has them after an import, and their comparison with reference answers in JSON."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts.models import User
from contacts.models import Company
from core import context
from opportunities.models import Opportunity, OpportunityTag
from opportunities.selectors import pipeline_summary
from pipelines.choices import StageKind
from pipelines.models import Pipeline, StageChange

ZERO = Decimal(0)
DAY = 86_400


@dataclass(frozen=True)
class StageFigures:
    name: str
    currency: str
    count: int
    total: Decimal
    weighted: Decimal


@dataclass
class Figures:
    """stages: the pipeline summary. deals: one dict per deal, as read back. days: {deal: days from its beginning to its end}."""

    stages: list[StageFigures]
    deals: list[dict[str, Any]]
    days: dict[int, int]
    products: dict[int, list[str]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)


def pipeline_figures(key: str, *, by: Any) -> Figures:
    """The figures of the pipeline `key` in the business being served, as this person sees them."""
    pipeline = Pipeline.objects.get(kind="opportunity", key=key)
    summary = pipeline_summary(by, pipeline=pipeline)
    deals = Opportunity.objects.visible_to(by).filter(pipeline=pipeline)
    names = (
        "id", "amount", "closed_at", "created_at", "stage__kind", "stage__name", "company_id", "company__name", "company__industry__name",
        "company__billing_country", "owner__first_name", "owner__last_name", "branch__name",
    )  # fmt: skip
    ends = StageChange.objects.filter(opportunity__in=deals.values("pk"), to_stage__kind__in=(StageKind.WON, StageKind.LOST))
    products = defaultdict(list)
    for deal, tag in OpportunityTag.objects.filter(opportunity__in=deals.values("pk")).values_list("opportunity_id", "tag__name"):
        products[deal].append(tag)
    companies = Company.objects.visible_to(by).exclude(parent=None)
    sellers = User.objects.of(context.business_id()).active().filter(role__key="sales")
    return Figures(
        stages=[StageFigures(row.stage.name, row.currency, row.count, row.total_value, row.weighted_value) for row in summary.rows],
        deals=list(deals.values(*names)),
        days={change.opportunity_id: round((change.seconds or 0) / DAY) for change in ends if change.opportunity_id},
        products=dict(products),
        parents=dict(companies.values_list("name", "parent__name")),
        people=sorted(f"{user.first_name} {user.last_name}" for user in sellers),
    )


def answers(figures: Figures, reference: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(name, here, there) for everything that the reference asks and the CRM can say. Money and rates are exact."""
    here = _answers(figures)
    for name, there in reference.items():
        if name in here:
            yield from _pairs(name, here[name], there)


def _pairs(name: str, here: Any, there: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(there, dict):
        for key, value in there.items():
            # What the reference has beyond ours (list prices, averages per group) is not asked.
            if isinstance(here, dict) and (key in here or not isinstance(value, dict)):
                if key in here:
                    yield from _pairs(f"{name} · {key}", here[key], value)
            else:
                yield f"{name} · {key}", None, value
    elif isinstance(there, float) or isinstance(here, Decimal):
        yield name, Decimal(str(here)), Decimal(str(there))
    else:
        yield name, here, there


def _answers(figures: Figures) -> dict[str, Any]:
    deals = figures.deals
    won = [deal["amount"] or ZERO for deal in deals if deal["stage__kind"] == StageKind.WON]
    open_deals = [deal for deal in deals if deal["stage__kind"] == StageKind.OPEN]
    days = {kind: [figures.days[deal["id"]] for deal in deals if deal["stage__kind"] == kind] for kind in (StageKind.WON, StageKind.LOST)}
    both = days[StageKind.WON] + days[StageKind.LOST]
    owners = {_owner(deal) for deal in deals}
    return {
        "rows": len(deals),
        "stage_counts": {stage.name: stage.count for stage in figures.stages},
        "won_value_total": sum((stage.total for stage in figures.stages if stage.name == "Won"), ZERO),
        "lost_value_total": sum((stage.total for stage in figures.stages if stage.name == "Lost"), ZERO),
        "avg_won_value": _cents(sum(won, ZERO) / len(won)) if won else None,
        "median_won_value": statistics.median(won) if won else None,
        "max_won_value": max(won, default=None),
        "overall_win_rate": _rate(len(won), len(both)),
        "avg_days_to_close": {
            "won": _mean(days[StageKind.WON]),
            "lost": _mean(days[StageKind.LOST]),
            "won_and_lost": _mean(both),
            "median_won": statistics.median(days[StageKind.WON]) if won else None,
            "max": max(both, default=None),
            "min": min(both, default=None),
        },
        "open_pipeline": {
            "count": len(open_deals),
            "engaging": sum(deal["stage__name"] == "Engaging" for deal in open_deals),
            "prospecting": sum(deal["stage__name"] == "Prospecting" for deal in open_deals),
            "without_account": sum(deal["company_id"] is None for deal in open_deals),
        },
        "by_quarter": _groups(deals, lambda deal: [_quarter(deal["closed_at"])], closed=True),
        "by_month": _groups(deals, lambda deal: [f"{deal['closed_at']:%Y-%m}"], closed=True),
        "engaged_by_quarter": dict(Counter(_quarter(deal["created_at"]) for deal in deals if deal["stage__name"] != "Prospecting")),
        "by_agent": _groups(deals, lambda deal: [_owner(deal)]),
        "by_regional_office": _groups(deals, lambda deal: [deal["branch__name"]]),
        "by_product": _groups(deals, lambda deal: figures.products.get(deal["id"], [])),
        "by_sector": _groups(deals, lambda deal: [(deal["company__industry__name"] or "").lower()]),
        "agents_without_any_opportunity": [name for name in figures.people if name not in owners],
        "subsidiaries": figures.parents,
    }


def _owner(deal: dict[str, Any]) -> str:
    return f"{deal['owner__first_name']} {deal['owner__last_name']}"


def _quarter(moment: Any) -> str:
    return f"{moment.year}Q{(moment.month + 2) // 3}"


def _groups(deals: Iterable[dict[str, Any]], keys: Any, *, closed: bool = False) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for deal in deals:
        if not closed or deal["closed_at"]:
            for key in keys(deal):
                groups[key].append(deal)
    return {key: _group(members) for key, members in groups.items()}


def _group(deals: list[dict[str, Any]]) -> dict[str, Any]:
    won = [deal["amount"] or ZERO for deal in deals if deal["stage__kind"] == StageKind.WON]
    lost = sum(deal["stage__kind"] == StageKind.LOST for deal in deals)
    return {
        "opportunities": len(deals),
        "won": len(won),
        "lost": lost,
        "open": len(deals) - len(won) - lost,
        "closed": len(won) + lost,
        "won_value": sum(won, ZERO),
        "win_rate": _rate(len(won), len(won) + lost),
    }


def _rate(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(Decimal("0.0001")) if whole else None


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def _mean(days: list[int]) -> Decimal | None:
    return _cents(Decimal(sum(days)) / len(days)) if days else None
