"""Shapes of deals that screens read."""

from opportunities.selectors.home import closing_this_month, recently_changed
from opportunities.selectors.record import Need, Person, Step, Sums, needs_of, opportunity_page, sums_of
from opportunities.selectors.summary import (
    PipelineSummary,
    StageSummary,
    Total,
    WinRate,
    conversion_rates,
    pipeline_summary,
    win_rate,
)

__all__ = [
    "Need",
    "Person",
    "PipelineSummary",
    "StageSummary",
    "Step",
    "Sums",
    "Total",
    "WinRate",
    "closing_this_month",
    "conversion_rates",
    "needs_of",
    "opportunity_page",
    "pipeline_summary",
    "recently_changed",
    "sums_of",
    "win_rate",
]
